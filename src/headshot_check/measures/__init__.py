"""Scene -> values with units: one module per subject, without limits and words.

A measure is a function of the scene, registered by the decorator `measure`. It returns a number, a bool or a word, or a
`Reading` if it also knows the region. If its preconditions are not met it raises `NotAssessed`, as properties of the
scene do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import NamedTuple

from headshot_check.measures.made_up import cause_of
from headshot_check.report import Region, Value
from headshot_check.scene import NotAssessed, Scene

SUBJECTS = (
    "file",
    "faces",
    "framing",
    "pose",
    "eyes",
    "covering",
    "lighting",
    "colour",
    "sharpness",
    "background",
    "capture",
    "car",
    "medium",
)
"""the modules with measures, in the order of a report"""


@dataclass(frozen=True, slots=True)
class Reading:
    """A measured value and where it was measured."""

    value: Value
    region: Region | None = None
    share: float | None = None
    """share of the picture that is affected, 0..1, if that is known and says more than the value"""


class Measurement(NamedTuple):
    """The result of one measure on a scene."""

    check: str
    """"subject.measure" """
    value: Value
    """None if not assessed"""
    unit: str | None
    region: Region | None = None
    cause: str | None = None
    """why it was not assessed"""
    share: float | None = None
    """share of the picture that is affected, 0..1"""


Measure = Callable[[Scene], "Value | Reading"]
_measures: dict[str, tuple[Measure, str | None]] = {}


def measure(check: str, unit: str | None = None) -> Callable[[Measure], Measure]:
    """Decorator that registers a function of the scene as the measure of `check`, in `unit`."""

    def register(function: Measure) -> Measure:
        _measures[check] = (function, unit)
        return function

    return register


def measure_all(scene: Scene, checks: Iterable[str] | None = None) -> dict[str, Measurement]:
    """Run the named measures (default: all) on a scene, in that order."""
    known = known_measures()
    return {check: _take(scene, check, *known[check]) for check in (known if checks is None else checks)}


@lru_cache(maxsize=1)
def known_measures() -> dict[str, tuple[Measure, str | None]]:
    """All measures by check: the function and its unit."""
    for subject in SUBJECTS:
        import_module(f"headshot_check.measures.{subject}")
    return _measures


def _take(scene: Scene, check: str, function: Measure, unit: str | None) -> Measurement:
    try:
        if (scene.photo.truncated or scene.photo.damaged) and (cause := cause_of(scene, check)) is not None:
            raise NotAssessed(cause)
        taken = function(scene)
    except NotAssessed as reason:
        return Measurement(check, None, unit, cause=reason.cause)
    read = taken if isinstance(taken, Reading) else Reading(taken)
    if isinstance(read.value, float) and not math.isfinite(read.value):
        return Measurement(check, None, unit, cause="no_number")
    return Measurement(check, read.value, unit, read.region, share=read.share)
