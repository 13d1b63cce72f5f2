"""Praise: what is certainly good about a picture, in a word each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from headshot_check.report import Finding

_MOST_PRAISE: Final = 4
_SMILE: Final = 0.03
"""From here the mouth's corners are up for all to see: of 48 speakers' faces looked at, all 15 above it smile; of heads
that are turned by more than 25 degrees a fifth does not (looked at)."""

# What is praised, in the order in which owners care: the word, the checks that must have passed, the subjects in which
# nothing may be wrong. What a new place changes anyway is not praised in a car.
_PRAISE: Final[tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = (
    (
        "light",
        (
            "lighting.dark",
            "lighting.low_key",
            "lighting.blocked",
            "lighting.balance",
            "lighting.backlight",
            "lighting.scene",
        ),
        ("lighting", "colour"),
    ),
    ("focus", ("sharpness.face_blur",), ("sharpness",)),
    (
        "eyes on the camera",
        ("eyes.gaze", "eyes.opening", "pose.yaw", "pose.pitch", "sharpness.face_blur"),
        ("eyes", "covering", "sharpness"),
    ),
    ("framing", ("framing.head_height",), ("framing", "faces")),
    ("calm background", ("background.clutter",), ("background",)),
    ("pose", ("pose.yaw", "pose.pitch", "pose.roll"), ("pose",)),
)
_WELL: Final = {
    "lighting.dark": 1.4,
    "lighting.low_key": 0.6,
    "lighting.blocked": 0.01,
    "lighting.balance": 2.0,
    "lighting.backlight": 1.0,
    "lighting.scene": 0.4,
    "sharpness.face_blur": 1.6,
    "eyes.gaze": 0.065,
    "pose.yaw": 20.0,
    "pose.pitch": 18.0,
    "pose.roll": 12.0,
    "background.clutter": 0.05,
}
"""sizes up to which a value is praised: what only just passes is not (looked at: of 60 gazes beyond it, by the measure
of then, a third looks away, of 36 faces that lie 1.9 to 2.0 stops below white half are dim, of 65 backgrounds from 0.05
to 0.16 most are not calm)"""
_WIDE_OPEN: Final = 0.2
"""opening from which eyes are praised"""
_HIDES_ALL: Final = frozenset({"faces.found", "medium.drawing", "file.truncated", "file.damaged"})
"""checks after whose failure nothing is praised"""
_HIDES_THE_FACE: Final = frozenset({"lighting.dark", "lighting.blocked", "lighting.blown"})
"""those after whose failure nothing in the face is"""
_IN_THE_FACE: Final = frozenset({"focus", "eyes on the camera"})
_PLACE_DECIDES: Final = frozenset({"light", "calm background"})


def praise(findings: Iterable[Finding]) -> tuple[str, ...]:
    """What is good about the picture, in a word each, the most valuable first; nothing where no face can be judged.

    >>> praise([Finding("mouth.smile", "pass", "", 0.06)])
    ('smile',)
    """
    by_check = {finding.check: finding for finding in findings}
    fails = {check for check, finding in by_check.items() if finding.status == "fail"}
    if not fails.isdisjoint(_HIDES_ALL):
        return ()
    wrong = {check.partition(".")[0] for check, finding in by_check.items() if finding.status in ("warn", "fail")}
    good = []
    smile = by_check.get("mouth.smile")
    frontal = "pose.yaw" not in by_check or _is_well(by_check["pose.yaw"])
    if (
        fails.isdisjoint(_HIDES_THE_FACE)
        and smile is not None
        and isinstance(smile.value, float)
        and smile.value >= _SMILE
        and "mouth" not in wrong
        and frontal
    ):
        good.append("smile")
    for word, checks, subjects in _PRAISE:
        if word in _IN_THE_FACE and not fails.isdisjoint(_HIDES_THE_FACE):
            continue
        passed = checks[0] in by_check and all(_is_well(by_check[check]) for check in checks if check in by_check)
        if passed and wrong.isdisjoint(subjects) and not ("car" in wrong and word in _PLACE_DECIDES):
            good.append(word)
    return tuple(good[:_MOST_PRAISE])


def _is_well(finding: Finding) -> bool:
    """Whether it passed, and by far enough to be praised."""
    if finding.status != "pass":
        return finding.cause == "greyscale"  # nothing is said against it
    value, most = finding.value, _WELL.get(finding.check)
    if finding.check == "eyes.opening":
        return isinstance(value, float) and value >= _WIDE_OPEN
    return most is None or (isinstance(value, (int, float)) and _size(finding.check, value) <= most)


def _size(check: str, value: float) -> float:
    """A face that outshines what is behind it is well lit, however much it does."""
    return value if check == "lighting.backlight" else abs(value)
