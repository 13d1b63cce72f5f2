"""Frame after frame -> one instruction at a time that does not flicker, and the moment to press the shutter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np

from headshot_check.coaching.faults import Fault
from headshot_check.coaching.frame import FrameAssessment
from headshot_check.coaching.instructions import (
    GOOD,
    GROUPS,
    INSTRUCTIONS,
    NEARLY,
    Direction,
    InstructionGroup,
    group_of_check,
    place_in_order,
    text_of,
)
from headshot_check.policy import Policy
from headshot_check.report import Status
from headshot_check.report_parts import to_dict_or_none

MOTION: Final = "sharpness.face_blur"
MOST_MOVEMENT: Final = 9.0
"""% of the inter-eye distance that an exposure may draw a point out to: eyelids are lost in more (looked at)"""
_EXPOSURE_S: Final = 1 / 15
"""a webcam's longest exposure in a dim room: two frames of its usual 30 a second"""
_LINGER_S: Final = 0.4
"""a fault that was not seen for less than this is still spoken of: a value at its limit jitters from frame to frame"""
_KEEP_S: Final = 0.8
"""nor is it dropped before this while something else is seen that may pass by itself: a gap would flicker"""
_READ_S: Final = 1.0
"""for so long an instruction stays when another one has its turn: four words are read in it (240 words a minute)"""
_FORGET_S: Final = 1.5
"""frames further apart than this do not belong together: nobody saw what happened between them"""
_CAR, _CAR_S = "leave_car", 2.5
"""nobody gets out of a car faster: where one was surely seen, frames in which it is not do not count before"""
_AT_ONCE: Final = frozenset({"find_face", "upright", "leave_car"})
"""what does not wait until another instruction was read"""


@dataclass(frozen=True, slots=True)
class Said:
    """The one instruction of the moment."""

    code: str
    """of `INSTRUCTIONS`; "good", "nearly", or the name of a check that has no instruction of its own"""
    text: str
    status: Status
    """of the fault; "pass" when there is none"""
    direction: Direction | None = None
    group: InstructionGroup | None = None
    checks: tuple[str, ...] = ()
    """the checks that complain"""


