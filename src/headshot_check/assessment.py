"""Scene -> Report: measures, judges by the policy and writes the report."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from headshot_check.advice import sentences
from headshot_check.advice.plan import AdvicePlan, crop_offer, make_plan, remedy_of, verdict_of
from headshot_check.cached_property import cached_property
from headshot_check.crop import target_for
from headshot_check.crop.suggest import CARRIED, shown_crop, suggested_crop
from headshot_check.measures import Measurement, measure_all
from headshot_check.measures.car import seat_setting
from headshot_check.measures.car_cues import car_cues, seat_side
from headshot_check.measures.places import box_region, head_region_or_none
from headshot_check.policy import Judgement, Policy, Rule, costs, judge, score, told_already
from headshot_check.report import Crop, DriversSeat, Face, Finding, PhotoFacts, Region, Report, SeatVerdict, Status
from headshot_check.scene import Scene
from headshot_check.turned_report import turned_back
from headshot_check.words import cause_in_words

_SEAT = "car.drivers_seat"
_SEAT_VERDICTS: dict[str, SeatVerdict] = {"fail": "likely", "warn": "possible", "pass": "unlikely"}


@dataclass(frozen=True, eq=False)
class Assessment:
    """The measurements of a photo and how the policy judges them."""

    rules: Mapping[str, Rule]
    """the policy's rules, by check"""
    measured: Mapping[str, Measurement]
    """by check, in the policy's order"""
    judged: Mapping[str, Judgement]
    seat: DriversSeat
    taken: Mapping[str, Measurement]
    """`measured` before findings that repeat another one were removed (`told_already`)"""

    def carried(self, known: Collection[str] = ()) -> dict[str, Measurement]:
        """Measurements that also hold for a crop, those of the checks `known` included; without their regions."""
        return {
            check: one._replace(region=None)
            for check, one in self.taken.items()
            if check.startswith(CARRIED) or check in known
        }

    @cached_property
    def costs(self) -> dict[str, float]:
        """Cost of each finding to the score, 0..1, by check."""
        return costs(self.rules, self.judged)

    @cached_property
    def causes(self) -> dict[str, str]:
        """The cause for each check that was not assessed, by check."""
        return {check: one.cause for check, one in self.measured.items() if one.cause is not None}

    def score(self, mended: Collection[str] = ()) -> float:
        """0..100, not rounded; `mended`: the checks that can be fixed without a new photo."""
        return score(self.rules, self.judged, self.causes, mended)


def assess(scene: Scene, policy: Policy, whole: Assessment | None = None, *, same: Collection[str] = ()) -> Assessment:
    """Measure and judge a photo, or a crop of the photo.

    Parameters
    ----------
    whole
        For a crop: the assessment of the whole photo.
    same
        For a crop: checks whose measurements are the same as on the whole photo.
    """
    rules = policy.rules
    carried = {} if whole is None else whole.carried(same)
    fresh = measure_all(scene, [check for check in rules if check not in carried])
    taken = {check: carried[check] if check in carried else fresh[check] for check in rules}
    measured, judged = dict(taken), {check: judge(rules[check], one) for check, one in taken.items()}
    for check in told_already(rules, judged):
        measured[check] = taken[check]._replace(value=None, region=None, cause="told_already")
        judged[check] = judge(rules[check], measured[check])
    if whole is None:
        seat = _drivers_seat(scene, measured, judged)
    else:
        seat = replace(whole.seat, cues=tuple(replace(cue, region=None) for cue in whole.seat.cues))
    return Assessment(rules, measured, judged, seat, taken)


def report_on(
    scene: Scene,
    policy: Policy,
    whole: Assessment | None = None,
    known: Assessment | None = None,
    *,
    same: Collection[str] = (),
) -> Report:
    """The report of a photo, with a suggested crop, or the report of a crop.

    If the photo was rotated for checking, regions are in the unrotated photo.

    Parameters
    ----------
    whole, same
        As for `assess`.
    known
        The assessment of this scene, if there is one already.
    """
    known = assess(scene, policy, whole, same=same) if known is None else known
    target = target_for(policy.name, policy.base)
    crop = shown_crop(scene, target)
    if whole is None:

        def of_crop(cut: Scene, same: Collection[str]) -> Report:
            return report_on(cut, policy, known, same=same)

        offered = suggested_crop(scene, policy, known.judged, known.causes, known.score(), target, of_crop)
        crop = offered or crop
    return turned_back(in_words(scene, policy, known, crop), scene.quarters)


