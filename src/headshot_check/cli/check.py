"""`headshot-check check`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from headshot_check.cli.app import STANDARD_INPUT, Format, PolicyOption, app, chosen_policy, fail, status_of

if TYPE_CHECKING:
    from headshot_check.checker import Checker
    from headshot_check.report import Report


@app.command()
def check(
    photos: Annotated[list[str], typer.Argument(metavar="PHOTO...", help="Photos to check; - reads standard input.")],
    format: Annotated[
        Format, typer.Option(help="json: one object for one photo, an array for several; jsonl: one object a line.")
    ] = Format.text,
    policy: PolicyOption = None,
    overlay: Annotated[
        str | None, typer.Option(metavar="OUT.jpg", help="Also draw what was found on the photo (one photo only).")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the checks that pass as well.")] = False,
) -> None:
    """Check photos and say what is wrong, worst first.

    Exit status: 0 nothing to retake, 1 something to retake, 2 a photo could not be read.
    """
    raise typer.Exit(_check(photos, format, policy, overlay, verbose))


def _check(photos: list[str], format: Format, policy: str | None, overlay: str | None, verbose: bool) -> int:
    from headshot_check.checker import Checker
    from headshot_check.errors import HeadshotCheckError

    if overlay is not None and len(photos) > 1:
        return fail("--overlay draws one photo: name one photo, or leave it out")
    if photos.count(STANDARD_INPUT) > 1:
        return fail("- stands for standard input, which can be read once: name it once")
    try:
        checker = Checker(chosen_policy(policy))
        reports = _print((_one(name, checker, overlay) for name in photos), format, verbose, several=len(photos) > 1)
    except HeadshotCheckError as error:
        return fail(error.message)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        return fail(str(error))
    return status_of({report.verdict for report in reports})


def _one(name: str, checker: Checker, overlay: str | None) -> Report:
    from dataclasses import replace

    from headshot_check.checker import unreadable
    from headshot_check.errors import PhotoError
    from headshot_check.file_names import encodable
    from headshot_check.photo import load

    try:
        photo = load(sys.stdin.buffer if name == STANDARD_INPUT else name)
        report = replace(checker.check_photo(photo), source=encodable(name))
    except PhotoError as error:
        return replace(unreadable(error, checker.policy.name), source=encodable(name))
    if overlay is not None:
        from headshot_check.views.overlay import save_overlay

        save_overlay(overlay, photo.rgb, report)
    return report


def _print(reports: Iterable[Report], format: Format, verbose: bool, *, several: bool) -> list[Report]:
    """Print each report as it comes; all of them are returned."""
    if format is Format.text:
        from headshot_check.views.terminal import render, render_summary

        done = []
        for report in reports:
            render(report, verbose=verbose)
            done.append(report)
        if several:
            render_summary(done)
        return done
    if format is Format.jsonl:
        done = []
        for report in reports:
            print(json.dumps(report.to_dict(), ensure_ascii=False), flush=True)
            done.append(report)
        return done
    done = list(reports)
    document = [report.to_dict() for report in done] if several else done[0].to_dict()
    print(json.dumps(document, ensure_ascii=False, indent=2))
    return done