@dataclass(frozen=True, slots=True)
class Guidance:
    """What the person in front of the camera is told after a frame."""

    frame: int
    """frames seen so far, from 1"""
    said: Said
    groups: dict[InstructionGroup, Status]
    """the list of live checks; all but "face" are "not_assessed" without a face"""
    steady: bool
    """the face moves too little to smear"""
    movement: float | None
    """streak that the movement since the last frame would leave, % of the inter-eye distance;
    None without a face in both"""
    all_good: bool
    """nothing to complain of, now and since `good_for_s`"""
    good_for_s: float
    """seconds, 0 while something is to be put right"""
    seen: FrameAssessment
    never_minded: tuple[str, ...] = field(default=())
    """codes that the person chose to live with and that are still seen"""

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for `json.dumps`; regions are in fractions of the frame as sent, not mirrored."""
        said, seen = self.said, self.seen
        return {
            "frame": self.frame,
            "instruction": {
                "code": said.code,
                "text": said.text,
                "status": said.status,
                "direction": said.direction,
                "group": said.group,
                "checks": list(said.checks),
            },
            "checks": [
                {"group": group, "label": GROUPS[group], "status": status} for group, status in self.groups.items()
            ],
            "face": to_dict_or_none(seen.face),
            "eyes": to_dict_or_none(seen.eyes),
            "head": to_dict_or_none(seen.head),
            "drivers_seat": seen.seat.to_dict(),
            "steady": self.steady,
            "movement": None if self.movement is None else round(self.movement, 2),
            "all_good": self.all_good,
            "good_for": round(self.good_for_s, 3),
            "never_minded": list(self.never_minded),
        }


class Coach:
    """One person's time before the camera. Not safe to call from two threads at once.

    Parameters
    ----------
    policy
        What the shot is for; where it says nothing of sharpness, nobody has to hold still.
    """

    def __init__(self, policy: Policy) -> None:
        self._minds_motion = MOTION in policy.rules
        self._frames = 0
        self._last: tuple[float, FrameAssessment] | None = None
        self._since: dict[str, float] = {}
        """by code, since when the fault is seen without a break"""
        self._seen: dict[str, tuple[float, Fault]] = {}
        """by code, when and how the fault was last seen"""
        self._failed: dict[str, float] = {}
        """by code, when it last failed, not only warned"""
        self._said: tuple[str, float] | None = None
        """the code that is said, and since when"""
        self._good_since: float | None = None

    def next(self, seen: FrameAssessment, now: float, never_mind: Collection[str] = ()) -> Guidance:
        """What to say after this frame.

        Parameters
        ----------
        now
            Seconds on any clock that does not go back.
        never_mind
            Codes of instructions that the person chose to live with: no longer said as long as they only warn.
        """
        self._frames += 1
        if self._last is not None and now - self._last[0] > _FORGET_S:
            self._good_since = None
        movement = self._movement(seen, now)
        moving = self._moving(movement)
        faults = seen.faults if moving is None else (*seen.faults, moving)
        minded = tuple(fault for fault in faults if fault.status == "fail" or fault.code not in never_mind)
        self._remember(minded, now)
        minded = (*self._still_in_car(minded, now), *minded)
        code = self._choose(minded, now, never_mind)
        if minded:
            self._good_since = None
        elif self._good_since is None:
            self._good_since = now
        good = code is None and self._good_since is not None
        return Guidance(
            frame=self._frames,
            said=self._in_words(code, minded, now, good),
            groups=_groups(minded),
            steady=moving is None,
            movement=movement,
            all_good=good,
            good_for_s=now - self._good_since if good and self._good_since is not None else 0.0,
            seen=seen,
            never_minded=tuple(dict.fromkeys(fault.code for fault in faults if fault not in minded)),
        )

    def _movement(self, seen: FrameAssessment, now: float) -> float | None:
        """The streak that an exposure would show, % of the inter-eye distance."""
        before, self._last = self._last, (now, seen)
        if before is None or now <= before[0] or seen.eye_points is None or before[1].eye_points is None:
            return None
        moved = float(np.hypot(*(seen.eye_points - before[1].eye_points).T).max()) / max(seen.inter_eye, 1e-6)
        return 100 * moved / (now - before[0]) * _EXPOSURE_S

    def _moving(self, movement: float | None) -> Fault | None:
        if movement is None or not self._minds_motion or movement <= MOST_MOVEMENT:
            return None
        return Fault("hold_still", MOTION, "warn", 0.5)

    def _still_in_car(self, faults: tuple[Fault, ...], now: float) -> tuple[Fault, ...]:
        """The car that was surely seen a moment ago, while there is a face; else nothing."""
        failed = self._failed.get(_CAR)
        if failed is None or now - failed > _CAR_S:
            return ()
        if any(fault.code == _CAR or fault.check == "faces.found" for fault in faults):
            return ()
        return (replace(self._seen[_CAR][1], status="fail"),)

    def _remember(self, faults: tuple[Fault, ...], now: float) -> None:
        for fault in faults:
            last = self._seen.get(fault.code)
            if last is None or now - last[0] > _LINGER_S:
                self._since[fault.code] = now
            if fault.status == "fail":
                self._failed[fault.code] = now
        for fault in reversed(faults):  # of several with one code, the first is kept
            self._seen[fault.code] = (now, fault)

    def _choose(self, faults: tuple[Fault, ...], now: float, never_mind: Collection[str]) -> str | None:
        """The code to say now: the present one as long as its fault lasts and nothing before it in the order lasts."""
        lasting = [fault.code for fault in faults if now - self._since[fault.code] >= _patience(fault.code)]
        present = self._said
        seen_now = {fault.code for fault in faults}
        if present is not None and present[0] in never_mind and present[0] not in seen_now:
            present = None
        unseen_s = 0.0 if present is None or present[0] in seen_now else now - self._seen[present[0]][0]
        if unseen_s > (_KEEP_S if faults and not lasting else _LINGER_S):
            present = None
        if present is None:
            first = lasting or ([fault.code for fault in faults] if self._frames == 1 else [])
            self._said = (min(first, key=place_in_order), now) if first else None
        else:
            self._said = present
            urgent = [code for code in lasting if place_in_order(code) < place_in_order(present[0])]
            best = min(urgent, key=place_in_order, default=None)
            if best is not None and (best in _AT_ONCE or now - present[1] >= _READ_S):
                self._said = (best, now)
        return None if self._said is None else self._said[0]

    def _in_words(self, code: str | None, faults: tuple[Fault, ...], now: float, good: bool) -> Said:
        if code is None:
            return Said("good", GOOD, "pass") if good else Said("nearly", NEARLY, "pass")
        fault = self._seen[code][1]
        failed = self._failed.get(code)
        lingers_s = _CAR_S if code == _CAR else _LINGER_S
        status: Status = "warn" if failed is None or now - failed > lingers_s else "fail"
        checks = tuple(one.check for one in faults if one.code == code) or (fault.check,)
        if code not in INSTRUCTIONS:  # a check that the coach has no words of its own for
            return Said(code, fault.advice, status, group=group_of_check(fault.check), checks=checks)
        told = INSTRUCTIONS[code]
        return Said(code, text_of(code, status), status, told.direction, told.group, checks)


def _patience(code: str) -> float:
    told = INSTRUCTIONS.get(code)
    return 0.3 if told is None else told.patience_s


def _groups(faults: tuple[Fault, ...]) -> dict[InstructionGroup, Status]:
    """How each group of live checks stands in this frame."""
    unseen = any(fault.check == "faces.found" for fault in faults)
    groups: dict[InstructionGroup, Status] = dict.fromkeys(GROUPS, "not_assessed" if unseen else "pass")
    for fault in faults:
        told = INSTRUCTIONS.get(fault.code)
        group = told.group if told is not None else group_of_check(fault.check)
        if groups[group] != "fail":
            groups[group] = fault.status
    return groups
