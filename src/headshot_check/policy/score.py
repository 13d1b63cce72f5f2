"""The score: 100 for a photo in which nothing is found, less for each finding. It never rises as a defect grows."""

from __future__ import annotations

from collections.abc import Mapping

from headshot_check.policy.judging import Judgement, Rule

HIDDEN = {
    "no_face": 1.0,
    "mesh_doubtful": 1.0,
    "eyes_closed": 0.5,
    "face_turned": 0.25,
    "too_few_pixels": 0.25,
    "dark_glasses": 0.25,
}
"""Faults of the picture that hide other checks, and how severe that is, 0..1.

Without this a head that turns further and further away would gain points when its eyes can no longer be judged. Other
causes (the file is not a JPEG, the person fills the frame) are nobody's fault and cost nothing.
"""


def costs(rules: Mapping[str, Rule], judged: Mapping[str, Judgement]) -> dict[str, float]:
    """What each finding takes off the score, by check: weight x severity, 0..1."""
    return {check: rules[check].weight * judgement.severity for check, judgement in judged.items()}


def score(rules: Mapping[str, Rule], judged: Mapping[str, Judgement], causes: Mapping[str, str]) -> float:
    """Score of a photo, 0..100, not rounded.

    100 times the product of what each finding leaves, 1 - weight x severity. A fault that hides checks (`HIDDEN`) costs
    once, by the heaviest check that it hides.

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
    for cost in costs(rules, judged).values():
        left *= 1 - cost
    for cause, severity in HIDDEN.items():
        hidden = [rules[check].weight for check, why in causes.items() if why == cause]
        left *= 1 - severity * max(hidden, default=0.0)
    return left
