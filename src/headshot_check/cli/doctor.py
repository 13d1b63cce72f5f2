"""`headshot-check doctor`."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from typing import Annotated

import typer

from headshot_check.cli.arguments import Choice
from headshot_check.cli.outcome import FAILED, OK, readable_json
from headshot_check.cli.typer_app import PlainCommand, app, one_of


class DoctorFormat(Choice):
    """How an installation is printed."""

    text = "text"
    json = "json"


@app.command(cls=PlainCommand, short_help="Check that this installation is complete, and say what is missing.")
def doctor(
    format: Annotated[
        DoctorFormat,
        typer.Option(metavar="FORMAT", parser=one_of(DoctorFormat), help="text; json: one object, for a bug report."),
    ] = DoctorFormat.text,
) -> None:
    """Check that this installation is complete: packages, networks, formats, processors, cache.

    Exit status: 0 everything is in order, 2 something is missing or broken.
    """
    raise typer.Exit(_doctor(format))


def _doctor(format: DoctorFormat) -> int:
    from headshot_check.doctor import examine

    with redirect_stdout(sys.stderr):  # some packages print when they cannot be imported
        found = examine()
    if format is DoctorFormat.json:
        print(readable_json(found.to_dict()))
    else:
        from headshot_check.doctor.page import render_installation

        render_installation(found)
    return OK if found.ok else FAILED
