"""The command as Typer reads it, and the option that subcommands share. Nothing heavy is imported before one runs."""

from __future__ import annotations

from typing import Annotated

import typer

from headshot_check import __version__

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
