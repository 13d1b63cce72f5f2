"""Faults that several checks detect are reported once."""

from __future__ import annotations

from collections.abc import Mapping

from headshot_check.policy.judging import Judgement, Rule
from headshot_check.policy.score import score


def told_already(rules: Mapping[str, Rule], judged: Mapping[str, Judgement]) -> frozenset[str]:
    """Checks whose finding is left out because another one reports the same fault (`Rule.same_as`).

    Of two such checks this is the one that costs less by itself, so that the score never rises as either gets worse.
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
