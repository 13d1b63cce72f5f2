"""The score: within the band of the verdict, from the worst finding and the others; monotonic in every defect."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from headshot_check.policy.judging import WARN_ALONE, WARN_ENDS, WARN_STARTS, Judgement, Rule

HIDDEN = frozenset({"no_face", "mesh_doubtful", "eyes_closed", "face_turned", "too_few_pixels", "dark_glasses"})
"""Causes, why a check was not assessed, that are faults of the photo: such a check counts as the worst it could be.

Each of these faults also has a finding of its own (pose.yaw, covering.sunglasses, faces.found), which determines the
verdict. Other causes (not a JPEG, the person fills the frame) cost nothing.
"""


def costs(rules: Mapping[str, Rule], judged: Mapping[str, Judgement]) -> dict[str, float]:
    """Cost of each finding to the score, by check: weight x severity, 0..1."""
    return {check: rules[check].weight * judgement.severity for check, judgement in judged.items()}


def worst_severity(rule: Rule) -> float:
    """Highest severity by a rule: 1 if a value can fail, `WARN_ALONE` if it can only warn, 0 without limits."""
    limits = rule.limits
    if limits.fail_in or limits.fail_above is not None or limits.fail_below is not None:
        return 1.0
    return WARN_ALONE if limits.warn_in or limits.warn_above is not None or limits.warn_below is not None else 0.0


_BANDS = ((100.0, 80.0), (79.4, 50.0), (49.4, 0.0))
"""highest and lowest score of "ready", "usable" and "retake"; adjacent bands differ by a rounding step only"""
_JUST_UNDER = 2 - 1e-9
"""badness of the worst warning; minus 1, that of a value just within the limits"""
_LEAST, _MOST = 0.1, 1.0
"""least and largest share of the lowest band that an extreme failure costs, depending on its weight"""
_OTHERS = 3.0
"""how quickly the other findings take effect once a limit is crossed"""


def score(
    rules: Mapping[str, Rule],
    judged: Mapping[str, Judgement],
    causes: Mapping[str, str],
    mended: Collection[str] = (),
) -> float:
    """Score of a photo, 0..100, not rounded: 80 and more "ready", 50 to 79 "usable", under 50 "retake".

    The worst finding determines the band: 100 well within its limits, 80 at its warning limit, 50 at its failing limit,
    0 far beyond it, without a step where a limit is crossed. The other findings, and checks hidden by a fault of the
    photo (`HIDDEN`), lower the score within the band, with no effect at the limit itself. The score never rises as any
    value gets worse.

    Parameters
    ----------
    rules
        By check.
    judged
        Judgements by check.
    causes
        The cause for each check that was not assessed, by check.
    mended
        Checks that a crop or an export fixes: they never make the photo a retake.
    """
    # most are well within their limits and cost nothing
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
    """0..1 within the limits, 1..2 for a warning, 2..3 for a failure; continuous and monotonic in the defect."""
    if judgement.status == "fail":
        far = max(min(rule.weight, _MOST), _LEAST) * judgement.beyond
        if not mended:
            return 2 + far
        warned = rule.limits.warn_in or rule.limits.warn_above is not None or rule.limits.warn_below is not None
        return _JUST_UNDER if warned else 1 + far
    if judgement.status == "warn":
        alone = worst_severity(rule) < 1
        share = (judgement.severity - WARN_STARTS) / ((WARN_ALONE if alone else WARN_ENDS) - WARN_STARTS)
        # all checks are equally bad at the failing limit, but those of low weight rise later
        share = share * 2 * rule.weight if alone else share ** max(0.5 / max(rule.weight, 0.05), 1.0)
        return min(1 + share, _JUST_UNDER)
    return min(judgement.near, _JUST_UNDER - 1)
