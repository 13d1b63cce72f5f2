"""Turns a frame's warnings and failures into faults, each with the instruction that fixes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from headshot_check.advice.sentences import side_of, what_is_good, what_is_wrong
from headshot_check.coaching.instructions import INSTRUCTIONS, place_in_order
from headshot_check.measures import Measurement
from headshot_check.policy import Judgement, Policy
from headshot_check.policy.score import HIDDEN, worst_severity
from headshot_check.report import Region
from headshot_check.words import words_of


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault with its instruction."""

    code: str
    """code of the instruction; the check's name if it has none"""
    check: str
    status: Literal["fail", "warn"]
    severity: float
    """0..1, as the policy judges it"""
    advice: str = ""
    """the report's advice, if there is no instruction"""


@dataclass(frozen=True, slots=True)
class FacePlace:
    """Place of the main face in fractions of the frame as sent (not mirrored)."""

    face: Region | None = None
    head: Region | None = None


_UNSEEN: Final = {
    "no_face": "find_face",
    "mesh_doubtful": "face_camera",
    "face_turned": "face_camera",
    "eyes_closed": "open_eyes",
    "dark_glasses": "take_off_sunglasses",
    "too_few_pixels": "move_closer",
}
"""instruction by the cause why a check was not assessed, if the person can change it (policy.score.HIDDEN)"""
_OPPOSITE: Final = (("move_closer", "move_back"), ("move_up", "move_down"), ("move_left", "move_right"))

# Height of a head over the frame's beyond which moving up or down does not help: the person has to move back.
_TALL = 0.7


def faults_of(
    policy: Policy, measured: Mapping[str, Measurement], judged: Mapping[str, Judgement], where: FacePlace
) -> tuple[Fault, ...]:
    """The faults of a frame, in the order of their instructions.

    A check that could not be assessed because of the face (closed eyes, a head turned away) is a fault too if it could
    have warned or failed. If the face was not found at once, that is the only fault, as other values are unreliable.
    """
    faults = [
        _fault(_code(check, measured[check], one, where), measured[check], one.status, one, policy)
        for check, one in judged.items()
        if one.status in ("fail", "warn")
    ]
    unfound = [fault for fault in faults if fault.check == "faces.found"]
    if unfound:
        return tuple(unfound)
    if where.face is None:
        return (Fault("find_face", "faces.found", "fail", 1.0),)
    for check, one in measured.items():
        code = _UNSEEN.get(one.cause or "") if one.cause in HIDDEN else None
        if code is not None and worst_severity(policy.rules[check]) > 0:
            faults.append(Fault(code, check, "fail", 1.0))
    if any(fault.check == "lighting.balance" for fault in faults):  # it is the unlit side that is black
        faults = [fault for fault in faults if fault.check != "lighting.blocked"]
    return tuple(sorted(_without_contradiction(faults), key=_turn))


def _fault(
    code: str, measured: Measurement, status: Literal["fail", "warn"], judged: Judgement, policy: Policy
) -> Fault:
    check, advice = measured.check, ""
    if code not in INSTRUCTIONS:  # such as a custom check
        seen, do = what_is_wrong(check, measured.value, high=judged.high, limits=policy.rules[check].limits)
        advice = do or seen or what_is_good(check, measured.value)
    return Fault(code, check, status, judged.severity, advice)


def _turn(fault: Fault) -> tuple[int, bool, float]:
    return place_in_order(fault.code), fault.status == "warn", -fault.severity


def _without_contradiction(faults: list[Fault]) -> list[Fault]:
    """The faults without the milder one of two that have opposite instructions."""
    for pair in _OPPOSITE:
        worst = [max((f.severity for f in faults if f.code == code), default=0.0) for code in pair]
        if all(worst):
            drop = pair[0] if worst[0] < worst[1] else pair[1]
            faults = [fault for fault in faults if fault.code != drop]
    return faults


def _code(check: str, measured: Measurement, judged: Judgement, where: FacePlace) -> str:
    if check in _BY_PLACE:
        return _BY_PLACE[check](measured, where)
    words = words_of(check)
    answer = (words.answers or {}).get(str(measured.value))
    if answer is not None and answer.coach:
        return answer.coach
    low, high = words.coach_low, words.coach_high
    return (high if judged.high else low) or low or high or check


def _off_the_middle(measured: Measurement, where: FacePlace) -> str:
    if where.face is None:
        return "find_face"
    x0, _, x1, _ = where.face.bounds
    # the right of the frame is the person's left
    return "move_right" if x0 + x1 > 1 else "move_left"


def _crown_cut(measured: Measurement, where: FacePlace) -> str:
    return "move_back" if _is_tall(where) else "move_down"


def _cut_by_circle(measured: Measurement, where: FacePlace) -> str:
    if where.head is None or _is_tall(where):
        return "move_back"
    _, y0, _, y1 = where.head.bounds
    return "move_down" if y0 + y1 < 1 else "move_up"


def _face_cut(measured: Measurement, where: FacePlace) -> str:
    """Away from the edge that cuts off most of the face."""
    place = where.head or where.face
    if place is None or _is_tall(where):
        return "move_back"
    x0, y0, x1, y1 = place.bounds
    beyond = {"move_right": x1 - 1, "move_left": -x0, "move_down": -y0, "move_up": y1 - 1}
    return max(beyond, key=lambda code: beyond[code])


def _dark_side(measured: Measurement, where: FacePlace) -> str:
    """Towards the bright side: a dark right of the frame is the person's left, so the light is on their right."""
    side = None if measured.region is None else side_of(measured.region, where.face)
    return "turn_to_light" if side is None else f"light_from_{side}"


def _is_tall(where: FacePlace) -> bool:
    if where.head is None:
        return False
    _, y0, _, y1 = where.head.bounds
    return y1 - y0 > _TALL


_BY_PLACE: Final[dict[str, Callable[[Measurement, FacePlace], str]]] = {
    "framing.offset": _off_the_middle,
    "framing.headroom": _crown_cut,
    "framing.circle_cut": _cut_by_circle,
    "framing.face_cut": _face_cut,
    "lighting.balance": _dark_side,
}
