"""Ranks several shots of one person, and says why each of the others lost.

Shots are ordered by their verdict, then by their score, then by `points`: the score with checks judged as they grow,
so that of two shots in which nothing is found the sharper one, or the one with the eyes wider open, wins. What a check
costs is its weight in the policy; the ranking adds no weight of its own but the smile's, which decides between equals.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from headshot_check.policy import Policy, Rule
from headshot_check.policy.judging import WARN_STARTS
from headshot_check.report import Finding, Report
from headshot_check.words import words_of

_VERDICTS: Final[dict[str, int]] = {"ready": 0, "usable": 1, "retake": 2, "unreadable": 3}
_SMILE, _SMILE_WORTH = 0.08, 0.02
"""a smile that all see (90th percentile of speakers), and the share of the points that its absence costs"""
_TELLS = 0.004
"""share of the points from which a difference is worth a word"""
_LIKELIHOODS: Final = ("car.", "medium.", "pose.in_action", "lighting.scene")
"""subjects and checks whose value, within its limits, says nothing of a picture: less likely is not better"""
_MOST_REASONS = 2


@dataclass(frozen=True, slots=True)
class RankedPhoto:
    """One shot with its place in the ranking."""

    place: int | None
    """1 = the best; None when it cannot be read"""
    report: Report
    points: float | None
    """0..100, what decides among shots of one score; None when it cannot be read"""
    reason: str
    """why it lost against the best, or what is to be said of the best, in a few words"""
    because: tuple[str, ...] = ()
    """the checks behind the reason, the weightiest first"""

    @property
    def source(self) -> str:
        """The path as given, or `<bytes>`, `<stream>`, `<image>` or `<array>`."""
        return self.report.source

    def to_dict(self) -> dict[str, Any]:
        """As plain data, ready for `json.dumps`."""
        return {
            "place": self.place,
            "source": self.source,
            "verdict": self.report.verdict,
            "score": self.report.score,
            "points": None if self.points is None else round(self.points, 2),
            "reason": self.reason,
            "because": list(self.because),
            "drivers_seat": self.report.drivers_seat.verdict,
            "findings": [one.to_dict() for one in self.report.findings if one.status in ("warn", "fail")],
        }


def rank_reports(reports: Iterable[Report], policy: Policy) -> tuple[RankedPhoto, ...]:
    """Put reports in order: by verdict, by score, by points, and then as they came."""
    given = [(report, None if report.score is None else losses(report, policy)) for report in reports]
    order = sorted(given, key=lambda one: (*standing_key(one[0].verdict, one[0].score), -_points(one[1])))
    ranked, best = [], order[0][1] if order else None
    for place, (report, lost) in enumerate(order, 1):
        if lost is None or best is None:
            ranked.append(RankedPhoto(None, report, None, _unreadable(report)))
            continue
        because = _because(report, lost, best) if place > 1 else ()
        words = _against(report, because, lost, best) if place > 1 else _best(report)
        ranked.append(RankedPhoto(place, report, _points(lost), words, because))
    return tuple(ranked)


def standing_key(verdict: str, score: int | None) -> tuple[int, int]:
    """Key of the order by verdict and score, the best first; `points` decide among equals."""
    return _VERDICTS[verdict], -(score or 0)


def losses(report: Report, policy: Policy) -> dict[str, float]:
    """What each check takes from the points, by check, as a share 0..1: weight x continuous severity.

    Within the limits severity grows with the square of the nearness to the limit up to `WARN_STARTS`; from there on
    it is the score's own. The smile is in it too where the policy reports it.
    """
    lost = {}
    for finding in report.findings:
        rule = policy.rules.get(finding.check)
        if rule is None or finding.status == "not_assessed":
            continue
        if finding.check == "mouth.smile":
            if isinstance(finding.value, (int, float)):
                lost[finding.check] = _SMILE_WORTH * (1 - min(max(finding.value / _SMILE, 0.0), 1.0))
        else:
            lost[finding.check] = rule.weight * _severity(finding, rule)
    return lost


def _points(lost: Mapping[str, float] | None) -> float:
    return -1.0 if lost is None else 100 * math.prod(1 - min(one, 1.0) for one in lost.values())


def _severity(finding: Finding, rule: Rule) -> float:
    from headshot_check.measures import Measurement
    from headshot_check.policy import judge

    value = finding.value
    if value is None:
        return 0.0
    if finding.status != "pass" or isinstance(value, (bool, str)):
        return judge(rule, Measurement(finding.check, value, finding.unit)).severity
    return WARN_STARTS * rule.limits.nearness(float(value)) ** 2


def _because(report: Report, lost: Mapping[str, float], best: Mapping[str, float]) -> tuple[str, ...]:
    """The checks in which a shot is worse than the best, the weightiest first.

    What was not assessed in the best tells only where it is wrong in this one, as what is only how likely something is.
    """
    wrong = {finding.check for finding in report.findings if finding.status in ("warn", "fail")}
    compared = {check for check in lost if check in wrong or (check in best and not check.startswith(_LIKELIHOODS))}
    worse = {check: _log(lost[check]) - _log(best.get(check, 0.0)) for check in compared}
    told = sorted((check for check in worse if worse[check] > _TELLS), key=lambda check: -worse[check])
    return tuple(told[:_MOST_REASONS])


def _log(lost: float) -> float:
    """A share as a term of a sum: points are a product of what is left."""
    return -math.log(max(1 - lost, 1e-6))


def _against(report: Report, because: tuple[str, ...], lost: Mapping[str, float], best: Mapping[str, float]) -> str:
    plain, compared = losing_words(report, because)
    if compared:
        plain.append(f"{' and '.join(compared)} than #1")
    if plain:
        return ", ".join(dict.fromkeys(plain))
    return "as good as #1" if abs(_points(lost) - _points(best)) < 1e-9 else "nearly as good as #1"


def losing_words(report: Report, because: Iterable[str]) -> tuple[list[str], list[str]]:
    """What is wrong with a shot by these checks, and in what it is only worse than the best."""
    plain: list[str] = []
    compared: list[str] = []
    for check in because:
        beyond = report.finding(check).status in ("warn", "fail")
        (plain if beyond else compared).append(words_of(check).how_it_loses(beyond=beyond))
    return plain, compared


def _best(report: Report) -> str:
    wrong = [words_of(one.check).how_it_loses(beyond=True) for one in report.findings if one.status in ("warn", "fail")]
    if not wrong:
        return "the best: good as it is"
    return f"the best of these, though {' and '.join(list(dict.fromkeys(wrong))[:_MOST_REASONS])}"


def _unreadable(report: Report) -> str:
    text = report.findings[0].message if report.findings else ""
    return "cannot be read: " + text.removeprefix(f"{report.source}: ").partition(". ")[0].rstrip(".")
