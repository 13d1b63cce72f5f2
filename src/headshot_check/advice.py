"""Findings -> what to do, in plain words and in the order in which a photographer would say it.

The sentences are in sentences.py; the numbers in them are those that the finding carries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from headshot_check.report import DriversSeat, Finding, Value
from headshot_check.sentences import CAUSES, CUES_IN_WORDS, SOMEONE, WORDS

MOST_INSTRUCTIONS = 4
"""More than this nobody remembers with the camera in hand."""


def cause_in_words(cause: str) -> str:
    """Why something was not assessed, as the end of a sentence.

    >>> cause_in_words("no_face")
    'no face was found'
    """
    return CAUSES.get(cause, cause.replace("_", " "))


def words_for(check: str, value: Value, *, high: bool) -> tuple[str, str]:
    """What is said of a value that crossed a limit, and what to do about it."""
    words = WORDS[check]
    if words.answers is not None:
        return words.answers[str(value)]
    seen, do = (words.high, words.do_high) if high else (words.low, words.do_low)
    return _filled(seen, value), do


def praise(check: str, value: Value) -> str:
    """What is said of a value within its limits."""
    answers = WORDS[check].answers or {}
    if str(value) in answers:
        return answers[str(value)][0]
    return _filled(WORDS[check].good, value)


def seat_in_words(seat: DriversSeat) -> tuple[str, str | None]:
    """What is said of the driver's seat, as certain as it is, and what to do about it."""
    seen = [CUES_IN_WORDS[cue.name] for cue in seat.cues if cue.probability >= 0.5]
    listed = f": {', '.join(seen)}" if seen else ""
    where = {"driver": " in the driver's seat of a car", "passenger": " in the passenger seat of a car"}.get(
        seat.side or "", " in a car"
    )
    if seat.verdict == "likely":
        return f"Likely taken{where}{listed}.", f"Get out of the car. {SOMEONE}"
    if seat.verdict == "possible":
        return f"This may be a car seat{listed}.", f"If this is a car, retake it outside. {SOMEONE}"
    if seat.verdict == "not_assessed":
        return f"Not assessed: {cause_in_words(seat.cause or '')}.", None
    return WORDS["car.drivers_seat"].good, None


def instructions(findings: Iterable[Finding], severities: Mapping[str, float]) -> tuple[str, ...]:
    """At most four instructions for what failed or was warned of, in the order of the shoot.

    Findings of one topic make one instruction, the worst one's. With more than four topics the worst four stay.
    """
    worst: dict[str, tuple[float, int, str]] = {}
    for finding in findings:
        if finding.status not in ("warn", "fail") or not finding.advice:
            continue
        words = WORDS[finding.check]
        rank = (finding.status == "fail") + severities.get(finding.check, 0.0)
        if words.topic not in worst or rank > worst[words.topic][0]:
            worst[words.topic] = (rank, words.step, finding.advice)
    kept = sorted(worst.values(), key=lambda item: -item[0])[:MOST_INSTRUCTIONS]
    ordered = [text for _, _, text in sorted(kept, key=lambda item: item[1])]
    return tuple(dict.fromkeys(ordered))


def _filled(text: str, value: Value) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return text.format(value=value, percent=100 * value, size=abs(value))
    return text.format(value=value)
