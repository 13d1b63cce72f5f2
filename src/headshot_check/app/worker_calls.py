"""Functions other than checking that the page runs in worker processes, which can be killed at any moment."""

from __future__ import annotations

from typing import Any

from headshot_check.checker import Checker, cropped_here, loaded_as
from headshot_check.coaching import look_at
from headshot_check.coaching.frame import FrameAssessment
from headshot_check.crop.saving import encoded
from headshot_check.photo import PhotoLimits, load
from headshot_check.policy import Policy
from headshot_check.report import Region
from headshot_check.views.picture.overlay import overlay_file, overlay_pixels


def cropped(
    checker: Checker, data: bytes, name: str, target: str, size: int | None, region: Region | None
) -> tuple[dict[str, Any], bytes]:
    """The crop of a photo, the best or that of a region, as plain data, and its JPEG.

    Raises
    ------
    CropError, PhotoError
        As `Checker.crop`.
    """
    done = cropped_here(checker, data, name, target, size, False, region)
    return done.to_dict(), encoded(done.pixels, "JPEG")


def looked_at(
    checker: Checker, jpeg: bytes, limits: PhotoLimits, live: Policy, camera_width: int | None
) -> tuple[FrameAssessment, int, int]:
    """What is seen in a frame of a camera, and the frame's width and height in px.

    Raises
    ------
    PhotoError
        It cannot be read.
    """
    photo = load(jpeg, limits=limits)
    return look_at(checker.scene(photo), live, camera_width), photo.width, photo.height


def marked(checker: Checker, data: bytes, name: str) -> bytes:
    """The photo with what was found drawn on it, as `headshot-check check --overlay` draws it: a JPEG.

    Raises
    ------
    PhotoError
        It cannot be read.
    """
    photo = loaded_as(name, data, checker.limits)
    return overlay_file(overlay_pixels(photo), checker.check_photo(photo), "JPEG")
