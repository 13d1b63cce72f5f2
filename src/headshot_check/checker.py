"""Photo in, report out: the whole path, with the networks loaded once."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from os import PathLike

from headshot_check import wording
from headshot_check.advice import CROP_OFFER, Plan, make_plan, verdict_of
from headshot_check.crop import best_frame, target_for, target_named
from headshot_check.crop.result import CroppedPhoto, cropped_photo, notes_on
from headshot_check.crop.suggest import CARRIED, crop_of, roll_limit, shown_crop, suggested_crop
from headshot_check.crop.targets import CropError
from headshot_check.errors import PhotoError
from headshot_check.measures import Measurement, measure_all
from headshot_check.measures.car_cues import car_cues, seat_side
from headshot_check.nets.backend import Backend
from headshot_check.photo import Limits as PhotoLimits
from headshot_check.photo import Photo, Source, load
from headshot_check.policy import Judgement, Policy, costs, judge, load_policy, score
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
        return _report(Scene(photo, self._nets), self.policy, self._nets)

    def check_many(self, sources: Iterable[Source]) -> Iterator[Report]:
        """Check photos one after another; one that cannot be read gives an "unreadable" report and stops nothing."""
        for source in sources:
            try:
                yield self.check(source)
            except PhotoError as error:
                yield unreadable(error, self.policy.name)

    def crop(
        self, source: Source | Photo, target: str | None = None, *, size: int | None = None, enlarge: bool = False
    ) -> CroppedPhoto:
        """The best crop of a photo, cut from its full resolution, straightened where that helps, and checked itself.

        Parameters
        ----------
        source
            As for `check`, or a photo that is already loaded.
        target
            One of `headshot_check.crop.TARGETS`; default: the one that fits the policy.
        size
            Width of the crop in px; default: the target's usual one.
        enlarge
            Also when the photo has fewer pixels there. Else the crop is as large as it can be, and a note says so.

        Raises
        ------
        CropError
            No such target, or no face to crop around.
        PhotoError
            The photo cannot be read.
        """
        use = target_for(self.policy.name, self.policy.base) if target is None else target_named(target)
        photo = source if isinstance(source, Photo) else load(source, limits=self._limits)
        scene = Scene(photo, self._nets)
        known = _known(scene, self.policy)
        try:
            frame = best_frame(scene, use, roll_limit(self.policy))
        except NotAssessed as reason:
            raise CropError(f"{photo.source}: {cause_in_words(reason.cause)}, so there is nothing to crop") from None
        cut, jpeg = cropped_photo(photo, frame, use, use.sizes[0] if size is None else size, enlarge)
        report = _report(Scene(cut, self._nets), self.policy, self._nets, whole=known)
        crop = crop_of(scene, frame, use, known.judged, report, (cut.width, cut.height))
        before = _said(scene, self.policy, known, shown_crop(scene, use))
        notes = notes_on(scene, frame, use, crop, size)
        return CroppedPhoto(photo.source, cut.rgb, crop, report, before, notes, jpeg)

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


@dataclass(frozen=True, slots=True)
class _Known:
    """What was measured of a photo, and how it was judged."""

    measured: Mapping[str, Measurement]
    judged: Mapping[str, Judgement]
    seat: DriversSeat

    def carried(self) -> dict[str, Measurement]:
        """What holds for a crop of it as well; places do not."""
        return {check: replace(one, region=None) for check, one in self.measured.items() if check.startswith(CARRIED)}

    def score(self, policy: Policy) -> float:
        """0..100, not rounded."""
        causes = {check: one.cause for check, one in self.measured.items() if one.cause is not None}
        return score(policy.rules, self.judged, causes)


def _known(scene: Scene, policy: Policy, whole: _Known | None = None) -> _Known:
    """`whole` is given for a crop: what is known of the photo that it is of."""
    carried = {} if whole is None else whole.carried()
    taken = measure_all(scene, [check for check in policy.rules if check not in carried])
    measured = {check: carried[check] if check in carried else taken[check] for check in policy.rules}
    judged = {check: judge(policy.rules[check], measurement) for check, measurement in measured.items()}
    if whole is None:
        return _Known(measured, judged, _drivers_seat(scene, measured, judged))
    cues = tuple(replace(cue, region=None) for cue in whole.seat.cues)
    return _Known(measured, judged, replace(whole.seat, cues=cues))


def _report(scene: Scene, policy: Policy, nets: Nets, whole: _Known | None = None) -> Report:
    """The report of a photo, or of a crop of the photo `whole`."""
    known, target = _known(scene, policy, whole), target_for(policy.name, policy.base)
    crop = shown_crop(scene, target)
    if whole is None:

        def assess(cut: Photo) -> Report:
            return _report(Scene(cut, nets), policy, nets, known)

        crop = suggested_crop(scene, policy, known.judged, known.score(policy), target, assess) or crop
    return _said(scene, policy, known, crop)


def _said(scene: Scene, policy: Policy, known: _Known, crop: Crop | None) -> Report:
    """What is known, in words."""
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
