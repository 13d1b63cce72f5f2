"""How well a score tells yes from no, and how sure that is: intervals by bootstrap over groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Truth = NDArray[np.bool_]
Scores = NDArray[np.float64]
Measure = Callable[[Truth, Scores], float]
ALARMS = (0.005, 0.01, 0.02)
DRAWS = 500
BINS = 10


def auc(yes: Truth, score: Scores) -> float:
    """Area under the ROC curve, 0..1; ties count half."""
    no = np.sort(score[~yes])
    below = np.searchsorted(no, score[yes], "left") + np.searchsorted(no, score[yes], "right")
    return float(below.mean() / 2 / len(no))


def average_precision(yes: Truth, score: Scores) -> float:
    """0..1; ties count against: a yes comes after the noes of the same score."""
    order = np.lexsort((yes, -score))
    hits = yes[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())


def recall(yes: Truth, score: Scores, alarms: float) -> float:
    """Share of yeses above the threshold that at most `alarms` of the noes pass, 0..1."""
    no = np.sort(score[~yes])[::-1]
    threshold = no[min(int(alarms * len(no)), len(no) - 1)]
    return float((score[yes] > threshold).mean())


def calibration_error(yes: Truth, probability: Scores, share: float | None = None) -> float:
    """Expected calibration error, 10 bins, 0..1.

    Parameters
    ----------
    share
        Weigh the photos as if this share of them were yeses; None: as they are.
    """
    weight = np.full(len(yes), 1 / len(yes))
    if share is not None:
        weight = np.where(yes, share / yes.sum(), (1 - share) / (~yes).sum())
    at = np.minimum((probability * BINS).astype(int), BINS - 1)
    gaps = (weight * (yes - probability)).astype(float)
    return float(sum(abs(gaps[at == k].sum()) for k in range(BINS)))


def recall_at(alarms: float) -> Measure:
    """`recall` at one rate of false alarms."""
    return lambda yes, score: recall(yes, score, alarms)


MEASURES: dict[str, Measure] = {
    "AUC": auc,
    "AP": average_precision,
    **{f"recall at {a:.1%}": recall_at(a) for a in ALARMS},
}


def draws(yes: Truth, groups: Sequence[str], count: int = DRAWS, seed: int = 0) -> list[NDArray[np.intp]]:
    """Indices of resampled groups, each draw with at least one yes and one no."""
    rng = np.random.default_rng(seed)
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    index = [np.flatnonzero(member == k) for k in range(len(names))]
    found = []
    for _ in range(count):
        pick = np.concatenate([index[k] for k in rng.integers(0, len(names), len(names))])
        if yes[pick].any() and not yes[pick].all():
            found.append(pick)
    return found


def with_interval(measure: Measure, yes: Truth, score: Scores, picks: Sequence[NDArray[np.intp]]) -> str:
    """The value and its 95 % interval."""
    low, high = np.quantile([measure(yes[p], score[p]) for p in picks], (0.025, 0.975))
    return f"{measure(yes, score):.3f} ({low:.2f}-{high:.2f})"


def gain(measure: Measure, yes: Truth, ours: Scores, theirs: Scores, picks: Sequence[NDArray[np.intp]]) -> str:
    """How much higher `ours` measures than `theirs` on the same photos, and its 95 % interval."""
    each = [measure(yes[p], ours[p]) - measure(yes[p], theirs[p]) for p in picks]
    low, high = np.quantile(each, (0.025, 0.975))
    return f"{measure(yes, ours) - measure(yes, theirs):+.3f} ({low:+.2f} to {high:+.2f})"


def share(hits: NDArray[np.bool_], groups: Sequence[str]) -> str:
    """A share with its 95 % interval; for none or all, the far end from the number of groups (rule of three)."""
    if not len(hits):
        return "-"
    names, member = np.unique(np.asarray(groups), return_inverse=True)
    if not hits.any():
        return f"0 (up to {min(1.0, 3 / len(names)):.1%})"
    if hits.all():
        return f"{len(hits)} = 100% (from {max(0.0, 1 - 3 / len(names)):.1%})"
    rng = np.random.default_rng(0)
    counts = np.stack([np.bincount(member, hits), np.bincount(member)], 1)
    picks = rng.integers(0, len(names), (DRAWS, len(names)))
    drawn = counts[picks].sum(1)
    low, high = np.quantile(drawn[:, 0] / drawn[:, 1], (0.025, 0.975))
    return f"{int(hits.sum())} = {hits.mean():.1%} ({low:.1%}-{high:.1%})"
