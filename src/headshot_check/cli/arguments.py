"""What arguments that several commands take mean."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from headshot_check.policy import Policy

STANDARD_INPUT = "-"


class Format(str, Enum):
    """How results are printed."""

    text = "text"
    json = "json"
    jsonl = "jsonl"


def chosen_policy(given: str | None) -> Policy:
    """The policy that was named, else the project's, else LinkedIn's.

    Raises
    ------
    PolicyError
        It is unknown or has a bad key.
    """
    from headshot_check.defaults import DEFAULT_POLICY
    from headshot_check.policy import load_policy, project_file

    return load_policy(given if given is not None else project_file() or DEFAULT_POLICY)
