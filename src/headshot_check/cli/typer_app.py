"""The Typer application, and options that its commands share; imports nothing heavy before a command runs."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from headshot_check import __version__
from headshot_check.file_names import SUFFIXES

E = TypeVar("E", bound=Enum)


class PlainCommand(TyperCommand):
    """A command whose help shows no Python types."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for parameter in self.params:
            if parameter.param_type_name == "argument":  # "PHOTO...", and not "PHOTO... <list[str]>"
                setattr(parameter, "display_type_rich", lambda ctx: None)  # noqa: B010

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """As Typer; for a file whose name begins with a dash, the error says how to name it.

        Raises
        ------
        UsageError
            An argument is none that the command takes.
        """
        given = list(args)  # parsing empties it
        try:
            return super().parse_args(ctx, args)
        except Exception as error:  # of Typer's own Click or the installed one; it names but one letter
            file = next((one for one in given if one.startswith("-") and _command_for(one)), None)
            if file is not None and "No such option" in str(error):
                ctx.fail(f"No such option: {file}. If it is a file, write ./{file} or put -- before it.")
            raise


class CommandsAndPhotos(TyperGroup):
    """The commands; if a photo or folder is given in place of a command, the error suggests the command."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the arguments name.

        Raises
        ------
        UsageError
            There is no command of that name; the message suggests one.
        """
        name = args[0]
        meant = self.get_command(ctx, name) is None and not name.startswith("-") and _command_for(name)
        if meant and not difflib.get_close_matches(name, self.commands):
            quoted = f"'{name}'" if " " in name else name
            ctx.fail(f"'{name}' is not a command. Did you mean: headshot-check {meant} {quoted}")
        return super().resolve_command(ctx, args)


def _command_for(name: str) -> str:
    """The command for a path; empty if the path does not exist."""
    path = Path(name)
    if path.is_dir():
        return "scan"
    return "check" if path.suffix.lower() in SUFFIXES or path.exists() else ""


def one_of(kind: type[E]) -> Callable[[str], E]:
    """A parser for the values of an enumeration."""

    def read(text: str) -> E:
        try:
            return kind(text)
        except ValueError:
            names = [str(one.value) for one in kind]
            near = difflib.get_close_matches(text, names, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise typer.BadParameter(f"unknown value '{text}': use {_listed(names)}.{meant}") from None

    return read


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """A parser for whole numbers in a range, both ends included."""
    span = f"{least} or more" if most is None else f"{least} to {most}"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            raise typer.BadParameter(f"'{text}' is not a whole number: use {span}.") from None
        if number < least or (most is not None and number > most):
            raise typer.BadParameter(f"{number} is out of range: use {span}.")
        return number

    return read


def seconds(text: str) -> float:
    """Parse a time in seconds."""
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a number of seconds.") from None


def destination(text: str) -> str:
    """Parse an output path; an empty one, as from an unset variable, would mean the current folder."""
    if not text:
        raise typer.BadParameter("the name is empty.")
    return text


def _listed(names: list[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


PolicyOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME|FILE.toml",
        help="What the photos are for, or limits of your own; default: [tool.headshot-check] of the nearest "
        "pyproject.toml, else linkedin.",
        show_default=False,
    ),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print only a line for each photo that is not ready.")]
ForceOption = Annotated[bool, typer.Option("--force", help="Overwrite existing files, but never a photo.")]

app = typer.Typer(
    name="headshot-check",
    cls=CommandsAndPhotos,
    help="Checks profile pictures, above all for driver's-seat selfies, and explains how to fix them.",
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
