"""The jobs of a worker process, and their outcomes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from headshot_check.checks import Check
from headshot_check.photo import PhotoLimits
from headshot_check.policy import Policy
from headshot_check.report import Report

T = TypeVar("T")

THUMBNAIL_PX = 160
"""longer side of a row's thumbnail, px"""
new_digest = partial(hashlib.blake2b, digest_size=16)
"""the hash by which a file's content is found again"""
OUT_OF_MEMORY = 77
"""exit status of a worker that ran out of memory"""


@dataclass(frozen=True, slots=True)
class Setting:
    """Settings that a worker receives once, before its first job."""

    policy: Policy
    """for jobs without a policy"""
    limits: PhotoLimits
    """file size, pixels and memory above which a photo is refused before it is decoded"""
    time_limit_s: float
    """time limit for one photo"""
    checks: tuple[Check, ...] = ()
    """custom checks, in addition to those of installed packages"""


@dataclass(frozen=True, slots=True)
class Job:
    """One photo to check."""

    source: str | bytes
    """absolute path, or encoded bytes"""
    name: str
    """name of the photo in its report (`Report.source`)"""
    policy: Policy | None = None
    """policy to judge it by; None: the pool's own"""
    preview_px: int = THUMBNAIL_PX
    """longer side of the returned preview, px; smaller photos are not enlarged; 0: no preview"""


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A function that a worker calls with its checker: anything else that is done with a photo."""

    function: Callable[..., T]
    """called as `function(checker, *arguments)`; a function of a module, so that the worker can import it"""
    arguments: tuple[Any, ...]
    """arguments that can be pickled"""
    name: str
    """name of the photo in errors"""
    policy: Policy | None = None
    """policy of the checker; None: the pool's own"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a job. Every job has one, even if its worker died."""

    report: Report
    """"unreadable" with the cause "timed_out" or "worker_died" if the worker was killed or died, and with
    "check_failed" if the check raised an exception"""
    digest: str | None = None
    """BLAKE2b of the encoded bytes, 128 bits, hexadecimal; None if they could not be read"""
    phash: int | None = None
    """perceptual hash of the upright picture, 64 bits; None if unreadable"""
    preview: bytes | None = None
    """the upright picture as a small JPEG; None if unreadable or not requested"""
    size: int | None = None
    """number of encoded bytes; None as for `digest`"""
    seconds: float = 0.0
    """duration in the worker"""
