"""Photo in, report out: the whole path, with the networks loaded once."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import replace
from os import PathLike

from headshot_check import wording
from headshot_check.advice import CROP_OFFER, Plan, make_plan, verdict_of
from headshot_check.crop import circle_crop
from headshot_check.errors import PhotoError
from headshot_check.measures import Measurement, measure_all
from headshot_check.measures.car_cues import car_cues
from headshot_check.nets.backend import Backend
from headshot_check.photo import Limits as PhotoLimits
from headshot_check.photo import Photo, Source, load
from headshot_check.policy import Judgement, Policy, judge, load_policy
from headshot_check.report import Crop, DriversSeat, Face, Finding, PhotoFacts, Region, Report, SeatVerdict
from headshot_check.scene import Nets, NotAssessed, Scene
from headshot_check.sentences import cause_in_words

_SEAT = "car.drivers_seat"
_SEAT_VERDICTS: dict[str, SeatVerdict] = {"fail": "likely", "warn": "possible", "pass": "unlikely"}
_ORDER = {"fail": 0, "warn": 1, "not_assessed": 2, "pass": 3}


class Checker:
    """Checks photos against one policy. Reusable and safe to call from any thread; the networks are loaded once.

    Parameters
    ----------
    policy
        A policy that comes with the package, by name, or the path of one's own .toml file.
    threads
        Threads that each network may use.
    limits
        What is refused before it is decoded; default: 100 MiB, 200 megapixels.
    backend
        What looks for faces; default: the networks that come with the package.

    Raises
    ------
    PolicyError
        The policy is unknown or has a bad key.
    """

    def __init__(
        self,
        policy: str | PathLike[str] | Policy = "linkedin",
        *,
        threads: int = 1,
        limits: PhotoLimits | None = None,
        backend: Backend | None = None,
    ) -> None:
        self.policy = policy if isinstance(policy, Policy) else load_policy(policy)
        self._limits = limits if limits is not None else PhotoLimits()
        self._nets = Nets(backend, threads=threads)

    def check(self, source: Source) -> Report:
        """Check one photo: a path, bytes, a binary file object, a PIL image or RGB uint8 pixels (H, W, 3).

        A picture that cannot be read gives a report with the verdict "unreadable" whose one finding has the cause.

        Raises
        ------
        PhotoError
            With the code "bad_input": the argument is none of the above.
        WeightsError
            A network's file is missing or damaged.
        """
        try:
            return self.check_photo(load(source, limits=self._limits))
        except PhotoError as error:
            if error.code == "bad_input":
                raise
            return unreadable(error, self.policy.name)

    def check_photo(self, photo: Photo) -> Report:
        """Check a photo that is already loaded.

        Raises
        ------
        PhotoError
            "damaged": the larger decode that a small face needs failed.
        """
        return _report(Scene(photo, self._nets), self.policy)

    def check_many(self, sources: Iterable[Source]) -> Iterator[Report]:
        """Check photos one after another; one that cannot be read gives an "unreadable" report and stops nothing."""
        for source in sources:
            try:
                yield self.check(source)
            except PhotoError as error:
                yield unreadable(error, self.policy.name)

    def close(self) -> None:
        """Free the networks' memory; a later check loads them again."""
        self._nets.close()


_shared_lock = threading.Lock()
_shared: dict[str, Checker] = {}


def shared_checker(policy: str | PathLike[str] = "linkedin") -> Checker:
    """The checker that `headshot_check.check` uses for a policy."""
    key = str(policy)
    with _shared_lock:
        if key not in _shared:
            _shared[key] = Checker(policy)
        return _shared[key]


def unreadable(error: PhotoError, policy: str = "linkedin") -> Report:
    """The report of a picture that cannot be read."""
    finding = Finding("file.readable", "fail", error.message, value=False, advice=error.remedy, cause=error.code)
    seat = DriversSeat("not_assessed", cause="unreadable")
    return Report(
        error.source, None, "unreadable", None, seat, findings=(finding,), retake=(error.remedy,), policy=policy
    )


def _report(scene: Scene, policy: Policy) -> Report:
    measured = measure_all(scene, policy.rules)
    judged = {check: judge(policy.rules[check], measurement) for check, measurement in measured.items()}
    seat = _drivers_seat(scene, measured, judged)
    faces, crop = _faces(scene), _crop(scene, policy)
    box = faces[0].box if faces else None
    findings = [_finding(measured[check], judged[check], policy, seat, box) for check in policy.rules]
    severities = {check: judged[check].severity * policy.rules[check].weight for check in policy.rules}
    findings.sort(key=lambda finding: (_ORDER[finding.status], -severities[finding.check]))
    photo = scene.photo
    cropped = crop.mends if crop is not None else ()
    plan = make_plan(findings, severities, face=box, cropped=cropped, source=photo.source)
    return Report(
        source=photo.source,
        photo=PhotoFacts(photo.width, photo.height, photo.format, photo.bytes),
        verdict=verdict_of(findings, plan.mends),
        score=_score(severities.values()),
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


def _crop(scene: Scene, policy: Policy) -> Crop | None:
    try:
        return circle_crop(scene, policy.name)
    except NotAssessed:
        return None


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


def _score(costs: Iterable[float]) -> int:
    """100 times the product of what each check leaves: 1 - weight x severity."""
    left = 1.0
    for cost in costs:
        left *= 1 - cost
    return round(100 * left)


def _drivers_seat(scene: Scene, measured: dict[str, Measurement], judged: dict[str, Judgement]) -> DriversSeat:
    if _SEAT not in measured:
        return DriversSeat("not_assessed", cause="not_in_policy")
    seat = measured[_SEAT]
    if not isinstance(seat.value, float):
        return DriversSeat("not_assessed", cause=seat.cause)
    verdict = _SEAT_VERDICTS[judged[_SEAT].status]
    return DriversSeat(verdict, seat.value, car_cues(scene))


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
