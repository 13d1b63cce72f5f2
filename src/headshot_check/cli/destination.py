"""Protects files: commands never overwrite an input photo, and other files only with --force."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path

from headshot_check.cli.arguments import STANDARD_INPUT
from headshot_check.errors import HeadshotCheckError
from headshot_check.text import clean


class DestinationError(HeadshotCheckError):
    """A file cannot be written, or would overwrite another one that must be kept."""

    code = "destination"


def check_destinations(places: Iterable[str | PathLike[str]], inputs: Sequence[str], *, force: bool) -> None:
    """Check, before any work is done, that no photo and no other file is overwritten by mistake.

    Parameters
    ----------
    places
        Files that will be written.
    inputs
        Photos as the user named them; they are never overwritten.
    force
        Whether other existing files may be overwritten.

    Raises
    ------
    DestinationError
        A photo, or without `force` another file, would be overwritten, or one of the places cannot be accessed.
    """
    taken = []
    for place in map(Path, places):
        if any(one != STANDARD_INPUT and _same(place, Path(one)) for one in inputs):
            raise DestinationError(
                f"{clean(str(place))}: this is the photo itself, which is never overwritten: give another name"
            )
        try:
            if place.is_file():
                taken.append(clean(str(place)))
        except OSError as error:  # a name that no file can have, or a folder that may not be searched
            cause = error.strerror or str(error)
            raise DestinationError(
                f"{clean(str(place))}: cannot be written to ({cause}): choose another place or name"
            ) from error
    if taken and not force:
        more = f" (and {len(taken) - 1} more)" if len(taken) > 1 else ""
        raise DestinationError(f"{taken[0]}: already exists{more}: give another name, or add --force to replace it")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False
