"""The retake coach: instructions, frame by frame, for somebody who is about to take a photo of themselves."""

from __future__ import annotations

from headshot_check.coaching.aim import Aim, aim_of
from headshot_check.coaching.coach import Coach, Guidance, Said
from headshot_check.coaching.faults import Fault
from headshot_check.coaching.frame import FrameAssessment, live_policy, look_at
from headshot_check.coaching.instructions import INSTRUCTIONS, Direction, InstructionGroup

__all__ = [
    "INSTRUCTIONS",
    "Aim",
    "Coach",
    "Direction",
    "Fault",
    "FrameAssessment",
    "Guidance",
    "InstructionGroup",
    "Said",
    "aim_of",
    "live_policy",
    "look_at",
]
