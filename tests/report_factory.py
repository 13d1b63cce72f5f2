"""Reports made by hand for the tests of views."""

from __future__ import annotations

from typing import Any

from headshot_check.report import (
    Crop,
    Cue,
    DriversSeat,
    Face,
    Finding,
    Limits,
    PhotoFacts,
    Region,
    Report,
)

NO_CAR = DriversSeat("unlikely", 0.01)
FACE_BOX = (0.34, 0.22, 0.64, 0.58)


def rectangle(x0: float, y0: float, x1: float, y1: float) -> Region:
    """Clockwise from the top left."""
    return Region(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))


def face(box: tuple[float, float, float, float] = FACE_BOX, *, main: bool = True, tilt: float = 0.0) -> Face:
    """A face with its eyes where eyes are; `tilt` lowers the right-hand one, in fractions of the height."""
    x0, y0, x1, y1 = box
    width, height = x1 - x0, y1 - y0
    eyes = Region(((x0 + 0.3 * width, y0 + 0.3 * height), (x0 + 0.7 * width, y0 + 0.3 * height + tilt)))
    head = rectangle(x0 - 0.06 * width, y0 - 0.45 * height, x1 + 0.06 * width, y1) if main else None
    return Face(rectangle(*box), 0.97, main, 120.0, eyes, head)


def backlight(status: Any = "fail") -> Finding:
    """A finding with everything in it."""
    return Finding(
        "lighting.backlight",
        status,
        "The background is 1.8 stops brighter than the face.",
        1.83,
        "stops",
        Limits(warn_above=0.5, fail_above=1.0),
        "Turn round so that the window lights your face.",
        rectangle(*FACE_BOX),
    )


def in_a_car() -> DriversSeat:
    """All five cues, the belt as a slanting band."""
    belt = Region(((0.62, 0.6), (0.68, 0.6), (0.5, 1.0), (0.42, 1.0)))
    return DriversSeat(
        "likely",
        0.97,
        (
            Cue("seat_belt", 0.96, belt),
            Cue("headrest", 0.91, rectangle(0.66, 0.25, 0.8, 0.5)),
            Cue("car_window", 0.84, rectangle(0.82, 0.2, 0.98, 0.5)),
            Cue("roof", 0.7, rectangle(0.0, 0.0, 1.0, 0.1)),
            Cue("steering_wheel", 0.6, rectangle(0.0, 0.8, 0.3, 1.0)),
        ),
        "driver",
    )


FINDINGS = (
    backlight(),
    Finding("sharpness.face_blur", "pass", "The face is sharp.", 1.2, "%", Limits(warn_above=2.8)),
    Finding(
        "pose.roll",
        "warn",
        "The head is tilted by 14 degrees.",
        14.2,
        "degrees",
        Limits(warn_above=10, fail_above=20),
        "Hold your head upright.",
    ),
    Finding(
        "eyes.opening", "not_assessed", "The eyes cannot be seen.", limits=Limits(warn_below=0.1), cause="sunglasses"
    ),
    Finding("eyes.gaze", "not_assessed", "The eyes cannot be seen.", limits=Limits(warn_below=0.1), cause="sunglasses"),
    Finding("file.short_side", "pass", "The picture is large enough.", 1202, "px", Limits(fail_below=400)),
)


def report(**parts: Any) -> Report:
    """A photo to retake; `parts` replace what differs."""
    defaults: dict[str, Any] = {
        "source": "me.jpg",
        "photo": PhotoFacts(1202, 1600, "JPEG", 480_200),
        "verdict": "retake",
        "score": 41,
        "drivers_seat": NO_CAR,
        "faces": (face(),),
        "findings": FINDINGS,
        "retake": ("Turn round so that the window lights your face.", "Hold your head upright."),
        "crop": Crop("linkedin", rectangle(0.1, 0.05, 0.9, 0.65)),
    }
    return Report(**(defaults | parts))


def unreadable() -> Report:
    """A file that could not be opened."""
    remedy = "Download it again."
    broken = Finding("file.readable", "fail", f"me.jpg: the file is empty. {remedy}", advice=remedy, cause="empty")
    seat = DriversSeat("not_assessed", cause="the file could not be read")
    found: dict[str, Any] = {"drivers_seat": seat, "faces": (), "findings": (broken,), "retake": (), "crop": None}
    return report(photo=None, verdict="unreadable", score=None, **found)
