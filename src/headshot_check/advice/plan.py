"""Makes a plan from findings: few instructions in the order of a photographer, and edits of the file itself.

The sentences are in words/; the numbers in them are those that the findings carry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from headshot_check.advice.praise import praise
from headshot_check.advice.sentences import exported, matter_of, side_of, why
from headshot_check.report import Finding, Mend, Region, Remedy, Verdict
from headshot_check.words import WORDS
from headshot_check.words.record import FETCH_AGAIN, NO_PHOTOGRAPH

MOST_INSTRUCTIONS: Final = 4
"""as many as one can remember while taking the photo"""
_MOST_REASONS: Final = 2
_LIGHT_STEP, _BACKGROUND_STEP = 1, 5
_ORIGINAL: Final = "original"
"""topic of findings that a better copy of the same shot fixes"""
_OF_A_COPY: Final = frozenset({"medium.copy", "medium.screenshot", "medium.overlay"})
"""checks whose failure may only concern this copy of a good original, whatever their topics are"""
_REMEDIES: Final[tuple[Remedy, ...]] = ("none", "crop", "export", "original_file", "new_shot")
"""the least first"""
_LEADS: Final[dict[str, tuple[str, ...]]] = {
    "closer": ("framing.head_height",),
    "distance": ("framing.head_height", "framing.shoulders"),
    "light": ("lighting.backlight", "lighting.balance"),
}
"""by topic, the findings that explain the others: the first one present gives the instruction, whatever its severity"""
_LEADS_IF_AS_BAD: Final = frozenset({"closer", "light"})
"""topics in which it does so only if no other finding has a worse status"""


@dataclass(frozen=True, slots=True)
class AdvicePlan:
    """What to do about a photo."""

    retake: tuple[str, ...] = ()
    """instructions for another photo, in order, four at most"""
    edits: tuple[str, ...] = ()
    """what makes this very file better"""
    praise: tuple[str, ...] = ()
    """what is good, the most valuable first"""
    steps: Mapping[str, int] = field(default_factory=dict)
    """by check, the number (from 1) of the instruction that takes care of it"""
    mends: Mapping[str, Mend] = field(default_factory=dict)
    """by check, what puts it right without another photo"""


def make_plan(
    findings: Sequence[Finding],
    severities: Mapping[str, float],
    *,
    face: Region | None = None,
    cropped: Iterable[str] = (),
) -> AdvicePlan:
    """What to do about all findings together.

    Parameters
    ----------
    severities
        By check: what the finding costs, 0..1.
    face
        The main face's box: a finding's side is told against it.
    cropped
        Checks that warn or fail here and pass on the suggested crop.
    """
    problems = [finding for finding in findings if finding.status in ("warn", "fail") and finding.advice]
    if not problems:
        return AdvicePlan(praise=praise(findings))
    mends = _mends(problems, set(cropped))
    left = [finding for finding in problems if finding.check not in mends]
    groups = _merged(left, severities)
    ranked = sorted(groups.values(), key=lambda group: _place_in_plan(group, severities))
    ordered = sorted(ranked[:MOST_INSTRUCTIONS], key=lambda group: _step(group[0]))
    if any(finding.status == "fail" for group in ranked[:1] for finding in group):
        # the worst failure comes first, the rest in the order of the steps; leaving the car also shows the face
        first = next((group for group in ranked[1:2] if _hides_in_car(ranked[0], group)), ranked[0])
        ordered.insert(0, ordered.pop(next(at for at, group in enumerate(ordered) if group is first)))
    steps = {finding.check: number for number, group in enumerate(ordered, 1) for finding in group}
    retake = tuple(_instruction(group, face) for group in ordered)
    # a photo that is taken anew needs neither this crop nor this export
    edits = () if verdict_of(findings, mends) == "retake" else _edits(problems, mends, face)
    return AdvicePlan(retake, edits, praise(findings), steps, mends)


def crop_offer(mended: Iterable[Finding]) -> str:
    """What is said of findings that a crop mends."""
    checks = {finding.check for finding in mended}
    if "faces.found" in checks:
        return "Turning it upright and cropping fix this."
    return "Straightening and cropping fix this." if "pose.roll" in checks else "Cropping fixes this."


def verdict_of(findings: Iterable[Finding], mends: Mapping[str, Mend]) -> Verdict:
    """The verdict for all findings together.

    "retake" when something fails that needs another photo, "usable" when something else is to be said, else "ready".
    """
    wrong = [finding for finding in findings if finding.status in ("warn", "fail")]
    if any(finding.status == "fail" and finding.check not in mends for finding in wrong):
        return "retake"
    return "usable" if wrong else "ready"


def remedy_of(findings: Iterable[Finding], mends: Mapping[str, Mend]) -> Remedy:
    """The least remedy for all failures or, where nothing fails, for all warnings.

    "original_file" where only the file is to blame: incomplete, damaged, too small, compressed too much, a picture of a
    screen or a print, a screenshot, or something laid over it.
    """
    wrong = failing = [finding for finding in findings if finding.status in ("warn", "fail")]
    if any(finding.status == "fail" for finding in wrong):
        failing = [finding for finding in wrong if finding.status == "fail"]
    far = _is_far(finding for finding in wrong if finding.check not in mends)  # as the instructions see it
    needed = {_remedy(finding, mends, far) for finding in failing}
    return max(needed, key=_REMEDIES.index, default="none")


def _remedy(finding: Finding, mends: Mapping[str, Mend], far: bool) -> Remedy:
    if finding.check in mends:
        return mends[finding.check]
    of_the_file = _step(finding) == FETCH_AGAIN or _topic(finding, far=far) == _ORIGINAL
    return "original_file" if of_the_file or finding.check in _OF_A_COPY else "new_shot"


def too_high(finding: Finding) -> bool:
    """Whether the value crossed an upper limit (else a lower one, or it is an answer that is not wanted)."""
    value, limits = finding.value, finding.limits
    if isinstance(value, (bool, str)) or value is None:
        return False
    return any(limit is not None and value > limit for limit in (limits.warn_above, limits.fail_above))


def _mends(problems: Iterable[Finding], cropped: set[str]) -> dict[str, Mend]:
    mends: dict[str, Mend] = {}
    for finding in problems:
        if finding.check in cropped:
            mends[finding.check] = "crop"
        elif exported(finding.check, finding.value):
            mends[finding.check] = "export"
    return mends


def _merged(problems: Sequence[Finding], severities: Mapping[str, float]) -> dict[str, list[Finding]]:
    """The findings by topic, the one that gives the instruction first; without topics that another one settles."""
    groups: dict[str, list[Finding]] = {}
    far = _is_far(problems)
    backlit = any(finding.check == "lighting.backlight" for finding in problems)
    for finding in sorted(problems, key=lambda finding: -_rank(finding, severities)):
        topic = _topic(finding, far=far)
        if finding.check == "background.bright_spots" and backlit:
            topic = "light"
        groups.setdefault(topic, []).append(finding)
    _join(groups, "camera distance", "distance")
    _join(groups, "eye shadow", "light")  # the light that is found for the face reaches the eyes
    if all(finding.check == "framing.circle_cut" for finding in groups.get("distance", [])):
        _join(groups, "distance", "aim")  # a head off the middle is cut by the circle because of that
    elif all(finding.check == "framing.eye_line" for finding in groups.get("aim", [])):
        _join(groups, "aim", "distance")  # in a head that fills the frame the eyes lie anywhere
    turned = any(finding.check == "pose.yaw" for finding in problems)
    if turned and all((one.check, one.status) == ("lighting.balance", "warn") for one in groups.get("light", [])):
        groups.pop("light", None)  # a turned head hides a cheek
    for topic, group in groups.items():
        group.sort(key=lambda finding: -_rank(finding, severities))
        checks = [finding.check for finding in group]
        first = next((check for check in _LEADS.get(topic, ()) if check in checks), None)
        if first is not None:
            led = group[checks.index(first)]
            if topic not in _LEADS_IF_AS_BAD or led.status == group[0].status:
                group.remove(led)
                group.insert(0, led)
    return {topic: group for topic, group in groups.items() if not _settled(topic, group, groups)}


def _is_far(problems: Iterable[Finding]) -> bool:
    return any(finding.check == "framing.head_height" and not too_high(finding) for finding in problems)


def _topic(finding: Finding, *, far: bool) -> str:
    if finding.check == "framing.inter_eye_distance" and not far:
        return _ORIGINAL  # the head is large enough in its frame: it is the file that is small
    return matter_of(finding.check, finding.value, high=too_high(finding))


def _join(groups: dict[str, list[Finding]], topic: str, other: str) -> None:
    """Put one topic's findings behind another's, where both are there."""
    if topic in groups and other in groups:
        groups[other] += groups.pop(topic)


def _settled(topic: str, group: Sequence[Finding], groups: Mapping[str, Sequence[Finding]]) -> bool:
    """Whether following another topic's instruction settles this one anyway."""
    step = _step(group[0])

    def fails(other: str) -> bool:
        return any(finding.status == "fail" for finding in groups.get(other, ()))

    if step == FETCH_AGAIN:
        return False
    if fails(NO_PHOTOGRAPH):  # the other values were measured on a drawing
        return topic != NO_PHOTOGRAPH
    if "face" in groups and topic != "face":  # without a face the other values are guesses, except a car
        return not (topic == "car" and fails("car"))
    if fails("car") and (step in (_LIGHT_STEP, _BACKGROUND_STEP) or topic == "camera distance"):
        return True
    # another photo is another file
    return topic == _ORIGINAL and any(fails(other) for other in groups if other != topic)


