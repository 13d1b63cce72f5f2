"""The shapes and labels to draw for a report, and the layout of the photo on the canvas."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np

from headshot_check.crop.targets import TARGETS
from headshot_check.report import Crop, Finding, Region, Report
from headshot_check.text import capitalised
from headshot_check.views import labels
from headshot_check.views.palette import CUES, TONES, WHITE, Colour
from headshot_check.views.picture import drawing
from headshot_check.views.picture.drawing import Box, Points
from headshot_check.views.picture.placement import Pill
from headshot_check.words import fault_label
from headshot_check.words.numbers import digits_apart

NARROWEST: Final = 360
"""px; the strip of text below needs it, so narrower photos stand on a wider ground"""
MOST_PROBLEMS: Final = 4
"""outlined on the photo, and written below it"""
_SAME_PLACE: Final = 0.6
"""intersection over union from which two regions share one outline"""


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A shape on the photo."""

    points: Points
    """px of the canvas"""
    colour: Colour
    style: str
    """"closed", "open", "dashed", "thin" """
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the photo lies on the canvas, and how heavy strokes and letters are there."""

    width: int
    height: int
    left: int

    @property
    def font(self) -> int:
        """px"""
        canvas_width = max(self.width, NARROWEST)
        size = max(0.0215 * math.sqrt(canvas_width * self.height), 0.012 * canvas_width)
        return round(min(max(size, 14), max(canvas_width / 26, 14)))

    @property
    def stroke(self) -> int:
        """px"""
        return max(2, round(self.font / 11))

    @property
    def frame(self) -> Box:
        """The photo: x0, y0, x1, y1."""
        return self.left, 0, self.left + self.width, self.height

    def points(self, region: Region) -> Points:
        """(N, 2) px of the canvas; empty where the region has no usable coordinates."""
        points = np.array(region.points, np.float64).reshape(-1, 2)
        points = np.clip(points[np.isfinite(points).all(axis=1)], -3, 4)
        return points * (self.width, self.height) + (self.left, 0.0)

    def shown(self, report: Report) -> Points:
        """Outline of what is shown of the picture: the crop, or the circle in it or in the middle of the photo."""
        x0, y0, x1, y1 = self.frame
        corners, crop = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float64), report.crop
        if crop is not None and len(kept := self.points(crop.region)) == 4:
            corners = kept
            if crop.target in TARGETS and not TARGETS[crop.target].circle:
                return corners
        sides = np.hypot(*(np.roll(corners, -1, axis=0) - corners).T)
        return drawing.ring(corners.mean(axis=0), float(sides.min()) / 2, 180)

    def boxes(self, regions: Iterable[Region]) -> list[Box]:
        """Around each region that has usable coordinates: x0, y0, x1, y1."""
        return [(*at.min(axis=0), *at.max(axis=0)) for at in map(self.points, regions) if len(at)]


def marks_on(plan: Layout, report: Report) -> tuple[list[Mark], list[Pill]]:
    """All shapes from the bottom to the top, and the labels from the most to the least important."""
    marks: list[Mark] = []
    pills: list[Pill] = []
    for cue in report.drivers_seat.evidence:
        if cue.region is not None and len(points := plan.points(cue.region)) > 2:
            colour = CUES[cue.name]
            marks.append(Mark(points, colour, "closed", filled=True))
            pills.append(Pill(capitalised(labels.cue_label(cue)), colour, "dot", points))
    face_marks, face_pills = _face_marks(plan, report)
    outlines: list[Mark] = []
    for place, problems in _places(report):
        points = plan.points(place)
        tone = problems[0].status
        if len(points) > 2:  # instead of a white frame at the same place
            face_marks = [mark for mark in face_marks if _overlap(points, mark.points) <= _SAME_PLACE]
            corner = min(2.0 * plan.font, 0.2 * float(np.ptp(points, axis=0).min()))
            outlines.append(Mark(drawing.rounded(points, corner), TONES[tone], "closed"))
        if len(points):
            pills += [
                Pill(capitalised(fault_label(one.check)), TONES[one.status], one.status, points) for one in problems
            ]
    marks += reversed(outlines)  # the worst on top
    if report.crop is not None and report.crop.mends:
        pills.append(Pill(_crop_words(report.crop), WHITE, "none", plan.shown(report)))
    return marks + face_marks, pills + face_pills


def _crop_words(crop: Crop) -> str:
    turned = abs(crop.rotation_deg)
    how = "straightened" if turned < 45 else "turned"
    return f"Crop, {how} {turned:.0f}°" if turned >= 1 else "Crop"


def _face_marks(plan: Layout, report: Report) -> tuple[list[Mark], list[Pill]]:
    marks: list[Mark] = []
    pills: list[Pill] = []
    for face in report.faces:
        box = plan.points(face.box)
        if len(box) < 3:
            continue
        corner = 0.12 * float(np.ptp(box[:, 0]))
        marks.append(Mark(drawing.rounded(box, corner), WHITE, "thin"))
        if not face.main:
            continue
        if face.head is not None and len(head := plan.points(face.head)) > 2:
            marks.append(Mark(drawing.rounded(head, 1.5 * corner), WHITE, "dashed"))
        if face.eyes is not None and len(eyes := plan.points(face.eyes)) == 2:
            across = eyes[1] - eyes[0]
            leaning = [one for one in report.problems if one.check == "pose.roll" and isinstance(one.value, float)]
            for one in leaning:  # only then: a line through the eyes hides them
                line = np.stack([eyes[0] - 0.45 * across, eyes[1] + 0.45 * across])
                marks.append(Mark(line, TONES[one.status], "open"))
                pills.append(Pill(f"Tilt {_size_in_words(one)}°", TONES[one.status], one.status, line[1:]))
            radius = max(0.05 * float(np.hypot(*across)), 2.2 * plan.stroke)
            marks += [Mark(drawing.ring(eye, radius), WHITE, "thin") for eye in eyes]
    return marks, pills


def _size_in_words(finding: Finding) -> str:
    """A number without its sign, rounded as the finding's message has it."""
    size, limits = abs(float(finding.value or 0)), finding.limits.to_dict().values()
    return f"{size:.{digits_apart(size, 0, [abs(one) for one in limits if isinstance(one, (int, float))])}f}"


def _places(report: Report) -> list[tuple[Region, list[Finding]]]:
    """The places of the worst findings, with the findings that share one."""
    cues = [np.array(cue.region.points) for cue in report.drivers_seat.evidence if cue.region]
    places: list[tuple[Region, list[Finding]]] = []
    worst = [one for one in labels.worst_first(report) if one.status in ("fail", "warn") and one.region]
    for finding in worst[:MOST_PROBLEMS]:
        if finding.region is None or len(finding.region.points) < 2:
            continue
        points = np.array(finding.region.points)
        if finding.check.startswith("car.") and any(_overlap(points, cue) > _SAME_PLACE for cue in cues):
            continue  # the cue says it already
        for place, sharing in places:
            if _overlap(np.array(place.points), points) > _SAME_PLACE:
                sharing.append(finding)
                break
        else:
            places.append((finding.region, [finding]))
    return places


def _overlap(one: Points, other: Points) -> float:
    """Intersection over union of the bounding boxes, 0..1."""
    low, high = np.maximum(one.min(axis=0), other.min(axis=0)), np.minimum(one.max(axis=0), other.max(axis=0))
    shared = float(np.prod(np.maximum(high - low, 0)))
    union = float(np.prod(np.ptp(one, axis=0)) + np.prod(np.ptp(other, axis=0))) - shared
    return shared / union if union > 0 else 0.0
