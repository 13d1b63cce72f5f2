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
"""width and height of a miniature, px"""
# Two pictures are near-duplicates if their hashes differ in at most _NEAR_BITS and their miniatures correlate by
# _NEAR_ALIKE, or with _FAR_BITS and _FAR_ALIKE. Chosen on 1,547 portraits, 1.2 million pairs: no two people are
# grouped, and the five pairs of one shot are found. So are 99 % of copies that are re-encoded, brightened, tinted,
# rotated by 3 degrees or cropped by 5 %.
_NEAR_BITS, _NEAR_ALIKE = 14, 0.90
_FAR_BITS, _FAR_ALIKE = 22, 0.94
_WORTH_SHIFTING = 0.7
"""least correlation at which two miniatures are also compared shifted"""
_SHIFTS = 2
"""largest shift to each side, px of the miniature (an eighth of the picture)"""
_REASONS = 2
"""number of reasons that are named why the others lost, most frequent first"""
_AS_GOOD = 3
"""points of the score within which the photo with most pixels is the best"""
_CONTENDERS = 30
"""photos of a group, by verdict and score, whose full reports are compared: more than a burst has"""
_FLAT = 0.02
"""standard deviation of the natural logarithms of the levels below which a miniature is too flat to compare"""
_LOGS = np.log(np.arange(256, dtype=np.float32) + 8)
"""logarithm of each level: exposure and gamma then do not change a correlation; the 8 suppresses noise in the dark"""

Hashed = tuple[int, int, bytes | None]
"""a picture's row index, its perceptual hash (64 bits) and its miniature"""


def miniature(jpeg: bytes) -> bytes:
    """A JPEG reduced to 16 x 16 px RGB (768 bytes), whatever its aspect ratio, for finding near-duplicates."""
    with Image.open(io.BytesIO(jpeg)) as image:
        small = image.convert("RGB").resize((MINIATURE_SIDE, MINIATURE_SIDE), Image.Resampling.BOX)
    return bytes(small.tobytes())


def finished_scan(
    policy: Policy, folders: Sequence[str], rows: Sequence[Row], *, started: float | None = None
) -> FinishedScan:
    """A finished scan of rows in memory, with counts and groups of near-duplicates."""
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
    """Groups of near-duplicates among rows in memory, each of two photos or more."""
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
    """Groups of near-duplicates in the order of their first members, each with its best photo.

    Parameters
    ----------
    hashed
        Readable pictures, in order.
    standing
        Returns the verdict and the score of the picture with a row index.
    reports
        Returns the reports of the pictures with some row indices, in their order.
    policy
        Decides which photo is best.
    """
    groups = []
    for members in alike(hashed):
        first = sorted(members, key=lambda at: standing_key(*standing(at)))[:_CONTENDERS]
        groups.append(_group(members, first, reports(first), policy))
    return tuple(groups)


def alike(hashed: Iterable[Hashed]) -> list[tuple[int, ...]]:
    """Groups of two or more row indices; each picture of a group is a near-duplicate of the first."""
    places, numbers, flat = array("q"), array("Q"), bytearray()  # 784 bytes per picture: there may be millions
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
    """Which of the others (N, 16, 16, 3) are near-duplicates of one (16, 16, 3): (N,); `bits`: hash distances (N,)."""
    needed = np.where(bits <= _NEAR_BITS, _NEAR_ALIKE, _FAR_ALIKE)
    likeness = _correlation(one[None], others)
    unsure = np.flatnonzero((likeness < needed) & (likeness >= _WORTH_SHIFTING))
    if len(unsure):
        likeness[unsure] = np.maximum(likeness[unsure], _shifted_correlation(one, others[unsure]))
    found: NDArray[np.bool_] = likeness >= needed
    return found


def _shifted_correlation(one: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The best correlation (N,) over all shifts of the others (N, 16, 16, 3)."""
    end, reach = MINIATURE_SIDE - _SHIFTS, range(-_SHIFTS, _SHIFTS + 1)
    middle = one[None, _SHIFTS:end, _SHIFTS:end]
    shifted = [
        _correlation(middle, others[:, _SHIFTS + down : end + down, _SHIFTS + right : end + right])
        for down in reach
        for right in reach
    ]
    best: NDArray[np.float32] = np.max(shifted, axis=0)
    return best


def _correlation(one: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Correlation (N,) of one picture (1, H, W, 3) with others (N, H, W, 3) in log levels: -1 to 1; 0 if flat."""
    product: NDArray[np.float32] = _normalised(others) @ _normalised(one)[0]
    return product


def _normalised(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Log levels of pictures (N, H, W, 3) as vectors (N, H * W * 3) of mean 0 and length 1, or 0 if flat."""
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
    """Why the best photo won, and the most frequent faults of the others."""
    lost: Counter[str] = Counter()
    most = _pixels(ranked[0].report)
    for one in ranked[1:]:
        plain, compared = losing_words(one.report, one.because)
        fewer = ["fewer pixels"] if _pixels(one.report) < most else []
        lost.update(dict.fromkeys((*plain, *compared, *fewer), 1))
    others = ", ".join(words for words, _ in lost.most_common(_REASONS)) or "as good"
    return f"{ranked[0].reason.removeprefix('the best: ')}; the others: {others}"
