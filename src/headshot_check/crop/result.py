"""A finished crop: its pixels, its report and notes, and saving it."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.crop.frame import CropFrame, pieces
from headshot_check.crop.pixels import cut_out, size_of, snapped, straightened
from headshot_check.crop.saving import encoded, format_of, write
from headshot_check.crop.targets import Target
from headshot_check.measures.hands import hand_at_face, hand_window
from headshot_check.measures.of_the_face import OF_THE_FACE, OF_THE_HANDS, OF_THE_MESH, SHARED
from headshot_check.photo import Photo
from headshot_check.pixels.geometry import Square, transform
from headshot_check.pixels.shrinking import shrunk
from headshot_check.report import Crop, Report, Verdict
from headshot_check.scene import FACE_EYES_PX, NotAssessed, Scene
from headshot_check.scene.moved import Matrix

_KNOWN_EYES_PX = 32.0
"""inter-eye distance below which irises may only be found at the crop's resolution, not in the analysis pixels"""
_KNOWN_PRESENCE = 0.9
"""least presence of the mesh; below it (1 face in 100) the face may not be found again in the crop"""
_UNIT_SQUARE, _NEARLY_ALL = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float64), 0.99
"""share of the visible part of the hand window that must be in the crop"""


@dataclass(frozen=True, slots=True, eq=False)
class CroppedPhoto:
    """A crop that is ready to be saved, with its report."""

    source: str
    """path or name of the photo that was cropped"""
    pixels: NDArray[np.uint8]
    """(height, width, 3) upright sRGB"""
    crop: Crop
    """where it was cut, and what it improves"""
    report: Report
    """of the crop itself, checked as it would be saved as a JPEG"""
    before: Report
    """of the whole photo"""
    notes: tuple[str, ...] = ()
    """notes for the user, as sentences"""
    _jpeg: bytes = field(default=b"", repr=False)

    @property
    def verdict(self) -> Verdict:
        """Verdict of the crop."""
        return self.report.verdict

    def save(self, path: str | PathLike[str]) -> None:
        """Save it as JPEG (quality 92) or PNG, by the suffix of `path`: sRGB with its profile, no other metadata.

        The file is written atomically; the original photo is never overwritten.

        Raises
        ------
        CropError
            Unknown suffix, missing folder, the path of the original photo, or a disk that cannot be written to.
        """
        place = Path(path)
        kind = format_of(place)
        whole = None if self.source.startswith("<") or self.source == "-" else self.source
        write(place, self._jpeg if kind == "JPEG" else encoded(self.pixels, kind), whole)

    def to_dict(self) -> dict[str, Any]:
        """Plain data: source, crop, notes, verdict and score before cropping, and the report of the crop."""
        return {
            "source": self.source,
            "crop": self.crop.to_dict(),
            "notes": list(self.notes),
            "before": {"verdict": self.before.verdict, "score": self.before.score},
            "report": self.report.to_dict(),
        }


def cropped_photo(photo: Photo, frame: CropFrame, target: Target, width: int, enlarge: bool) -> tuple[Photo, bytes]:
    """The crop at full resolution as a `Photo`, with the original's camera data, and its JPEG bytes."""
    frame = snapped(frame, photo)
    wide, high = size_of(frame, photo, width, enlarge=enlarge)
    if wide == width:
        high = target.height(wide)
    pixels = cut_out(photo, frame, (wide, high))
    jpeg = encoded(pixels, "JPEG")
    return _as_photo(photo, pixels, (wide, high), len(jpeg)), jpeg


def notes_on(
    scene: Scene, frame: CropFrame, target: Target, crop: Crop, asked: int | None, *, by_hand: bool
) -> tuple[str, ...]:
    """Notes for the user: how the file was read, what was done to it, and what was estimated."""
    notes = [f"{note[:1].upper()}{note[1:]}." for note in scene.photo.notes]
    wide, high = crop.size or (0, 0)
    there = int(frame.width / scene.photo.scale + 1e-6)
    wanted = asked or target.sizes[0]
    if wide > there:
        notes.append(f"Enlarged: there were only {there} pixels of width, {wide} were asked for.")
    elif wide < wanted:
        notes.append(f"It has {wide} × {high} pixels, all that the photo has there, and was not enlarged to {wanted}.")
    if frame.lean_deg:
        side = "anticlockwise" if frame.lean_deg > 0 else "clockwise"
        notes.append(f"Straightened by {abs(frame.lean_deg):.0f} degrees {side}.")
    if pieces(scene, frame):
        notes.append(
            "Part of somebody else is at its edge."
            if by_hand
            else "Part of somebody else stays at its edge: no crop that was tried leaves it out."
        )
    try:
        _ = scene.mesh
    except NotAssessed:
        if not by_hand:
            notes.append("The face is turned away or covered: where the head ends was guessed.")
    return tuple(notes)


def no_better(crop: Crop, before: Report) -> tuple[str, ...]:
    """A note if the whole photo scores better, or as well while cropping fixes nothing."""
    now, was = crop.score or 0, before.score or 0  # comparable across verdicts
    if now < was:
        return (f"The photo as it is scores better: {was}, and the crop {now}.",)
    if crop.mends or now > was:
        return ()
    return ("Cropping improves nothing here: the photo scores just as well as it is.",)


