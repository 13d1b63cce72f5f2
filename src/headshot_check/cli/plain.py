"""Parses simple `check` command lines without Typer.

Importing Typer and building the commands takes 0.1 s, a third of the time of a check from a cold start. Everything else
is left to Typer: help, mistakes, `--`, the other commands. Both parse a simple command line in the same way, which
tests/test_plain_command.py verifies.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from headshot_check.cli.arguments import STANDARD_INPUT, ReportFormat

_WITH_VALUE = ("--format", "--policy", "--overlay")
_FLAGS = {"--verbose": "verbose", "-v": "verbose", "--quiet": "quiet", "-q": "quiet", "--force": "force"}
_EXPANDED = frozenset("*?[~$%")
"""characters that Typer expands on Windows, where the shell does not"""


class CheckRequest(NamedTuple):
    """The command line of `headshot-check check`."""

    photos: list[str]
    format: ReportFormat = ReportFormat.text
    policy: str | None = None
    overlay: str | None = None
    verbose: bool = False
    quiet: bool = False
    """only a line for each photo that is not ready"""
    force: bool = False
    """the overlay may overwrite an existing file"""


def read_plain(arguments: Sequence[str], *, windows: bool = os.name == "nt") -> CheckRequest | None:
    """The request in a simple `check` command line; None when Typer has to parse it.

    >>> read_plain(["check", "me.jpg", "--format=json"])
    CheckRequest(photos=['me.jpg'], format=<ReportFormat.json: 'json'>, policy=None, overlay=None, verbose=False, \
quiet=False, force=False)
    >>> read_plain(["check", "--help"])
    """
    if arguments[:1] != ["check"] or (windows and not _EXPANDED.isdisjoint("".join(arguments))):
        return None
    photos: list[str] = []
    values: dict[str, str] = {}
    flags: dict[str, bool] = {}
    rest = iter(arguments[1:])
    for argument in rest:
        option, equals, value = argument.partition("=")
        if argument == STANDARD_INPUT or not argument.startswith("-"):
            photos.append(argument)
        elif argument in _FLAGS:
            flags[_FLAGS[argument]] = True
        elif option not in _WITH_VALUE:
            return None
        elif equals:
            values[option] = value
        elif (following := next(rest, None)) is not None:
            values[option] = following
        else:
            return None
    if not photos or values.setdefault("--format", "text") not in ReportFormat.__members__ or "" in values.values():
        return None
    format = ReportFormat(values["--format"])
    return CheckRequest(photos, format, values.get("--policy"), values.get("--overlay"), **flags)
