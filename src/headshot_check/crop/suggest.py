"""Suggests a crop: the crop itself is checked, so that what it fixes is measured."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from headshot_check.crop.frame import ROLL_LIMIT_DEG, CropFrame, best_frame, predicted
from headshot_check.crop.pixels import size_of, snapped
from headshot_check.crop.result import judged_photo, known_checks, known_scene
from headshot_check.crop.targets import Target
from headshot_check.errors import PhotoError
from headshot_check.measures import Measurement
from headshot_check.measures.places import box_region
from headshot_check.policy import Judgement, Policy, judge
from headshot_check.policy import score as policy_score
from headshot_check.report import Crop, Report, Status
from headshot_check.scene import NotAssessed, Scene
from headshot_check.scene.circle import cut_by_circle, kept_head, largest_part
from headshot_check.scene.scene import seen_anew

CARRIED: Final = ("car.", "capture.", "medium.", "pose.in_action", "lighting.scene")
"""Checks whose results a crop takes from the whole photo: no crop changes location, camera, lighting or medium.
One that cuts away a microphone or overlaid text gets no credit for it, as these are judged on the whole frame."""

_CALLS: Final = frozenset(
    {
        "faces.found",
        "faces.second_face",
        "file.bars",
        "framing.circle_cut",
        "framing.eye_line",
        "framing.head_height",
        "framing.offset",
        "pose.roll",
    }
)
"""checks that a crop may fix: one of them must warn or fail before a crop is tried"""
_HEAD_HEIGHT, _CIRCLE_CUT = "framing.head_height", "framing.circle_cut"
_ROOM: Final = frozenset({_HEAD_HEIGHT, _CIRCLE_CUT})
_LEAST_ROLL_LIMIT_DEG: Final = 0.5
"""no head is straightened to less: a limit of 0 is one that no crop can meet"""
_VERDICTS: Final = ("unreadable", "retake", "usable", "ready")
_VISIBLE: Final = 4
"""points of the score that a crop must gain if it does not change the verdict"""
_WORSE: Final[dict[Status, int]] = {"pass": 0, "not_assessed": 0, "warn": 1, "fail": 2}
_MENDED: Final = ("framing.", "background.", "faces.", "file.bars", "file.format", "file.size", "pose.roll")
"""checks that a crop may be credited with; light and sharpness vary a little with scale, which fixes nothing"""


def shown_crop(scene: Scene, target: Target) -> Crop | None:
    """The part of the uncropped photo that the target displays: the largest of its aspect; None without a head."""
    try:
        left, top, wide, high = largest_part(scene, target.aspect)
    except NotAssessed:
        return None
    return Crop(target.name, box_region(scene, left, top, left + wide, top + high))


def suggested_crop(
    scene: Scene,
    policy: Policy,
    judged: Mapping[str, Judgement],
    causes: Mapping[str, str],
    score: float,
    target: Target,
    assess: Callable[[Scene, Collection[str]], Report],
) -> Crop | None:
    """The best crop if it improves this photo; None if it fixes nothing or a new photo is needed.

    Parameters
    ----------
    judged
        Judgements of the whole photo, by check.
    causes
        The cause for each check that was not assessed, by check.
    score
        Of the whole photo, 0..100.
    assess
        Checks a crop, given its scene and the checks that have the same result as on the whole photo.
    """
    wrong = {check for check, judgement in judged.items() if judgement.status in ("warn", "fail")}
    fails = {check for check in wrong if judged[check].status == "fail"}
    calls = wrong & _CALLS
    if scene.quarters:  # a photo on its side is rotated without losing pixels
        calls.discard("faces.found")
    if not calls or not all(check.startswith(_MENDED) for check in fails) or _too_tight(scene, policy, judged, calls):
        return None
    try:
        frame = best_frame(scene, target, roll_limit(policy))
    except NotAssessed:
        return None
    if not _promising(scene, frame, policy, judged, wrong):
        return None
    kept = snapped(frame, scene.photo)
    if not fails and not _could_show(policy, judged, causes, score, known_checks(scene, kept)):
        return None
    try:
        report = assess(*known_scene(scene, kept, target))
    except NotAssessed:
        try:
            report = assess(seen_anew(scene, judged_photo(scene, kept, target)), ())
        except PhotoError:  # the file cannot be decoded at the higher resolution: suggest nothing
            return None
    crop = crop_of(scene, frame, target, judged, report)
    return crop if crop.mends and not _made_worse(judged, report) and _visibly(report, judged, score) else None


def _too_tight(scene: Scene, policy: Policy, judged: Mapping[str, Judgement], calls: set[str]) -> bool:
    """Whether all that is wrong is too little room around the head, which every crop makes worse."""
    if not calls <= _ROOM or (_HEAD_HEIGHT in calls and not judged[_HEAD_HEIGHT].high):
        return False
    try:
        head = kept_head(scene)
    except NotAssessed:
        return False
    # the largest circle, centred on the head
    side = float(min(scene.width, scene.height))
    left, top = (head.left_x + head.right_x - side) / 2, (head.crown_y + head.chin_y - side) / 2
    cut = Measurement(_CIRCLE_CUT, cut_by_circle(head, left, top, side), None)
    return _CIRCLE_CUT not in calls or judge(policy.rules[_CIRCLE_CUT], cut).status != "pass"


def _promising(
    scene: Scene, frame: CropFrame, policy: Policy, judged: Mapping[str, Judgement], wrong: set[str]
) -> bool:
    """Whether the crop is worth checking: the estimate fixes something and makes nothing worse."""
    likely = {
        check: judge(policy.rules[check], Measurement(check, value, None)).status
        for check, value in predicted(scene, frame).items()
        if check in policy.rules
    }
    if any(_WORSE[status] > _WORSE[judged[check].status] for check, status in likely.items()):
        return False
    mended = {check for check, status in likely.items() if status == "pass"} | {"faces.found"}
    return bool(wrong & _CALLS & mended)


def _could_show(
    policy: Policy, judged: Mapping[str, Judgement], causes: Mapping[str, str], score: float, same: Collection[str]
) -> bool:
    """Whether a crop of a photo without failures could gain `_VISIBLE` points, if all that it changes were perfect."""
    kept = {
        check: judgement
        for check, judgement in judged.items()
        if (check in same or check.startswith(CARRIED)) and causes.get(check) != "told_already"
    }
    if all(judgement.status != "warn" for judgement in kept.values()):
        return True
    hidden = {check: cause for check, cause in causes.items() if check in kept}
    return round(policy_score(policy.rules, kept, hidden)) >= score + _VISIBLE


def _visibly(report: Report, judged: Mapping[str, Judgement], score: float) -> bool:
    """Whether the crop is visibly better: a better verdict, or `_VISIBLE` points more."""
    fails = any(judgement.status == "fail" for judgement in judged.values())
    clean = not fails and all(judgement.status != "warn" for judgement in judged.values())
    before = _VERDICTS.index("retake" if fails else "ready" if clean else "usable")
    return _VERDICTS.index(report.verdict) > before or (report.score or 0) >= score + _VISIBLE


def _made_worse(judged: Mapping[str, Judgement], report: Report) -> bool:
    """Whether any check is worse on the crop, such as too few pixels left or the shoulders cut off."""
    was = {check: judgement.status for check, judgement in judged.items()}
    return any(_WORSE[finding.status] > _WORSE[was[finding.check]] for finding in report.findings)


def _mended(judged: Mapping[str, Judgement], report: Report) -> tuple[str, ...]:
    """The checks that warn or fail on the photo and pass on the crop."""
    passed = {finding.check for finding in report.findings if finding.status == "pass"}
    return tuple(
        check
        for check, judgement in judged.items()
        if judgement.status in ("warn", "fail") and check in passed and check.startswith(_MENDED)
    )


def crop_of(
    scene: Scene,
    frame: CropFrame,
    target: Target,
    judged: Mapping[str, Judgement],
    report: Report,
    size: tuple[int, int] | None = None,
) -> Crop:
    """A frame as the `Crop` of a report.

    Parameters
    ----------
    judged
        Judgements of the whole photo, by check.
    report
        Of the crop.
    size
        Width and height it was saved with, px; default: the target's usual size.
    """
    kept = snapped(frame, scene.photo)
    size = size or size_of(kept, scene.photo, target.sizes[0])
    return Crop(
        target.name,
        kept.region(scene),
        mends=_mended(judged, report),
        rotation_deg=-frame.lean_deg,
        size=size,
        verdict=report.verdict,
        score=report.score,
    )


def roll_limit(policy: Policy) -> float:
    """Roll of the head from which the policy warns, degrees, at least `_LEAST_ROLL_LIMIT_DEG`."""
    rule = policy.rules.get("pose.roll")
    limit = rule.limits.warn_above if rule is not None else None
    return ROLL_LIMIT_DEG if limit is None else max(limit, _LEAST_ROLL_LIMIT_DEG)
