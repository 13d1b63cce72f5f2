"""Scene -> Report: measured, judged by the policy, and put in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from headshot_check import wording
from headshot_check.advice import CROP_OFFER, Plan, make_plan, verdict_of
from headshot_check.crop import target_for
from headshot_check.crop.suggest import CARRIED, shown_crop, suggested_crop
from headshot_check.measures import Measurement, measure_all
from headshot_check.measures.car_cues import car_cues, seat_side
from headshot_check.photo import Photo
from headshot_check.policy import Judgement, Policy, costs, judge, score
from headshot_check.report import Crop, DriversSeat, Face, Finding, PhotoFacts, Region, Report, SeatVerdict
from headshot_check.scene import Nets, NotAssessed, Scene
from headshot_check.sentences import cause_in_words

_SEAT = "car.drivers_seat"
_SEAT_VERDICTS: dict[str, SeatVerdict] = {"fail": "likely", "warn": "possible", "pass": "unlikely"}
_ORDER = {"fail": 0, "warn": 1, "not_assessed": 2, "pass": 3}


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was measured of a photo, and how it was judged."""

    measured: Mapping[str, Measurement]
    """by check, in the policy's order"""
    judged: Mapping[str, Judgement]
    seat: DriversSeat

    def carried(self) -> dict[str, Measurement]:
        """What holds for a crop of it as well; places do not."""
        return {check: replace(one, region=None) for check, one in self.measured.items() if check.startswith(CARRIED)}

    def score(self, policy: Policy) -> float:
        """0..100, not rounded."""
        causes = {check: one.cause for check, one in self.measured.items() if one.cause is not None}
        return score(policy.rules, self.judged, causes)


def assess(scene: Scene, policy: Policy, whole: Assessment | None = None) -> Assessment:
    """Measure and judge a photo, or a crop of the photo that `whole` is of."""
    carried = {} if whole is None else whole.carried()
    taken = measure_all(scene, [check for check in policy.rules if check not in carried])
    measured = {check: carried[check] if check in carried else taken[check] for check in policy.rules}
    judged = {check: judge(policy.rules[check], measurement) for check, measurement in measured.items()}
    if whole is None:
        return Assessment(measured, judged, _drivers_seat(scene, measured, judged))
    cues = tuple(replace(cue, region=None) for cue in whole.seat.cues)
    return Assessment(measured, judged, replace(whole.seat, cues=cues))


def report_on(scene: Scene, policy: Policy, nets: Nets, whole: Assessment | None = None) -> Report:
    """The report of a photo, with the crop that would mend it; or of a crop of the photo that `whole` is of."""
    known, target = assess(scene, policy, whole), target_for(policy.name, policy.base)
    crop = shown_crop(scene, target)
    if whole is None:

        def of_crop(cut: Photo) -> Report:
            return report_on(Scene(cut, nets), policy, nets, known)

        crop = suggested_crop(scene, policy, known.judged, known.score(policy), target, of_crop) or crop
    return in_words(scene, policy, known, crop)


def in_words(scene: Scene, policy: Policy, known: Assessment, crop: Crop | None) -> Report:
    """The report that an assessment makes, with a crop to offer or None."""
    measured, judged, seat = known.measured, known.judged, known.seat
    faces = _faces(scene)
    box = faces[0].box if faces else None
    findings = [_finding(measured[check], judged[check], policy, seat, box) for check in policy.rules]
    severities = costs(policy.rules, judged)
    findings.sort(key=lambda finding: (_ORDER[finding.status], -severities[finding.check]))
    photo = scene.photo
    cropped = crop.mends if crop is not None else ()
    plan = make_plan(findings, severities, face=box, cropped=cropped)
    return Report(
        source=photo.source,
        photo=PhotoFacts(photo.width, photo.height, photo.format, photo.bytes),
        verdict=verdict_of(findings, plan.mends),
        score=round(known.score(policy)),
        drivers_seat=seat,
        faces=faces,
        findings=tuple(_planned(finding, plan) for finding in findings),
        retake=plan.retake,
        crop=crop,
        policy=policy.name,
        edits=plan.edits,
        praise=plan.praise,
    )


def _planned(finding: Finding, plan: Plan) -> Finding:
    """The finding with what the plan says of it."""
    mend, step = plan.mends.get(finding.check), plan.steps.get(finding.check)
    if mend is None and step is None:
        return finding
    return replace(finding, step=step, mend=mend, advice=CROP_OFFER if mend == "crop" else finding.advice)


def _finding(
    measured: Measurement, judged: Judgement, policy: Policy, seat: DriversSeat, face: Region | None
) -> Finding:
    check, do = measured.check, None
    if measured.cause is not None:
        said = f"Not assessed: {cause_in_words(measured.cause)}."
    elif check == _SEAT:
        said, do = wording.seat_in_words(seat)
    elif judged.status == "pass":
        said = wording.what_is_good(check, measured.value)
    else:
        side = wording.side_of(measured.region, face)
        said, do = wording.what_is_wrong(check, measured.value, high=judged.high, side=side)
    return Finding(
        check=check,
        status=judged.status,
        message=said,
        value=measured.value,
        unit=measured.unit,
        limits=policy.rules[check].limits,
        advice=do or None,
        region=measured.region,
        cause=measured.cause,
    )


def _drivers_seat(scene: Scene, measured: dict[str, Measurement], judged: dict[str, Judgement]) -> DriversSeat:
    if _SEAT not in measured:
        return DriversSeat("not_assessed", cause="not_in_policy")
    seat = measured[_SEAT]
    if not isinstance(seat.value, float):
        return DriversSeat("not_assessed", cause=seat.cause)
    verdict = _SEAT_VERDICTS[judged[_SEAT].status]
    side = None if verdict == "unlikely" else seat_side(scene)
    return DriversSeat(verdict, seat.value, car_cues(scene), side)


def _faces(scene: Scene) -> tuple[Face, ...]:
    faces = []
    for detection in scene.search.faces:
        main = detection is scene.main
        x0, y0, x1, y1 = detection.box
        eyes = scene.eye_centres if main else detection.keypoints[:2]
        inter_eye = scene.inter_eye_px if main else float(((eyes[1] - eyes[0]) ** 2).sum() ** 0.5)
        ordered = sorted(((float(x), float(y)) for x, y in eyes))
        faces.append(
            Face(
                box=_region(scene, (x0, y0), (x1, y0), (x1, y1), (x0, y1)),
                score=detection.score,
                main=main,
                inter_eye_px=inter_eye / scene.photo.scale,
                eyes=_region(scene, *ordered),
                head=_head_region(scene) if main else None,
            )
        )
    return tuple(sorted(faces, key=lambda face: not face.main))


def _head_region(scene: Scene) -> Region | None:
    try:
        head = scene.head
    except NotAssessed:
        return None
    (x0, x1), (y0, y1) = (head.left_x, head.right_x), (head.crown_y, head.chin_y)
    return _region(scene, (x0, y0), (x1, y0), (x1, y1), (x0, y1))


def _region(scene: Scene, *points: tuple[float, float]) -> Region:
    return Region(tuple((x / scene.width, y / scene.height) for x, y in points))
