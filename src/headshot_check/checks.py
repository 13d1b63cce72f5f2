"""Custom checks: the measure, its words and its limits in one object.

A package provides one under the entry point group `headshot_check.checks`, or it is passed to `Checker(checks=[...])`.
It then behaves like a built-in check: it is part of every policy (which may change its limits or switch it off), and of
every report, table and page. examples/red_eye is such a package.
"""

from __future__ import annotations

import pickle
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from headshot_check.errors import CheckError
from headshot_check.measures import Measure, Reading, known_measures
from headshot_check.report import Limits, Region, Value
from headshot_check.scene import NotAssessed, Scene
from headshot_check.words import SUBJECT_NAMES, WORDS, Answer, Words
from headshot_check.words.record import Kind, strange_places

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["GROUP", "Answer", "Check", "Limits", "NotAssessed", "Reading", "Region", "Scene", "Words", "known_checks"]

GROUP: Final = "headshot_check.checks"
"""entry point group; each entry point names a `Check`"""
_ABOUT: Final = (".dist-info", "egg-info")
"""suffixes of the folders that hold an installed package's metadata"""

_NAME: Final = re.compile("[a-z_]+[.][a-z_]+")
_PLAIN: Final[dict[Kind, Callable[[Any], Value]]] = {"number": float, "word": str, "yes_no": bool}
"""converts NumPy scalars to Python's, which can be written as JSON"""


@dataclass(frozen=True, slots=True)
class Check:
    """A custom check.

    Parameters
    ----------
    name
        "subject.measure" in lower case; the subject is one of a report's ("eyes", "lighting", ...).
    measure
        A function of the `Scene` that returns a number, a word or a bool (see `words.kind`), or a `Reading` if it also
        knows the region; it raises `NotAssessed(cause)` if it cannot tell. The scene runs the networks on first use and
        caches what they return.
    words
        All texts about the check.
    limits
        When it warns and fails. A check without limits is reported but never warns.
    unit
        Unit of a number; a "share" is shown in percent.
    weight
        Share of the score that a full failure costs, 0..1.
    origin
        Where the limits come from.

    Raises
    ------
    CheckError
        A part is missing or inconsistent; the message names it and the remedy.
    """

    name: str
    measure: Measure
    words: Words
    limits: Limits = field(default_factory=Limits)
    unit: str | None = None
    weight: float = 0.3
    origin: str = ""

    def __post_init__(self) -> None:
        for fault in _faults(self):
            raise CheckError(f"the check {self.name!r}: {fault}")


_brought: dict[str, Check] = {}
_packages: dict[str, str] = {}
"""name and version of the package by check; without checks that were passed to a `Checker`"""


@lru_cache(maxsize=1)
def known_checks() -> Mapping[str, tuple[Measure, str | None]]:
    """Every check that a policy may name: the function that measures it and its unit, by name.

    Raises
    ------
    CheckError
        A measure has no words, or words have no measure; or a check of another package cannot be used.
    """
    known = known_measures()
    for check in known.keys() ^ WORDS.keys():
        lacks, room = ("record", "words") if check in known else ("measure", "measures")
        raise CheckError(f"the check {check!r} has no {lacks}: write one in headshot_check/{room}")
    for entry in _entry_points():
        package = f"{entry.dist.name} {entry.dist.version}" if entry.dist is not None else entry.value
        try:
            check = entry.load()
        except Exception as error:
            raise CheckError(
                f"the check {entry.name!r} of {package} cannot be loaded ({error}): update or uninstall that package"
            ) from error
        if not isinstance(check, Check):
            raise CheckError(f"{entry.value} of {package} is not a Check: its entry point must name one")
        bring(check)
        _packages[check.name] = package
    return known


def _entry_points() -> Iterable[EntryPoint]:
    """The entry points of `GROUP`; importlib.metadata takes 15 ms to import, so it is used only if there may be any."""
    if not _may_be_named():
        return ()
    from importlib.metadata import entry_points

    return entry_points(group=GROUP)


