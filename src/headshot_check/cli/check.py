"""`headshot-check check` as a Typer command; cli/plain.py reads simple command lines without Typer."""

from __future__ import annotations

from typing import Annotated

import typer

from headshot_check.cli.arguments import ReportFormat
from headshot_check.cli.plain import CheckRequest
from headshot_check.cli.typer_app import ForceOption, PlainCommand, PolicyOption, QuietOption, app, destination, one_of


@app.command(cls=PlainCommand, short_help="Check photos and say what is wrong, worst first.")
def check(
    photos: Annotated[list[str], typer.Argument(metavar="PHOTO...", help="Photos to check; - reads standard input.")],
    format: Annotated[
        ReportFormat,
        typer.Option(
            metavar="FORMAT",
            parser=one_of(ReportFormat),
            help="text; json: one object for one photo, an array for several; jsonl: one object a line; github: "
            "annotations of a workflow; sarif: for code scanning.",
        ),
    ] = ReportFormat.text,
    policy: PolicyOption = None,
    overlay: Annotated[
        str | None,
        typer.Option(
            metavar="OUT.jpg", parser=destination, help="Also draw what was found on the photo (one photo only)."
        ),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show the checks that pass as well.")] = False,
    quiet: QuietOption = False,
    force: ForceOption = False,
) -> None:
    """Check photos and say what is wrong, worst first.

    Exit status: 0 nothing to retake, 1 something to retake, 2 something could not be read or done.
    """
    from headshot_check.cli.checking import check_photos

    raise typer.Exit(check_photos(CheckRequest(photos, format, policy, overlay, verbose, quiet, force)))
