"""Which checks a truncated or corrupt file allows: pixels that its data do not define are made up by the decoder."""

from __future__ import annotations

from typing import Final

from headshot_check.scene import NotAssessed, Scene

_OF_THE_FILE: Final = frozenset(
    {
        "capture.front_camera",
        "capture.software",
        "file.animated",
        "file.damaged",
        "file.format",
        "file.jpeg_quality",
        "file.short_side",
        "file.size",
        "file.truncated",
    }
)
"""checks that need no pixels"""
_AROUND: Final = (
    "background.",
    "car.",
    "covering.hand",
    "faces.count",
    "faces.second_face",
    "file.",
    "framing.shoulders",
    "medium.",
)
"""prefixes of checks that also look outside the head"""
_OF_DETAIL: Final = ("sharpness.", "medium.", "file.blockiness")
"""prefixes of checks that need fine detail"""
_THIN = 0.05
"""share of the picture that may be missing for a car to be recognised all the same"""
_ABOVE, _BELOW, _BESIDE = 0.6, 0.2, 0.1
"""margins of hair, chin and ears over a face's box, in shares of its sides"""


def cause_of(scene: Scene, check: str) -> str | None:
    """Why a check cannot be assessed, or None.

    "file_damaged": it is unknown which pixels are valid. "part_missing": what the check needs is, or may be, missing.
    "detail_missing": the file ends before the fine detail (progressive JPEG).
    """
    if check in _OF_THE_FILE:
        return None
    photo = scene.photo
    if photo.made_up is not None:
        if photo.damaged:
            return "file_damaged"
        around = check.startswith(_AROUND) and not (check.startswith("car.") and _is_thin(photo.made_up))
        if around or scene.once(_head_is_touched):
            return "part_missing"
    return "detail_missing" if photo.coarse and check.startswith(_OF_DETAIL) else None


def _is_thin(made_up: tuple[float, float, float, float]) -> bool:
    """Whether so little is missing that a car around an intact head can still be recognised."""
    x0, y0, x1, y1 = made_up
    return (x1 - x0) * (y1 - y0) < _THIN


def _head_is_touched(scene: Scene) -> bool:
    """Whether the made-up part overlaps the main head, or no face was found."""
    made_up = scene.photo.made_up
    try:
        x0, y0, x1, y1 = scene.main.box
    except NotAssessed:
        return True
    assert made_up is not None
    wide, high = x1 - x0, y1 - y0
    left, top, right, bottom = (
        edge * size for edge, size in zip(made_up, (scene.width, scene.height) * 2, strict=True)
    )
    beside = x1 + _BESIDE * wide > left and x0 - _BESIDE * wide < right
    return beside and y1 + _BELOW * high > top and y0 - _ABOVE * high < bottom