def _may_be_named() -> bool:
    """Whether a package on the path may provide a check: its entry points name the group, or cannot be read here."""
    if any(hasattr(finder, "find_distributions") and finder is not PathFinder for finder in sys.meta_path):
        return True
    for place in sys.path:
        folder = Path(place)
        try:
            about = [one for one in folder.iterdir() if one.name.lower().endswith(_ABOUT)]
        except NotADirectoryError:  # a zip file
            return True
        except OSError:
            continue
        for one in about:
            try:
                if GROUP.encode() in (one / "entry_points.txt").read_bytes():
                    return True
            except OSError:
                continue
    return False


def bring(check: Check) -> None:
    """Register a check in this process; registering the same one again has no effect.

    Raises
    ------
    CheckError
        The name is taken by another check, or `check` is not a `Check`.
    """
    if not isinstance(check, Check):
        raise CheckError(f"a check must be a headshot_check.Check, not {type(check).__name__}: create one")
    known, before = known_measures(), _brought.get(check.name)
    if before == check:
        return
    redefined = before is not None and _where(before) == _where(check)  # a notebook cell that ran again
    if check.name in known and not redefined:
        raise CheckError(f"the check {check.name!r}: another check has that name: choose a different one")
    _brought[check.name] = check
    WORDS[check.name] = check.words
    known[check.name] = (_plain(check), check.unit)


def brought_by_packages() -> dict[str, tuple[Check, str]]:
    """Checks of installed packages by name, each with the package's name and version."""
    known_checks()
    return {name: (_brought[name], package) for name, package in _packages.items()}


def check_can_travel(checks: Iterable[Check]) -> None:
    """Make sure that worker processes can import the functions of these checks.

    Raises
    ------
    ValueError
        One is defined in a script's main module, inside another function or in a notebook.
    """
    for check in checks:
        try:
            pickle.dumps(check)
            travels = check.measure.__module__ != "__main__"
        except (pickle.PicklingError, AttributeError, TypeError):
            travels = False
        if not travels:
            raise ValueError(
                f"the check {check.name!r}: worker processes cannot import {'.'.join(_where(check))}: "
                "define it at the top of a module, or use workers=1"
            )


def _where(check: Check) -> tuple[str, str]:
    measure = check.measure
    return getattr(measure, "__module__", ""), getattr(measure, "__qualname__", repr(measure))


def _plain(check: Check) -> Measure:
    """The check's measure with its value as Python's own type."""
    make = _PLAIN[check.words.kind]

    def measured(scene: Scene) -> Reading:
        taken = check.measure(scene)
        reading = taken if isinstance(taken, Reading) else Reading(taken)
        return replace(reading, value=make(reading.value))

    return measured


def _faults(check: Check) -> Iterable[str]:
    """The faults of a check, each with its remedy."""
    words, limits = check.words, check.limits
    if not _NAME.fullmatch(check.name) or check.name.partition(".")[0] not in SUBJECT_NAMES:
        yield f"name it subject.measure, in small letters, with one of the subjects {', '.join(SUBJECT_NAMES)}"
    if not callable(check.measure):
        yield "its measure is not callable: give a function of the scene"
    if not words.name:
        yield "its words have no name: give one in plain words"
    if not (words.good or words.answers):
        yield "its words have no sentence for a value within the limits: give good, or answers"
    if strange := strange_places(words):
        yield f"its sentences have unknown placeholders: remove {', '.join(sorted(strange))}"
    answers = (*(limits.warn_in or ()), *(limits.fail_in or ()))
    numbers = limits.to_dict().keys() - {"warn_in", "fail_in"}
    if (words.kind == "number" and answers) or (words.kind != "number" and numbers):
        yield f"its kind is {words.kind!r}, which does not fit its limits: change one of them"
    possible = {"word": words.values or answers, "yes_no": (True, False)}.get(words.kind, answers)
    if never := [answer for answer in answers if answer not in possible]:
        yield f"its limits list {', '.join(map(repr, never))}, which it never answers: change them or words.values"
    for side in ("low", "high"):
        limited = any(name.endswith("_below" if side == "low" else "_above") for name in numbers)
        said = getattr(words, side) and getattr(words, f"do_{side}")
        if limited and not said:
            yield f"a limit without words: give {side} and do_{side}, what is seen and what to do about it"
    for answer in answers:
        known = (words.answers or {}).get(str(answer))
        if not (known and known.do) and not (words.low and words.do_low):
            yield f"a limit without words: give answers[{str(answer)!r}] with what to do about it"