def known_checks(scene: Scene, frame: CropFrame) -> frozenset[str]:
    """The checks that certainly give the same result on a crop as on the whole photo."""
    try:
        _need_known(scene)
        square = scene.face_crop.square
    except NotAssessed:
        return frozenset()
    (x0, y0), lean = frame.centre, math.radians(frame.lean_deg)
    across, down = square.center_x - x0, square.center_y - y0
    x = across * math.cos(lean) + down * math.sin(lean) + frame.width / 2
    y = down * math.cos(lean) - across * math.sin(lean) + frame.height / 2
    moved = Square(x - 1, y - 1, square.side, square.roll_rad - lean)  # a pixel to spare at each edge
    return _in_common(scene, frame, face=moved.within(frame.width - 2, frame.height - 2))


def known_scene(scene: Scene, frame: CropFrame, target: Target) -> tuple[Scene, frozenset[str]]:
    """The scene of a crop, with the face carried over from the whole photo, and the checks that stay the same.

    Raises
    ------
    NotAssessed
        The face was not found at once ("no_face", or as `FaceSearch.how`), its mesh is unreliable, or it is small in
        the analysis pixels: the crop may show it better.
    """
    _need_known(scene)
    size = size_of(frame, scene.photo, target.sizes[0])
    pixels, matrix = _cut(scene.photo, frame, size)
    crop = scene.cropped(_as_photo(scene.photo, pixels, size, None), matrix, SHARED)
    return crop, _in_common(scene, frame, face=crop.face_crop.square.within(crop.width, crop.height))


def _in_common(scene: Scene, frame: CropFrame, *, face: bool) -> frozenset[str]:
    """The checks that stay the same on a crop; `face`: the whole aligned face crop is in the frame."""
    if not face:
        return OF_THE_MESH
    window = transform(_UNIT_SQUARE, hand_window(scene).affine(1))
    photo = CropFrame((scene.width / 2, scene.height / 2), scene.width, scene.height)
    seen, kept = (cv2.intersectConvexConvex(window, one.corners.astype(np.float32))[0] for one in (photo, frame))
    uncut = kept > _NEARLY_ALL * seen or not scene.once(hand_at_face).probability
    return OF_THE_FACE | OF_THE_HANDS if uncut else OF_THE_FACE


def _need_known(scene: Scene) -> None:
    if scene.search.how != "plain":
        raise NotAssessed(scene.search.how)
    if scene.mesh.presence < _KNOWN_PRESENCE:
        raise NotAssessed("mesh_doubtful")
    if scene.inter_eye_px < _KNOWN_EYES_PX and scene.photo.scale < 1:
        raise NotAssessed("too_few_pixels")


def judged_photo(scene: Scene, frame: CropFrame, target: Target) -> Photo:
    """The crop as a `Photo`, from the pixels that checking the whole photo has decoded already."""
    photo = scene.photo
    size = size_of(frame, photo, target.sizes[0])
    scale = photo.scale
    with suppress(NotAssessed):
        scale *= min(max(FACE_EYES_PX / scene.inter_eye_px, 1.0), 1 / photo.scale)
    shown = size_of(frame, photo, min(size[0], max(16, int(frame.width / photo.scale * scale))))
    return _as_photo(photo, cut_out(photo, frame, shown, scale=scale), size, None)


def _cut(photo: Photo, frame: CropFrame, most: tuple[int, int]) -> tuple[NDArray[np.uint8], Matrix]:
    """The frame's contents from the analysis pixels, at most `most` large, and the (2, 3) matrix to its pixels."""
    if frame.lean_deg:
        # bilinear takes an eighth of the time of the cubic interpolation that saving uses
        pixels = straightened(photo.rgb, frame.corners, cv2.INTER_LINEAR)
        if pixels.shape[1] > most[0]:
            pixels = shrunk(pixels, most[0], most[1])
        high, wide = pixels.shape[:2]
        turn = np.array([frame.corners[1] - frame.corners[0], frame.corners[3] - frame.corners[0]]).T / (wide, high)
        back = np.linalg.inv(turn)
        return pixels, np.column_stack([back, -back @ frame.corners[0]])
    (x0, y0), (x1, y1) = np.rint(frame.corners[[0, 2]]).astype(int).tolist()
    pixels = photo.rgb[max(y0, 0) : y1, max(x0, 0) : x1]
    high, wide = pixels.shape[:2]
    scale = min(1.0, most[0] / wide)
    if scale < 1:
        pixels = shrunk(np.ascontiguousarray(pixels), most[0], max(1, round(high * scale)))
    across, down = pixels.shape[1] / wide, pixels.shape[0] / high
    return pixels, np.array([(across, 0, -max(x0, 0) * across), (0, down, -max(y0, 0) * down)])


def _as_photo(photo: Photo, pixels: NDArray[np.uint8], size: tuple[int, int], weight: int | None) -> Photo:
    pixels = np.ascontiguousarray(pixels)
    pixels.setflags(write=False)
    return replace(
        photo,
        rgb=pixels,
        width=size[0],
        height=size[1],
        format="JPEG",
        bytes=weight,
        orientation=1,
        colour_profile=None,
        frames=1,
        animated=False,
        had_alpha=False,
        bit_depth=8,
        made_up=None if photo.made_up is None else (0.0, 0.0, 1.0, 1.0),
        notes=(),
        _enlarger=None,
    )