def _instruction(group: Sequence[Finding], face: Region | None) -> str:
    """The worst finding's advice with its reason, and the next one's."""
    do = group[0].advice or ""
    if group[0].check.startswith("car."):  # the evidence stands in the finding, and it is said once
        return do
    return _with_reasons(do, group, face)


def _with_reasons(do: str, group: Sequence[Finding], face: Region | None) -> str:
    reasons = list(dict.fromkeys(_why(finding, face) for finding in group))[:_MOST_REASONS]
    because = ", and ".join(reasons)
    if not because:
        return do
    plain = do.rstrip(".")
    if ": " in plain or ". " in plain:  # a second colon would be confusing
        return f"{do} {because[:1].upper()}{because[1:]}."
    return f"{plain}: {because}."


def _why(finding: Finding, face: Region | None) -> str:
    side = side_of(finding.region, face)
    return why(finding.check, finding.value, finding.message, high=too_high(finding), limits=finding.limits, side=side)


def _edits(problems: Sequence[Finding], mends: Mapping[str, Mend], face: Region | None) -> tuple[str, ...]:
    edits = []
    crop = [finding for finding in problems if mends.get(finding.check) == "crop"]
    if crop:
        edits.append(_with_reasons(crop_offer(crop), crop, face))
    export: dict[str, list[Finding]] = {}
    for finding in problems:
        if mends.get(finding.check) == "export":
            export.setdefault(WORDS[finding.check].topic, []).append(finding)
    edits += [_with_reasons(alike[0].advice or "", alike, face) for alike in export.values()]
    return tuple(edits)


def _place_in_plan(group: Sequence[Finding], severities: Mapping[str, float]) -> tuple[bool, float]:
    """What comes first: the file that is not what it was, then the worst."""
    return _step(group[0]) != FETCH_AGAIN, -max(_rank(finding, severities) for finding in group)


def _hides_in_car(worst: Sequence[Finding], second: Sequence[Finding]) -> bool:
    """Whether the worst problem is a missing face and the second one a car."""
    return worst[0].check == "faces.found" and second[0].check == "car.drivers_seat" and second[0].status == "fail"


def _step(finding: Finding) -> int:
    return WORDS[finding.check].step


def _rank(finding: Finding, severities: Mapping[str, float]) -> float:
    return (finding.status == "fail") + severities.get(finding.check, 0.0)
