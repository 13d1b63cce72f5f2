"""The score: within the verdict's band, from the worst finding and the others. It never rises as a defect grows."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from headshot_check.policy.judging import WARN_ALONE, WARN_ENDS, WARN_STARTS, Judgement, Rule

HIDDEN = frozenset({"no_face", "mesh_doubtful", "eyes_closed", "face_turned", "too_few_pixels", "dark_glasses"})
"""Faults of the picture that hide other checks: a hidden check counts among the others as the worst it could be.

Each comes with a finding of its own (pose.yaw, covering.sunglasses, faces.found ...), which decides on the verdict.
Other causes (the file is not a JPEG, the person fills the frame) are nobody's fault and cost nothing.
"""


def costs(rules: Mapping[str, Rule], judged: Mapping[str, Judgement]) -> dict[str, float]:
    """What each finding takes off the score, by check: weight x severity, 0..1."""
    return {check: rules[check].weight * judgement.severity for check, judgement in judged.items()}


def worst_severity(rule: Rule) -> float:
    """The most that any value can come to under a rule, 0..1: 1 where something fails, less where it only warns.

    A warning limit alone comes to `WARN_ALONE`, as does a warning word; a rule without limits comes to 0.
    """
    limits = rule.limits
    if limits.fail_in or limits.fail_above is not None or limits.fail_below is not None:
        return 1.0
    return WARN_ALONE if limits.warn_in or limits.warn_above is not None or limits.warn_below is not None else 0.0


_BANDS = ((100.0, 80.0), (79.4, 50.0), (49.4, 0.0))
"""what "ready", "usable" and "retake" reach from and to; between them a step of rounding, no more"""
_JUST_UNDER = 2 - 1e-9
"""the worst warning; less one, what is just within the limits"""
_LEAST, _MOST = 0.1, 1.0
"""share of the last band that a failure beyond all measure takes, by its weight"""
_OTHERS = 3.0
"""how quickly the other findings tell once a limit is crossed"""


def score(
    rules: Mapping[str, Rule],
    judged: Mapping[str, Judgement],
    causes: Mapping[str, str],
    mended: Collection[str] = (),
) -> float:
    """Score of a photo, 0..100, not rounded: 80 and more "ready", 50 to 79 "usable", under 50 "retake".

    The worst finding decides: it takes the score from 100 at ease, by 80 at a warning's limit and 50 at the failing
    one, to 0 far beyond it, so that the score has no step where a value crosses a limit. The others, and checks that a
    fault of the picture hides (`HIDDEN`), lower it within the band, and where a limit is just crossed they do not yet.
    It never rises as any value gets worse.

    Parameters
    ----------
    rules
        By check.
    judged
        How each check came out.
    causes
        Why a check was not assessed, by check, for those that were not.
    mended
        Checks that need no other photo (a crop or an export mends them): they never make it a retake.
    """
    # most are well within their limits and count for nothing
    told = {check: one for check, one in judged.items() if one.near or one.status in ("warn", "fail")}
    worst = max((_badness(rules[check], one, check in mended) for check, one in told.items()), default=0.0)
    kept = math.prod(1 - cost for cost in costs(rules, told).values())
    for check, cause in causes.items():
        cost = rules[check].weight * worst_severity(rules[check]) if cause in HIDDEN else 0.0
        if cost:
            kept *= 1 - cost
            worst = max(worst, _JUST_UNDER - 1)
    band = min(int(worst), 2)
    at = worst - band
    at += (1 - kept) * min(_OTHERS * at, 1 - at)
    best, least = _BANDS[band]
    return best - (best - least) * at


def _badness(rule: Rule, judgement: Judgement, mended: bool) -> float:
    """0..1 within the limits, 1..2 a warning, 2..3 a failure; grows without a step as the value gets worse."""
    if judgement.status == "fail":
        far = max(min(rule.weight, _MOST), _LEAST) * judgement.beyond
        if not mended:
            return 2 + far
        warned = rule.limits.warn_in or rule.limits.warn_above is not None or rule.limits.warn_below is not None
        return _JUST_UNDER if warned else 1 + far
    if judgement.status == "warn":
        alone = worst_severity(rule) < 1
        share = (judgement.severity - WARN_STARTS) / ((WARN_ALONE if alone else WARN_ENDS) - WARN_STARTS)
        # towards the failing limit every check is as bad as any; a light one gets there late
        share = share * 2 * rule.weight if alone else share ** max(0.5 / max(rule.weight, 0.05), 1.0)
        return min(1 + share, _JUST_UNDER)
    return min(judgement.near, _JUST_UNDER - 1)
