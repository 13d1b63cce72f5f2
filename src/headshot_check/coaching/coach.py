"""Turns a sequence of frames into one instruction at a time, without flicker, and says when to press the shutter."""

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
"""longest acceptable motion streak, % of the inter-eye distance: longer ones blur the eyelids"""
_EXPOSURE_S: Final = 1 / 15
"""longest exposure of a webcam in a dim room: two frames at 30 per second"""
_LINGER_S: Final = 0.4
"""an instruction is kept this long after its fault was last seen, as values at a limit jitter"""
_KEEP_S: Final = 0.8
"""and this long while another fault is seen that is not mentioned yet, to avoid a gap"""
_READ_S: Final = 1.0
"""least duration of an instruction before a more urgent one replaces it: four words at 240 per minute"""
_FORGET_S: Final = 1.5
"""a longer gap between two frames resets how long everything was good"""
_CAR, _CAR_S = "leave_car", 2.5
"""code and duration: a car that failed is assumed to be there for this long, as nobody gets out faster"""
_AT_ONCE: Final = frozenset({"find_face", "upright", "leave_car"})
"""instructions that replace others at once"""


@dataclass(frozen=True, slots=True)
class Said:
    """The current instruction."""

    code: str
    """key of `INSTRUCTIONS`, "good", "nearly", or the name of a check without an instruction"""
    text: str
    status: Status
    """status of the fault; "pass" without one"""
    direction: Direction | None = None
    group: InstructionGroup | None = None
    checks: tuple[str, ...] = ()
    """the checks that warn or fail"""


@dataclass(frozen=True, slots=True)
class Guidance:
    """What to tell the person after a frame."""

    frame: int
    """number of the frame, from 1"""
    said: Said
    groups: dict[InstructionGroup, Status]
    """status of each entry in the list of live checks; all but "face" are "not_assessed" without a face"""
    steady: bool
    """whether the face moves too little for motion blur"""
    movement: float | None
    """motion streak by the movement since the last frame, % of the inter-eye distance; None without a face in both"""
    all_good: bool
    """whether there has been no fault for `good_for_s`"""
    good_for_s: float
    """seconds without a fault; 0 if there is one"""
    seen: FrameAssessment
    never_minded: tuple[str, ...] = field(default=())
    """codes that the person chose to ignore and whose faults are still there"""

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
    """A coaching session. Not thread-safe.

    Parameters
    ----------
    policy
        The policy of the photo; without a rule for `sharpness.face_blur` motion does not matter.
    """

    def __init__(self, policy: Policy) -> None:
        self._minds_motion = MOTION in policy.rules
        self._frames = 0
        self._last: tuple[float, FrameAssessment] | None = None
        self._since: dict[str, float] = {}
        """by code, since when the fault has been seen without a break"""
        self._seen: dict[str, tuple[float, Fault]] = {}
        """by code, when the fault was last seen, and the fault"""
        self._failed: dict[str, float] = {}
        """by code, when it last failed"""
        self._said: tuple[str, float] | None = None
        """the current code, and since when"""
        self._good_since: float | None = None

    def next(self, seen: FrameAssessment, now: float, never_mind: Collection[str] = ()) -> Guidance:
        """Process a frame.

        Parameters
        ----------
        now
            Time of the frame on any monotonic clock, s.
        never_mind
            Codes of instructions that the person chose to ignore; they are left out while they only warn.
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
        """Length of the motion streak in an exposure of `_EXPOSURE_S`, % of the inter-eye distance."""
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
        """The fault of a car that failed within the last `_CAR_S`, if there is a face and no such fault now."""
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
        for fault in reversed(faults):  # the first of several with one code wins
            self._seen[fault.code] = (now, fault)

    def _choose(self, faults: tuple[Fault, ...], now: float, never_mind: Collection[str]) -> str | None:
        """The current code: the previous one while its fault lasts, unless one of higher priority lasts too."""
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
        if code not in INSTRUCTIONS:  # a check without an instruction
            return Said(code, fault.advice, status, group=group_of_check(fault.check), checks=checks)
        told = INSTRUCTIONS[code]
        return Said(code, text_of(code, status), status, told.direction, told.group, checks)


def _patience(code: str) -> float:
    told = INSTRUCTIONS.get(code)
    return 0.3 if told is None else told.patience_s


def _groups(faults: tuple[Fault, ...]) -> dict[InstructionGroup, Status]:
    """Status of each entry in the list of live checks."""
    unseen = any(fault.check == "faces.found" for fault in faults)
    groups: dict[InstructionGroup, Status] = dict.fromkeys(GROUPS, "not_assessed" if unseen else "pass")
    for fault in faults:
        told = INSTRUCTIONS.get(fault.code)
        group = told.group if told is not None else group_of_check(fault.check)
        if groups[group] != "fail":
            groups[group] = fault.status
    return groups
