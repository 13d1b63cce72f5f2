"""Arguments that several commands have in common."""

from __future__ import annotations

import sys
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headshot_check.photo import Photo
    from headshot_check.policy import Policy

STANDARD_INPUT = "-"
STANDARD_INPUT_NAME = "<stdin>"
"""name of standard input in messages"""


class Choice(str, Enum):
    """One of several words; `str()` returns the word itself, which Typer before 0.28 needs."""

    __str__ = str.__str__


class Format(Choice):
    """Output format of results."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


class ReportFormat(Choice):
    """Output format of reports: those of `Format`, and those of CI pipelines."""

    text = "text"
    json = "json"
    jsonl = "jsonl"
    github = "github"
    sarif = "sarif"


def chosen_policy(given: str | None) -> Policy:
    """The policy given on the command line, else that of the nearest pyproject.toml, else LinkedIn's.

    Raises
    ------
    PolicyError
        The policy is unknown or has an invalid key.
    """
    from headshot_check.defaults import DEFAULT_POLICY
    from headshot_check.policy import load_policy, project_file

    return load_policy(given if given is not None else project_file() or DEFAULT_POLICY)


def named_photo(name: str) -> Photo:
    """Load the photo that an argument names; errors name standard input <stdin>.

    Raises
    ------
    PhotoError
        The photo cannot be read.
    """
    from dataclasses import replace

    from headshot_check.errors import PhotoError
    from headshot_check.photo import load
    from headshot_check.text import encodable

    try:
        photo = load(sys.stdin.buffer if name == STANDARD_INPUT else name)
    except PhotoError as error:
        if name == STANDARD_INPUT:
            raise PhotoError(error.code, STANDARD_INPUT_NAME, error.cause, error.remedy) from error
        raise
    return replace(photo, source=encodable(name))
