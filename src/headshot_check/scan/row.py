"""The rows of a scan: each is one file with its result, from which every report is made."""

from __future__ import annotations

from dataclasses import dataclass

from headshot_check.report import Report


@dataclass(frozen=True, slots=True)
class Row:
    """One file with its result; a file that cannot be read, hangs or crashes its worker has a row as well."""

    path: str
    """absolute path; for a URL of a scan on a cluster the URL"""
    name: str
    """displayed name: the path below the scanned folder, with forward slashes; with several folders it begins with the
    folder's own name"""
    report: Report
    """its `source` is the path as the user would type it; if the photo is unreadable, the finding's `cause` is one of
    `PHOTO_ERROR_CODES`"""
    size: int | None = None
    """file size in bytes; None if the file could not be examined"""
    modified_ns: int | None = None
    """time of the last change, ns since 1970; None as for `size`"""
    digest: str | None = None
    """BLAKE2b of the content, 128 bits, hexadecimal; None if it could not be read"""
    phash: int | None = None
    """perceptual hash of the upright picture, 64 bits; None if unreadable"""
    thumbnail: bytes | None = None
    """the upright picture as a small JPEG; None if unreadable or not kept"""
    seconds: float = 0.0
    """duration of the check in the worker"""
    kept: bool = False
    """whether the result is from an earlier run"""


@dataclass(frozen=True, slots=True)
class PhotoGroup:
    """Shots of one scene that are nearly the same."""

    members: tuple[int, ...]
    """indices into `FinishedScan.rows()`, two or more, ascending"""
    best: int
    """the index of the best of them"""
    reason: str
    """what sets the best apart, in a few words"""