def in_words(scene: Scene, policy: Policy, known: Assessment, crop: Crop | None) -> Report:
    """Write the report of an assessment; `crop` is the crop to offer, if any."""
    faces = _faces(scene)
    box = faces[0].box if faces else None
    findings = _worst_first([_finding(known, check, box) for check in policy.rules], known.costs)
    photo = scene.photo
    cropped = crop.mends if crop is not None else ()
    plan = make_plan(findings, known.costs, face=box, cropped=cropped)
    # the finding behind the first instruction comes first
    findings.sort(key=lambda finding: not (finding.status == "fail" and plan.steps.get(finding.check) == 1))
    verdict = verdict_of(findings, plan.mends)
    return Report(
        source=photo.source,
        photo=PhotoFacts(photo.width, photo.height, photo.format, photo.bytes),
        verdict=verdict,
        score=round(known.score(plan.mends)),
        drivers_seat=known.seat,
        faces=faces,
        findings=tuple(_planned(finding, plan, again=verdict == "retake") for finding in findings),
        retake=plan.retake,
        crop=crop,
        policy=policy.name,
        edits=plan.edits,
        praise=plan.praise,
        remedy=remedy_of(findings, plan.mends),
        notes=photo.notes,
    )


def _worst_first(findings: list[Finding], cost: Mapping[str, float]) -> list[Finding]:
    by_status: dict[Status, list[Finding]] = {"fail": [], "warn": [], "not_assessed": [], "pass": []}
    for finding in findings:
        by_status[finding.status].append(finding)
    for status in ("fail", "warn"):  # the others cost nothing
        by_status[status].sort(key=lambda finding: -cost[finding.check])
    return [finding for same in by_status.values() for finding in same]


def _planned(finding: Finding, plan: AdvicePlan, *, again: bool) -> Finding:
    """The finding with its step and mend of the plan; if a new photo is needed (`again`), no crop is suggested."""
    check = finding.check
    if check not in plan.mends and check not in plan.steps:
        return finding
    mend, step = plan.mends.get(check), plan.steps.get(check)
    advice = crop_offer([finding]) if mend == "crop" and not again else finding.advice
    return replace(finding, step=step, mend=mend, advice=advice)


def _finding(known: Assessment, check: str, face: Region | None) -> Finding:
    measured, judged = known.measured[check], known.judged[check]
    limits = known.rules[check].limits
    do: str | None = None
    if measured.cause is not None:
        said = f"Not assessed: {cause_in_words(measured.cause)}."
    elif check == _SEAT:
        said, do = sentences.seat_in_words(known.seat)
    elif judged.status == "pass":
        said = sentences.what_is_good(check, measured.value)
    else:
        side = sentences.side_of(measured.region, face)
        said, do = sentences.what_is_wrong(
            check, measured.value, high=judged.high, limits=limits, side=side, share=measured.share
        )
    return Finding(
        check, judged.status, said, measured.value, measured.unit, limits, do or None, measured.region, measured.cause
    )


def _drivers_seat(scene: Scene, measured: dict[str, Measurement], judged: dict[str, Judgement]) -> DriversSeat:
    if _SEAT not in measured:
        return DriversSeat("not_assessed", cause="not_in_policy")
    seat = measured[_SEAT]
    if not isinstance(seat.value, float):
        return DriversSeat("not_assessed", cause=seat.cause)
    verdict = _SEAT_VERDICTS[judged[_SEAT].status]
    side = None if verdict == "unlikely" else seat_side(scene)
    return DriversSeat(verdict, seat.value, scene.once(car_cues), side, setting=seat_setting(scene, verdict))


def _faces(scene: Scene) -> tuple[Face, ...]:
    faces = []
    for detection in scene.search.faces:
        main = detection is scene.main
        eyes = (scene.eye_centres if main else detection.keypoints[:2]).tolist()
        inter_eye = scene.inter_eye_px if main else math.dist(*eyes)
        faces.append(
            Face(
                box=box_region(scene, *detection.box),
                score=detection.score,
                main=main,
                inter_eye_px=inter_eye / scene.photo.scale,
                eyes=Region(tuple((x / scene.width, y / scene.height) for x, y in sorted(eyes))),
                head=head_region_or_none(scene) if main else None,
            )
        )
    return tuple(sorted(faces, key=lambda face: not face.main))
