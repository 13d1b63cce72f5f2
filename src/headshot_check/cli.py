"""The command line: parses, calls, prints; no logic. `--version` and `--help` load nothing heavy."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from headshot_check import __version__

if TYPE_CHECKING:
    from headshot_check.checker import Checker
    from headshot_check.report import Report

OK, RETAKE, FAILED = 0, 1, 2
"""Exit status: nothing to retake, something to retake, the tool could not do its job."""

_STANDARD_INPUT = "-"


class Format(str, Enum):
    """How reports are printed."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


app = typer.Typer(
    name="headshot-check",
    help="Says what is wrong with a profile picture, above all a driver's-seat selfie, and how to retake it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Entry point of the `headshot-check` command."""
    try:
        app()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(OK) from None


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"headshot-check {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", "-V", is_eager=True, callback=_print_version, help="Print the version and exit."),
    ] = False,
) -> None:
    pass


@app.command()
def check(
    photos: Annotated[list[str], typer.Argument(metavar="PHOTO...", help="Photos to check; - reads standard input.")],
    format: Annotated[
        Format, typer.Option(help="json: one object for one photo, an array for several; jsonl: one object a line.")
    ] = Format.text,
    policy: Annotated[
        str, typer.Option(metavar="NAME|FILE.toml", help="What the photos are for, or limits of your own.")
    ] = "linkedin",
    overlay: Annotated[
        str | None, typer.Option(metavar="OUT.jpg", help="Also draw what was found on the photo (one photo only).")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the checks that pass as well.")] = False,
) -> None:
    """Check photos and say what is wrong, worst first.

    Exit status: 0 nothing to retake, 1 something to retake, 2 a photo could not be read.
    """
    raise typer.Exit(_check(photos, format, policy, overlay, verbose))


def _check(photos: list[str], format: Format, policy: str, overlay: str | None, verbose: bool) -> int:
    from headshot_check.checker import Checker
    from headshot_check.errors import HeadshotCheckError

    if overlay is not None and len(photos) > 1:
        return _fail("--overlay draws one photo: name one photo, or leave it out")
    if photos.count(_STANDARD_INPUT) > 1:
        return _fail("- stands for standard input, which can be read once: name it once")
    try:
        checker = Checker(policy)
        reports = _print((_one(name, checker, overlay) for name in photos), format, verbose, several=len(photos) > 1)
    except HeadshotCheckError as error:
        return _fail(error.message)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        return _fail(str(error))
    verdicts = {report.verdict for report in reports}
    if "retake" in verdicts:
        return RETAKE
    return FAILED if "unreadable" in verdicts else OK


def _one(name: str, checker: Checker, overlay: str | None) -> Report:
    from dataclasses import replace

    from headshot_check.checker import unreadable
    from headshot_check.errors import PhotoError
    from headshot_check.photo import load

    try:
        photo = load(sys.stdin.buffer if name == _STANDARD_INPUT else name)
        report = replace(checker.check_photo(photo), source=name)
    except PhotoError as error:
        return replace(unreadable(error, checker.policy.name), source=name)
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


def _fail(message: str) -> int:
    print(f"headshot-check: {message}", file=sys.stderr)
    return FAILED


if __name__ == "__main__":
    main()
