"""A fault that several checks see is told once."""

from __future__ import annotations

from collections.abc import Mapping

from headshot_check.policy.judging import Judgement, Rule
from headshot_check.policy.score import score


def told_already(rules: Mapping[str, Rule], judged: Mapping[str, Judgement]) -> frozenset[str]:
    """Checks whose complaint another one makes as badly or worse (`Rule.same_as`).

    Of the two goes the one that takes less off the score by itself, so that the score never rises as either grows.
    """
    told = set()
    for check, rule in rules.items():
        same = rule.same_as
        if same is None or same not in judged or not judged[check].severity or not judged[same].severity:
            continue
        if rule.same_when is not None and judged[same].high != (rule.same_when == "above"):
            continue
        own, other = (score(rules, {one: judged[one]}, {}) for one in (check, same))
        told.add(check if own >= other else same)
    return frozenset(told)
