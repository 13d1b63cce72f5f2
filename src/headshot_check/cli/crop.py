"""`headshot-check crop`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from headshot_check.cli.arguments import STANDARD_INPUT, Format, chosen_policy
from headshot_check.cli.outcome import fail, readable_json, status_of
from headshot_check.cli.typer_app import ForceOption, PlainCommand, app, destination, one_of, whole_number
from headshot_check.text import to_json

if TYPE_CHECKING:
    from headshot_check.checker import Checker
    from headshot_check.crop import Target
    from headshot_check.errors import HeadshotCheckError
    from headshot_check.policy import Policy


@app.command(cls=PlainCommand, short_help="Cut the best crop out of a photo, and check it.")
def crop(
    photos: Annotated[list[str], typer.Argument(metavar="PHOTO...", help="Photos to crop; - reads standard input.")],
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            parser=destination,
            help="A .jpg or .png file; a folder for several photos.",
        ),
    ],
    target: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="linkedin, github, slack, team-page, resume, resume-3x4 or id-photo; default: what the policy is for.",
            show_default=False,
        ),
    ] = None,
    size: Annotated[
        int | None,
        typer.Option(
            metavar="PX",
            parser=whole_number(16, 8000),
            help="Width of the crop, 16 to 8000; default: the target's.",
            show_default=False,
        ),
    ] = None,
    enlarge: Annotated[
        bool, typer.Option("--enlarge", help="Enlarge the crop where the photo has too few pixels for the size.")
    ] = False,
    policy: Annotated[
        str | None,
        typer.Option(
            metavar="NAME|FILE.toml",
            help="What the crop is judged by; default: what the target is for.",
            show_default=False,
        ),
    ] = None,
    format: Annotated[
        Format,
        typer.Option(
            metavar="FORMAT",
            parser=one_of(Format),
            help="text; json: one object for one photo, an array for several; jsonl: one object a line.",
        ),
    ] = Format.text,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only what could not be cropped.")] = False,
    force: ForceOption = False,
) -> None:
    """Cut the best crop out of a photo: upright, in sRGB, without location or other metadata, and checked.

    Exit status: 0 nothing to retake in the crops, 1 something to retake, 2 something could not be read or done.
    """
    raise typer.Exit(_crop(CropRequest(photos, output, target, size, enlarge, policy, format, quiet, force)))


class CropRequest(NamedTuple):
    """The command line of `headshot-check crop`."""

    photos: list[str]
    output: str
    target: str | None
    size: int | None
    enlarge: bool
    policy: str | None
    format: Format
    quiet: bool
    force: bool


def _crop(request: CropRequest) -> int:
    from headshot_check.checker import Checker
    from headshot_check.cli.destination import check_destinations
    from headshot_check.errors import HeadshotCheckError
    from headshot_check.part_files import clear_parts
    from headshot_check.report import check_failed

    photos, format = request.photos, request.format
    if photos.count(STANDARD_INPUT) > 1:
        return fail("- stands for standard input, which can be read once: name it once")
    try:
        target, policy = _target_and_policy(request.target, request.policy)
        places = _places(photos, request.output, target)
        check_destinations(places, photos, force=request.force)
        checker = Checker(policy)
    except HeadshotCheckError as error:
        return fail(error.message)
    except OSError as error:  # a name that no file can have
        return fail(f"{request.output}: cannot be written to ({error.strerror}): choose another place or name")
    for folder in {place.parent for place in places}:
        clear_parts(folder, {place.name for place in places})
    verdicts, documents = set(), []
    for name, place in zip(photos, places, strict=True):
        try:
            verdict, document = _one(name, place, checker, target, request)
        except HeadshotCheckError as error:
            verdict, document = _failed(name, error)
        except Exception as error:  # a bug in a measure must not end the run
            verdict, document = _failed(name, check_failed(name, error))
        verdicts.add(verdict)
        documents.append(document)
        if format is Format.jsonl:
            print(to_json(document, ensure_ascii=False), flush=True)
    if format is Format.json:
        print(readable_json(documents if len(documents) > 1 else documents[0]))
    return status_of(verdicts)


def _failed(name: str, error: HeadshotCheckError) -> tuple[str, dict[str, Any]]:
    """Print the error of a photo that was not cropped; return its verdict and JSON document."""
    fail(error.message)
    return "unreadable", {"source": name, "error": error.code, "message": error.message}


def _target_and_policy(target: str | None, policy: str | None) -> tuple[Target, Policy]:
    """The crop target and the policy; if only one of them is given, it determines the other."""
    from headshot_check.crop import target_for, target_named
    from headshot_check.policy import load_policy

    if target is None:
        rules = chosen_policy(policy)
        return target_for(rules.name, rules.base), rules
    chosen = target_named(target)
    return chosen, load_policy(chosen.policy if policy is None else policy)


def _places(photos: list[str], output: str, target: Target) -> list[Path]:
    """Output path of each crop: `output` itself, or a file in this folder, which is created if it is missing."""
    from headshot_check.crop.saving import format_of, places_in

    place = Path(output)
    if len(photos) == 1 and not place.is_dir() and not output.endswith(("/", "\\")):
        format_of(place)
        return [place]
    return places_in(place, photos, target.name)


def _one(name: str, place: Path, checker: Checker, target: Target, request: CropRequest) -> tuple[str, dict[str, Any]]:
    """Crop and save one photo; return the verdict on the crop and its JSON document."""
    from headshot_check.cli.arguments import named_photo

    cropped = checker.crop(named_photo(name), target.name, size=request.size, enlarge=request.enlarge)
    cropped.save(place)
    if request.format is Format.text and not request.quiet:
        from headshot_check.views.terminal.crop_page import render_crop

        render_crop(cropped, place)
    return cropped.verdict, {"output": str(place), **cropped.to_dict()}
