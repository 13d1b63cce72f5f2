"""Policies: limits from TOML files, judging values by them (pass, warn, fail), and the score."""

from __future__ import annotations

from headshot_check.policy.judging import Judgement, Policy, Rule, judge
from headshot_check.policy.reading import built_in, load_policy, project_file, with_checks
from headshot_check.policy.score import costs, score
from headshot_check.policy.told_once import told_already

__all__ = [
    "Judgement",
    "Policy",
    "Rule",
    "built_in",
    "costs",
    "judge",
    "load_policy",
    "project_file",
    "score",
    "told_already",
    "with_checks",
]
