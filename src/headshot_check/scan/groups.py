"""Groups of near-duplicate photos, each with its best photo and the reason."""

from __future__ import annotations

import io
import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from headshot_check.advice.ranking import RankedPhoto, losing_words, rank_reports, standing_key
from headshot_check.policy import Policy
from headshot_check.report import Report
from headshot_check.scan.finished import Counts, FinishedScan
from headshot_check.scan.row import PhotoGroup, Row

MINIATURE_SIDE = 16
"""px"""
# Chosen on 1,547 portraits, 1.2 million pairs: no two people are taken for one shot, and the five pairs of one shot are
# found. So are 99 % of copies that are re-encoded, brightened, tinted, turned by 3 degrees or cropped by 5 %.
_NEAR_BITS, _NEAR_ALIKE = 14, 0.90
_FAR_BITS, _FAR_ALIKE = 22, 0.94
_WORTH_MOVING = 0.7
"""correlation from which two pictures are compared moved against each other as well"""
_MOVES = 2
"""px of the miniature, an eighth of the picture, to each side"""
_REASONS = 2
"""that the others lose by, most frequent first"""
_AS_GOOD = 3
"""points of the score that decide nothing between pictures of different size"""
_CONTENDERS = 30
"""of a group, by verdict and score, that are compared in all they have: more than a burst has"""
_FLAT = 0.02
"""spread of the logarithms, in which 1 is a factor of 2.7, below which a picture shows nothing to be compared"""
_LOGS = np.log(np.arange(256, dtype=np.float32) + 8)
"""of a level, so that exposure and gamma fall out of a correlation; the 8 keeps noise in the dark out of it"""

Hashed = tuple[int, int, bytes | None]
"""a picture's place, its perceptual hash, its miniature"""


def miniature(jpeg: bytes) -> bytes:
    """A picture reduced to 16 x 16 px RGB (768 bytes) whatever its shape, for finding near-duplicates."""
    with Image.open(io.BytesIO(jpeg)) as image:
        small = image.convert("RGB").resize((MINIATURE_SIDE, MINIATURE_SIDE), Image.Resampling.BOX)
    return bytes(small.tobytes())


def finished_scan(
    policy: Policy, folders: Sequence[str], rows: Sequence[Row], *, started: float | None = None
) -> FinishedScan:
    """A finished scan of rows that are in memory: counted, and grouped where they are nearly the same."""
    verdicts = Counter(row.report.verdict for row in rows)
    counts = Counts(
        len(rows),
        dict(verdicts),
        kept=sum(row.kept for row in rows),
        seconds=sum(row.seconds for row in rows),
        started=time.time() if started is None else started,
    )
    return FinishedScan(policy, folders, counts, lambda: iter(rows), group_rows(rows, policy))


def group_rows(rows: Sequence[Row], policy: Policy) -> tuple[PhotoGroup, ...]:
    """Group rows that are in memory; a group has two photos or more."""
    hashed = [
        (at, row.phash, None if row.thumbnail is None else miniature(row.thumbnail))
        for at, row in enumerate(rows)
        if row.phash is not None
    ]

    def standing(at: int) -> tuple[str, int | None]:
        return rows[at].report.verdict, rows[at].report.score

    return near_duplicates(hashed, standing, lambda places: [rows[at].report for at in places], policy)


def near_duplicates(
    hashed: Iterable[Hashed],
    standing: Callable[[int], tuple[str, int | None]],
    reports: Callable[[Iterable[int]], list[Report]],
    policy: Policy,
) -> tuple[PhotoGroup, ...]:
    """Groups of near-duplicates in the order of their first members, each with its best.

    Parameters
    ----------
    hashed
        Pictures that could be read, in order.
    standing
        Gives the verdict and the score of the picture at a place.
    reports
        Gives the reports of the pictures at some places.
    policy
        Decides which is best.
    """
    groups = []
    for members in alike(hashed):
        first = sorted(members, key=lambda at: standing_key(*standing(at)))[:_CONTENDERS]
        groups.append(_group(members, first, reports(first), policy))
    return tuple(groups)


