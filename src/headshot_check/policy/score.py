"""The score: 100 for a photo in which nothing is found, less for each finding. It never rises as a defect grows."""

from __future__ import annotations

from collections.abc import Mapping

from headshot_check.policy.judging import WARN_ALONE, Judgement, Rule

HIDDEN = frozenset({"no_face", "mesh_doubtful", "eyes_closed", "face_turned", "too_few_pixels", "dark_glasses"})
"""Faults of the picture that hide other checks: each hidden check costs the most that it could have cost.

Without this a head that turns further and further away, or puts on sunglasses, would gain points when its eyes can no
longer be judged. Other causes (the file is not a JPEG, the person fills the frame) are nobody's fault and cost nothing.
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


def score(rules: Mapping[str, Rule], judged: Mapping[str, Judgement], causes: Mapping[str, str]) -> float:
    """Score of a photo, 0..100, not rounded.

    100 times the product of what each finding leaves, 1 - weight x severity. A check that a fault of the picture hides
    (`HIDDEN`) counts as if it had come out as badly as it can, so that hiding it never raises the score.

    Parameters
    ----------
    rules
        By check.
    judged
        How each check came out.
    causes
        Why a check was not assessed, by check, for those that were not.
    """
    left = 100.0
    for check, judgement in judged.items():
        left *= 1 - rules[check].weight * judgement.severity
    for check, cause in causes.items():
        if cause in HIDDEN:
            left *= 1 - rules[check].weight * worst_severity(rules[check])
    return left
