"""Assesses one camera frame: its faults by a policy, and where face and head are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from headshot_check.assessment import assess
from headshot_check.at_exit import checking
from headshot_check.coaching.faults import FacePlace, Fault, faults_of
from headshot_check.measures.places import face_region, head_region_or_none, polygon_region
from headshot_check.policy import Policy, judge
from headshot_check.report import DriversSeat, Region
from headshot_check.scene import Scene

_OF_THE_SHOT: Final = ("file.", "capture.", "medium.", "pose.in_action", "lighting.scene")
"""checks of the saved photo only: a frame of the preview is not that file, has no EXIF and is no drawing, and people at
webcams sit at a computer, often in a dim room"""
_IN_PIXELS: Final = "framing.inter_eye_distance"


@dataclass(frozen=True, slots=True, eq=False)
class FrameAssessment:
    """The assessment of one frame. Regions are in fractions of the frame as sent, not mirrored."""

    faults: tuple[Fault, ...]
    """in the order of the instructions; empty if there are none"""
    seat: DriversSeat
    face: Region | None = None
    """box of the main face"""
    eyes: Region | None = None
    """the two eye centres, the one on the left of the frame first"""
    head: Region | None = None
    """crown to chin, including hair"""
    eye_points: NDArray[np.float32] | None = None
    """(2, 2) the same centres, the subject's right eye first, in frame widths"""
    inter_eye: float = 0.0
    """their distance as seen from the front, in frame widths"""


def live_policy(policy: Policy) -> Policy:
    """The policy for frames: without the rules that apply to the saved photo only; limits are unchanged."""
    rules = {check: rule for check, rule in policy.rules.items() if not check.startswith(_OF_THE_SHOT)}
    return replace(policy, rules=rules)


@checking()
def look_at(scene: Scene, live: Policy, camera_width: int | None = None) -> FrameAssessment:
    """Assess a frame by a policy.

    Parameters
    ----------
    live
        From `live_policy`.
    camera_width
        Width of the photo that the camera will save, px, on which pixel counts are based; default: the frame's width.
    """
    known = assess(scene, live)
    measured, judged = dict(known.measured), dict(known.judged)
    eyes_px = measured.get(_IN_PIXELS)
    if camera_width is not None and eyes_px is not None and isinstance(eyes_px.value, float):
        eyes_px = eyes_px._replace(value=eyes_px.value * camera_width / scene.photo.width)
        measured[_IN_PIXELS], judged[_IN_PIXELS] = eyes_px, judge(live.rules[_IN_PIXELS], eyes_px)
    if not scene.search.faces:
        return FrameAssessment(faults_of(live, measured, judged, FacePlace()), known.seat)
    where = FacePlace(face_region(scene), head_region_or_none(scene))
    centres = scene.eye_centres
    return FrameAssessment(
        faults=faults_of(live, measured, judged, where),
        seat=known.seat,
        face=where.face,
        eyes=polygon_region(scene, centres[np.argsort(centres[:, 0])]),
        head=where.head,
        eye_points=np.asarray(centres / scene.width, np.float32),
        inter_eye=scene.inter_eye_px / scene.width,
    )
