"""Where commands may write: never over an input photo, and over other files only with --force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path

from headshot_check.cli.arguments import STANDARD_INPUT
from headshot_check.errors import HeadshotCheckError
from headshot_check.text import clean


class DestinationError(HeadshotCheckError):
    """The output file already exists, and --force was not given."""

    code = "destination"


def hold_free(places: Iterable[str | PathLike[str]], inputs: Sequence[str], *, force: bool) -> None:
    """Check, before any work is done, that writing to `places` overwrites nothing that it must not.

    Parameters
    ----------
    inputs
        Photos as the user named them; they are never written over.
    force
        Other files that are there may be.

    Raises
    ------
    DestinationError
        Something would be lost.
    """
    taken = []
    for place in map(Path, places):
        if any(one != STANDARD_INPUT and _same(place, Path(one)) for one in inputs):
            raise DestinationError(
                f"{clean(str(place))}: this is the photo itself, which is never overwritten: give another name"
            )
        if place.is_file():
            taken.append(clean(str(place)))
    if taken and not force:
        more = f" (and {len(taken) - 1} more)" if len(taken) > 1 else ""
        raise DestinationError(f"{taken[0]}: already exists{more}: give another name, or add --force to replace it")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False
