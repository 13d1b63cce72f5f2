"""What is asked of a worker, and what comes back."""

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
"""longer side of a row's thumbnail"""
new_digest = partial(hashlib.blake2b, digest_size=16)
"""the hash of a file's content: what was checked once is known again by it, so there is one for all"""
OUT_OF_MEMORY = 77
"""exit status of a worker that ran out of memory"""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a worker is told once, before its first job."""

    policy: Policy
    """for jobs that name none"""
    limits: PhotoLimits
    """what is refused before it is decoded"""
    time_limit_s: float
    """for one photo"""
    checks: tuple[Check, ...] = ()
    """of the policy, those that no package brings"""


@dataclass(frozen=True, slots=True)
class Job:
    """One photo to check."""

    source: str | bytes
    """a path, or encoded bytes"""
    name: str
    """what the report calls it (`Report.source`)"""
    policy: Policy | None = None
    """what to hold it against; None: the pool's own"""
    preview_px: int = THUMBNAIL_PX
    """longer side of the small JPEG that comes back, never enlarged; 0: none is wanted"""


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """Anything else that is done with a photo: a function that a worker calls with a checker."""

    function: Callable[..., T]
    """of a module, so that the worker can import it; `function(checker, *arguments)`"""
    arguments: tuple[Any, ...]
    name: str
    """of the photo, in errors"""
    policy: Policy | None = None
    """of the checker; None: the pool's own"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a worker made of a job. There is one for every job, whatever happened to the worker."""

    report: Report
    """"unreadable" with the cause "timed_out" or "worker_died" where the worker did not come to an end, and with
    "check_failed" where the check itself went wrong"""
    digest: str | None = None
    """BLAKE2b of the encoded bytes, 128 bits, hexadecimal; None when they could not be read"""
    phash: int | None = None
    """perceptual hash of the upright picture, 64 bits; None when unreadable"""
    preview: bytes | None = None
    """the upright picture as a small JPEG; None when unreadable or not wanted"""
    size: int | None = None
    """encoded bytes"""
    seconds: float = 0.0
    """in the worker"""
