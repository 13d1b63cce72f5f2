"""One file of a scan with its result: the row that the store keeps and every report is made from."""

from __future__ import annotations

from dataclasses import dataclass

from headshot_check.report import Report


@dataclass(frozen=True, slots=True)
class Row:
    """One file. N files in, N rows out: a file that cannot be read, hangs or kills its worker has a row as well."""

    path: str
    """where the file is, absolute; for a URL of a cluster's scan the URL"""
    name: str
    """as shown: below the scanned folder, with forward slashes; with several folders the folder's own name before it"""
    report: Report
    """unreadable ones have the cause as a stable code: those of `PhotoError`, "timed_out", "worker_died"; its `source`
    is the path as the user would type it"""
    size: int | None = None
    """of the file in bytes; None when it could not be looked at"""
    modified_ns: int | None = None
    """time of its last change, ns since 1970"""
    digest: str | None = None
    """BLAKE2b of its content, 128 bits, hexadecimal; None when it could not be read"""
    phash: int | None = None
    """perceptual hash of the upright picture, 64 bits; None when unreadable"""
    thumbnail: bytes | None = None
    """the upright picture as a small JPEG; None when unreadable"""
    seconds: float = 0.0
    """that its check took in the worker"""
    kept: bool = False
    """taken from an earlier run"""


@dataclass(frozen=True, slots=True)
class PhotoGroup:
    """Shots of one scene that are nearly the same."""

    members: tuple[int, ...]
    """indices into `FinishedScan.rows()`, two or more, ascending"""
    best: int
    """the index of the best of them"""
    reason: str
    """what sets the best apart, in a few words"""
