"""headshot-check: says what is wrong with a profile picture, and how to retake it.

>>> from headshot_check import check
>>> report = check("fixtures/images/drivers_seat_selfie.jpg")
>>> report.verdict, report.drivers_seat.verdict
('retake', 'likely')

Importing the package loads nothing heavy; the first check loads the networks.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from headshot_check.defaults import DEFAULT_POLICY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from headshot_check.advice.ranking import RankedPhoto
    from headshot_check.checker import Checker
    from headshot_check.checks import Check, Words
    from headshot_check.crop.result import CroppedPhoto
    from headshot_check.crop.targets import CropError
    from headshot_check.errors import (
        CheckError,
        HeadshotCheckError,
        PhotoError,
        PolicyError,
        WeightsError,
        WorkerError,
    )
    from headshot_check.photo import PhotoLimits, Source
    from headshot_check.policy import Policy, load_policy
    from headshot_check.report import Crop, Cue, DriversSeat, Face, Finding, Limits, PhotoFacts, Region, Report, schema

__version__ = "0.1.0"

__all__ = [
    "Check",
    "CheckError",
    "Checker",
    "Crop",
    "CropError",
    "CroppedPhoto",
    "Cue",
    "DriversSeat",
    "Face",
    "Finding",
    "HeadshotCheckError",
    "Limits",
    "PhotoError",
    "PhotoFacts",
    "PhotoLimits",
    "Policy",
    "PolicyError",
    "RankedPhoto",
    "Region",
    "Report",
    "WeightsError",
    "Words",
    "WorkerError",
    "check",
    "load_policy",
    "rank",
    "schema",
]

_HOMES = {
    "Checker": "checker",
    "CropError": "crop.targets",
    "CroppedPhoto": "crop.result",
    "PhotoLimits": "photo",
    "RankedPhoto": "advice.ranking",
    **dict.fromkeys(("Policy", "load_policy"), "policy"),
    **dict.fromkeys(("Check", "Words"), "checks"),
    **dict.fromkeys(
        ("CheckError", "HeadshotCheckError", "PhotoError", "PolicyError", "WeightsError", "WorkerError"), "errors"
    ),
    **dict.fromkeys(
        ("Crop", "Cue", "DriversSeat", "Face", "Finding", "Limits", "PhotoFacts", "Region", "Report", "schema"),
        "report",
    ),
}


def check(source: Source, *, policy: str | PathLike[str] = DEFAULT_POLICY) -> Report:
    """Check one photo with a shared, lazily loaded `Checker`.

    Parameters
    ----------
    source
        A path, encoded bytes, a binary file object, a PIL image, or RGB uint8 pixels (H, W, 3).
    policy
        A policy that comes with the package, by name, or the path of one's own .toml file.

    Returns
    -------
    Report
        Its verdict is "unreadable" when the picture cannot be read, with the cause in its one finding.

    Raises
    ------
    PhotoError
        With the code "bad_input": `source` is none of the above.
    PolicyError
        The policy is unknown or has a bad key.
    WeightsError
        A network's file is missing or damaged.
    """
    from headshot_check.checker import shared_checker

    return shared_checker(policy).check(source)


def rank(
    sources: str | PathLike[str] | Iterable[Source], *, policy: str | PathLike[str] = DEFAULT_POLICY
) -> tuple[RankedPhoto, ...]:
    """Check several shots of one person and put the best first, each of the others with the reason why it lost.

    Parameters
    ----------
    sources
        A folder of photos, or whatever `check` takes, several times.
    policy
        As for `check`.

    Returns
    -------
    tuple of RankedPhoto
        One row for every shot; equals keep their order, what cannot be read comes last.

    Raises
    ------
    PhotoError
        The folder holds no photos.
    PolicyError
        The policy is unknown or has a bad key.
    """
    from os import PathLike

    from headshot_check.checker import rank_photos, shared_checker
    from headshot_check.file_names import photos_in

    shots: Iterable[Source] = photos_in(sources) if isinstance(sources, (str, PathLike)) else sources
    return rank_photos(shots, shared_checker(policy))


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"headshot_check.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
