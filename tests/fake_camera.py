"""What Chromium takes for a camera: a video made of fixtures, each frame of which carries the time in a corner."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from fixture_photos import fixture
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 640, 480
FRAMES_A_SECOND = 30
"""at which Chromium plays a file of JPEGs (media/capture/video/file_video_capture_device.cc)"""
_TICK_FRAMES = 3
"""the time in the corner moves on every 0.1 s"""
_BITS, _CELL_PX = 10, 10


@dataclass(frozen=True)
class Part:
    """Some seconds of a fixture's person before the camera."""

    name: str
    seconds: float
    across: float = 0.5
    """where the person is, from the left of the picture, which is not mirrored"""
    zoom: float = 1.0


def camera_picture(part: Part) -> NDArray[np.uint8]:
    """(480, 640, 3): the person in the frame, the wall continued to its edges."""
    person = np.asarray(Image.open(fixture(part.name)).convert("RGB"))
    scale = HEIGHT / person.shape[0] * part.zoom
    person = np.asarray(cv2.resize(person, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    high, wide = person.shape[:2]
    room = cv2.copyMakeBorder(person, HEIGHT, HEIGHT, WIDTH, WIDTH, cv2.BORDER_REPLICATE)
    left, top = round(WIDTH + wide / 2 - part.across * WIDTH), HEIGHT + max(0, (high - HEIGHT) // 2)
    top = min(top, HEIGHT + high - HEIGHT)
    return np.ascontiguousarray(room[top : top + HEIGHT, left : left + WIDTH])


def write_video(path: Path, parts: Sequence[Part]) -> None:
    """A file for --use-file-for-fake-video-capture, which starts with the camera and begins anew at its end."""
    tick = 0
    with path.open("wb") as video:
        for part in parts:
            picture = _in_video_range(camera_picture(part))
            for _ in range(round(part.seconds * FRAMES_A_SECOND / _TICK_FRAMES)):
                jpeg = io.BytesIO()
                Image.fromarray(_with_time(picture, tick)).save(jpeg, "JPEG", quality=90)
                video.write(jpeg.getvalue() * _TICK_FRAMES)
                tick += 1


def seconds_in(picture: NDArray[np.uint8]) -> float:
    """The time in the corner of a photo that was taken of such a video."""
    cells = picture[:_CELL_PX, : _BITS * _CELL_PX].reshape(_CELL_PX, _BITS, _CELL_PX, 3)
    middle = cells[3:7, :, 3:7].mean(axis=(0, 2, 3))
    assert ((middle < 70) | (middle > 185)).all(), "there is no time in the corner"
    return sum(1 << bit for bit in range(_BITS) if middle[bit] > 127) * _TICK_FRAMES / FRAMES_A_SECOND


def _in_video_range(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Luma 16 to 235: Chromium takes its file for video and stretches that to 0 to 255: shadows would be crushed."""
    luma_chroma = cv2.cvtColor(picture, cv2.COLOR_RGB2YCrCb).astype(np.float32)
    scaled = luma_chroma * np.float32([219 / 255, 224 / 255, 224 / 255])
    scaled += np.float32([16, 128 - 128 * 224 / 255, 128 - 128 * 224 / 255])
    return np.asarray(cv2.cvtColor(np.rint(scaled).astype(np.uint8), cv2.COLOR_YCrCb2RGB), np.uint8)


def _with_time(picture: NDArray[np.uint8], tick: int) -> NDArray[np.uint8]:
    marked = picture.copy()
    for bit in range(_BITS):
        marked[:_CELL_PX, bit * _CELL_PX : (bit + 1) * _CELL_PX] = 255 * (tick >> bit & 1)
    return marked
