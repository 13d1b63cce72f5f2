"""Draws a report onto its photo: the faces, the crop circle, the signs of a car, the problems."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from headshot_check.errors import HeadshotCheckError
from headshot_check.part_files import write_whole
from headshot_check.report import Report
from headshot_check.text import clean
from headshot_check.views.palette import INK

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from headshot_check.photo import Photo

SMALLEST_LONG_SIDE, LARGEST_LONG_SIDE = 900, 2048
"""px; smaller photos are enlarged so that labels can be read, larger ones reduced"""
FILE_LONG_SIDE: Final = 1600
"""px of a large photo in an overlay that is saved: 260 kB as JPEG; 2048 px take 370 kB and twice the time"""
_SUFFIXES: Final = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}

_FILL, _SHADE, _OUTSIDE = 0.24, 0.55, 0.62
"""opacity of a cue's area, of the shade under each stroke; brightness outside the circle"""


class OverlayError(HeadshotCheckError):
    """The overlay picture could not be saved."""

    code = "overlay"


def draw_overlay(rgb: NDArray[np.uint8], report: Report) -> NDArray[np.uint8]:
    """The photo with all that the report says of it, and a strip with the verdict below.

    Parameters
    ----------
    rgb
        The upright photo that was checked, (H, W, 3).
    report
        What was found in it.

    Returns
    -------
    NDArray
        (H', W', 3): the photo with its long side between 900 and 2048 px, the strip under it. `rgb` is not changed.

    Raises
    ------
    ValueError
        The report is of an unreadable photo, or `rgb` is not (H, W, 3) uint8.
    """
    import cv2
    import numpy as np

    from headshot_check.views.picture import drawing, placement, strip
    from headshot_check.views.picture.marks import MOST_PROBLEMS, NARROWEST, Layout, marks_on

    if report.verdict == "unreadable":
        raise ValueError(f"{clean(report.source)} could not be read: there is nothing to draw on")
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or not rgb.size:
        raise ValueError(f"rgb must be a uint8 array of shape (H, W, 3), not {rgb.dtype} {rgb.shape}")

    width, height = _size(rgb.shape[1], rgb.shape[0])
    enlarging = width > rgb.shape[1] or height > rgb.shape[0]
    photo = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_CUBIC if enlarging else cv2.INTER_AREA)
    canvas = np.empty((height, max(width, NARROWEST), 3), np.uint8)
    canvas[:] = INK
    left = (canvas.shape[1] - width) // 2
    canvas[:, left : left + width] = photo
    plan = Layout(width, height, left)

    if not any(one.check == "faces.found" and one.value == "nobody" for one in report.findings):
        drawing.dim_outside(canvas, plan.shown(report), _OUTSIDE, plan.frame)
    marks, pills = marks_on(plan, report)
    pen = drawing.Pen(canvas, plan.stroke, plan.frame)
    pen.fill([(mark.points, mark.colour) for mark in marks if mark.filled], _FILL)
    pen.stroke_all([(mark.points, mark.colour, mark.style) for mark in marks], _SHADE)
    faces = plan.boxes(face.box for face in report.faces)
    heads = plan.boxes(face.head for face in report.faces if face.head is not None)
    placement.place_pills(canvas, pills, plan.font, faces=faces, avoid=heads)
    below = strip.draw_strip(report, canvas.shape[1], plan.font, MOST_PROBLEMS)
    return np.concatenate([canvas, below])


def overlay_pixels(photo: Photo) -> NDArray[np.uint8]:
    """The photo's pixels for an overlay that is saved: (H, W, 3) uint8, long side at most `FILE_LONG_SIDE`.

    The pixels that are analysed have at most 1024 px, too few for labels beside a face.

    Raises
    ------
    PhotoError
        The photo cannot be decoded a second time.
    """
    import cv2
    import numpy as np

    scale = min(FILE_LONG_SIDE / max(photo.width, photo.height), 1.0)
    rgb, _ = photo.detail((0, 0, photo.width, photo.height), scale)
    if max(rgb.shape) <= FILE_LONG_SIDE:
        return rgb
    size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def overlay_file(rgb: NDArray[np.uint8], report: Report, kind: str) -> bytes:
    """The overlay as the bytes of a file: "JPEG", "PNG" or "WEBP".

    Raises
    ------
    ValueError
        As `draw_overlay`.
    """
    from PIL import Image

    encoded = BytesIO()
    Image.fromarray(draw_overlay(rgb, report)).save(encoded, kind, quality=90)
    return encoded.getvalue()


def save_overlay(path: str | Path, rgb: NDArray[np.uint8], report: Report) -> None:
    """Draw the overlay and save it as JPEG, PNG or WebP, by the file's extension.

    Raises
    ------
    OverlayError
        The extension is unknown, the folder is missing or the file cannot be written.
    ValueError
        As `draw_overlay`.
    """
    target = Path(path)
    name = clean(str(path))
    kind = _SUFFIXES.get(target.suffix.lower())
    if kind is None:
        raise OverlayError(f"{name}: the picture's format is unknown. End the name in .jpg, .png or .webp.")
    if not target.parent.is_dir():
        folder = clean(str(target.parent))
        raise OverlayError(f"{name}: the folder {folder} does not exist. Create it first, or name another.")
    encoded = overlay_file(rgb, report, kind)  # first in memory: nothing is left behind when encoding fails
    try:
        write_whole(target, encoded)
    except OSError as error:
        cause = error.strerror or str(error)
        raise OverlayError(f"{name}: cannot be written ({cause}). Choose another place or name.") from error


def _size(width: int, height: int) -> tuple[int, int]:
    long_side = max(width, height)
    scale = min(max(long_side, SMALLEST_LONG_SIDE), LARGEST_LONG_SIDE) / long_side
    return max(1, round(width * scale)), max(1, round(height * scale))
