"""Shots of one scene that are nearly the same, and the best of them with the reason."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from headshot_check.policy import Policy
from headshot_check.ranking import RankedPhoto, rank_reports
from headshot_check.report import Report
from headshot_check.scan.finished import Group
from headshot_check.scan.row import Row

MINIATURE_SIDE = 16
"""px"""
_ALIKE_BITS = 18
_ALIKE = 0.93
_REASONS = 2
_BLOCK = 512
"""pictures that are compared with all others at a time"""

Hashed = tuple[int, int, bytes | None]
"""a picture's place, its perceptual hash, its miniature"""


def miniature(jpeg: bytes) -> bytes:
    """A picture in 16 x 16 px, RGB, 768 bytes, whatever its shape: what near-duplicates are told by."""
    with Image.open(io.BytesIO(jpeg)) as image:
        small = image.convert("RGB").resize((MINIATURE_SIDE, MINIATURE_SIDE), Image.Resampling.BOX)
    return bytes(small.tobytes())


def group_rows(rows: Sequence[Row], policy: Policy) -> tuple[Group, ...]:
    """Group rows that are in memory; a group has two photos or more."""
    hashed = [
        (at, row.phash, None if row.thumbnail is None else miniature(row.thumbnail))
        for at, row in enumerate(rows)
        if row.phash is not None
    ]
    return near_duplicates(hashed, lambda places: [rows[at].report for at in places], policy)


def near_duplicates(
    hashed: Sequence[Hashed], reports: Callable[[Iterable[int]], list[Report]], policy: Policy
) -> tuple[Group, ...]:
    """The groups of pictures that are nearly the same, by their first member, each with its best.

    Parameters
    ----------
    hashed
        Pictures that could be read, in order.
    reports
        Gives the reports of the pictures at some places.
    policy
        Decides which is best.
    """
    return tuple(_group(members, reports(members), policy) for members in alike(hashed))


def alike(hashed: Sequence[Hashed]) -> list[tuple[int, ...]]:
    """The places of pictures that are nearly the same, two or more together, each place once."""
    hashes = np.array([phash for _, phash, _ in hashed], np.uint64)
    features = _features([small for _, _, small in hashed])
    leader = np.arange(len(hashes))
    for start in range(0, len(hashes), _BLOCK):
        block = hashes[start : start + _BLOCK]
        near = np.bitwise_count(block[:, None] ^ hashes[None, start:]) <= _ALIKE_BITS
        for row, column in np.argwhere(near):
            first, second = start + int(row), start + int(column)
            free = second > first and leader[second] == second and leader[first] == first
            if free and float(features[first] @ features[second]) >= _ALIKE:
                leader[second] = first
    members: dict[int, list[int]] = {}
    for at, of in enumerate(leader):
        members.setdefault(int(of), []).append(hashed[at][0])
    return [tuple(places) for places in members.values() if len(places) > 1]


def _features(miniatures: Sequence[bytes | None]) -> NDArray[np.float32]:
    blank = bytes(3 * MINIATURE_SIDE**2)
    pixels = np.frombuffer(b"".join(small or blank for small in miniatures), np.uint8).astype(np.float32)
    logs = np.log(pixels.reshape(len(miniatures), -1) + 8)
    logs -= logs.mean(axis=1, keepdims=True)
    logs /= np.maximum(np.linalg.norm(logs, axis=1, keepdims=True), 1e-6)
    return logs


def _group(members: tuple[int, ...], reports: Sequence[Report], policy: Policy) -> Group:
    ranked = rank_reports(reports, policy)
    best = next(at for at, report in zip(members, reports, strict=True) if report is ranked[0].report)
    return Group(members, best, _reason(ranked))


def _reason(ranked: Sequence[RankedPhoto]) -> str:
    """What is to be said of the best, and what most of the others lose by."""
    lost = Counter(one.reason.removesuffix(" than #1") for one in ranked[1:] if one.because)
    others = ", ".join(reason for reason, _ in lost.most_common(_REASONS)) or "as good"
    return f"{ranked[0].reason.removeprefix('the best: ')}; the others: {others}"