def alike(hashed: Iterable[Hashed]) -> list[tuple[int, ...]]:
    """Groups of two or more pictures that are nearly the same as the first of the group, as their places."""
    places, numbers, flat = array("q"), array("Q"), bytearray()  # 784 bytes a picture: there may be very many
    blank = bytes(3 * MINIATURE_SIDE**2)
    for at, phash, small in hashed:
        places.append(at)
        numbers.append(phash)
        flat += small or blank
    hashes = np.array(numbers, np.uint64)
    pixels = np.frombuffer(flat, np.uint8).reshape(-1, MINIATURE_SIDE, MINIATURE_SIDE, 3)
    free = np.arange(len(places))
    groups = []
    while len(free):
        first, free = free[0], free[1:]
        bits = np.bitwise_count(hashes[free] ^ hashes[first])
        near = free[bits <= _FAR_BITS]
        if not len(near):
            continue
        same = near[_same(pixels[first], pixels[near], bits[bits <= _FAR_BITS])]
        if len(same):
            groups.append((places[first], *(places[at] for at in same)))
            free = np.setdiff1d(free, same, assume_unique=True)
    return groups


def _same(one: NDArray[np.uint8], others: NDArray[np.uint8], bits: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Which of the others (N, 16, 16, 3) show what one (16, 16, 3) shows; `bits`, in which their hashes differ."""
    needed = np.where(bits <= _NEAR_BITS, _NEAR_ALIKE, _FAR_ALIKE)
    likeness = _correlation(one[None], others)
    unsure = np.flatnonzero((likeness < needed) & (likeness >= _WORTH_MOVING))
    if len(unsure):
        likeness[unsure] = np.maximum(likeness[unsure], _moved(one, others[unsure]))
    found: NDArray[np.bool_] = likeness >= needed
    return found


def _moved(one: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The best correlation when the others are moved by up to an eighth of their side."""
    end, reach = MINIATURE_SIDE - _MOVES, range(-_MOVES, _MOVES + 1)
    middle = one[None, _MOVES:end, _MOVES:end]
    moved = [
        _correlation(middle, others[:, _MOVES + down : end + down, _MOVES + right : end + right])
        for down in reach
        for right in reach
    ]
    best: NDArray[np.float32] = np.max(moved, axis=0)
    return best


def _correlation(one: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Of one picture (1, H, W, 3) with others (N, H, W, 3), in the logarithm of their levels: -1 to 1."""
    mine, theirs = _feature(one), _feature(others)
    product: NDArray[np.float32] = theirs @ mine[0]
    return product


def _feature(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    logs = _LOGS[pixels].reshape(len(pixels), -1)
    logs -= logs.mean(axis=1, keepdims=True)
    length = np.linalg.norm(logs, axis=1, keepdims=True)
    logs[length[:, 0] < _FLAT * logs.shape[1] ** 0.5] = 0
    logs /= np.maximum(length, 1e-6)
    return logs


def _group(members: tuple[int, ...], first: Sequence[int], reports: Sequence[Report], policy: Policy) -> PhotoGroup:
    ranked = _largest_first(rank_reports(reports, policy), policy)
    best = next(at for at, report in zip(first, reports, strict=True) if report is ranked[0].report)
    return PhotoGroup(members, best, _reason(ranked))


def _largest_first(ranked: Sequence[RankedPhoto], policy: Policy) -> Sequence[RankedPhoto]:
    """With the photo of the most pixels before those that score hardly more: they are mostly smaller copies of it."""
    top = ranked[0].report
    equal = [one for one in ranked if _as_good(one.report, top)]
    largest = max(equal, key=lambda one: _pixels(one.report))  # the first of several
    if _pixels(largest.report) == _pixels(top):
        return ranked
    return [*rank_reports([largest.report], policy), *(one for one in ranked if one is not largest)]


def _as_good(report: Report, best: Report) -> bool:
    return report.verdict == best.verdict and (best.score or 0) - (report.score or 0) <= _AS_GOOD


def _pixels(report: Report) -> int:
    return 0 if report.photo is None else report.photo.width * report.photo.height


def _reason(ranked: Sequence[RankedPhoto]) -> str:
    """Why the best is the best, and the most frequent faults of the others."""
    lost: Counter[str] = Counter()
    most = _pixels(ranked[0].report)
    for one in ranked[1:]:
        plain, compared = losing_words(one.report, one.because)
        fewer = ["fewer pixels"] if _pixels(one.report) < most else []
        lost.update(dict.fromkeys((*plain, *compared, *fewer), 1))
    others = ", ".join(words for words, _ in lost.most_common(_REASONS)) or "as good"
    return f"{ranked[0].reason.removeprefix('the best: ')}; the others: {others}"
