"""The command itself, and what its subcommands share. Nothing heavy is imported before a subcommand runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from headshot_check import __version__

if TYPE_CHECKING:
    from headshot_check.policy import Policy

OK, RETAKE, FAILED = 0, 1, 2
"""Exit status: nothing to retake, something to retake, the tool could not do its job."""

STANDARD_INPUT = "-"


class Format(str, Enum):
    """How results are printed."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


PolicyOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|FILE.toml",
        help="What the photos are for, or limits of your own; default: [tool.headshot-check] of the nearest "
        "pyproject.toml, else linkedin.",
        show_default=False,
    ),
]

app = typer.Typer(
    name="headshot-check",
    help="Says what is wrong with a profile picture, above all a driver's-seat selfie, and how to retake it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # boxes around the help double its time
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Entry point of the `headshot-check` command."""
    # NumPy's products here are small: threads of its own only keep other cores spinning. Before it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        app()
    except BrokenPipeError:  # the reader (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(OK) from None


def chosen_policy(given: str | None) -> Policy:
    """The policy that was named, else the project's, else LinkedIn's.

    Raises
    ------
    PolicyError
        It is unknown or has a bad key.
    """
    from headshot_check.policy import DEFAULT, load_policy, project_file

    return load_policy(given if given is not None else project_file() or DEFAULT)


def fail(message: str) -> int:
    """Say on standard error why the job cannot be done."""
    print(f"headshot-check: {message}", file=sys.stderr)
    return FAILED


def status_of(verdicts: Collection[str]) -> int:
    """The exit status that the verdicts of all photos come to."""
    if "retake" in verdicts:
        return RETAKE
    return FAILED if "unreadable" in verdicts else OK


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
