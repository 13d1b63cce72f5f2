"""The medium: drawings, pictures of screens or prints, screenshots, and overlays such as watermarks or frames."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures import Reading, measure
from headshot_check.measures.face_light import mount_mask, within_bars
from headshot_check.measures.head_marks import head_marks
from headshot_check.measures.lettering import lettering, round_picture
from headshot_check.measures.places import polygon_region
from headshot_check.nets.log_odds import log_odds, probability
from headshot_check.nets.medium import SIZE, MediumEvidence, piece
from headshot_check.pixels.ring import Circle, ring
from headshot_check.pixels.round_frame import coloured_ground, inked_rim, round_frame
from headshot_check.report import Region
from headshot_check.report_parts import rectangle
from headshot_check.scene import NotAssessed, Scene

# Below this short side, px, compression and enlargement look like paint and like a screen's grid.
_FEW_PX = 96
# Quality of a JPEG below which its blocks look like paint: of 31 fixtures saved by Pillow one each is above the limit
# at 24, 25, 27 and 36, none at 26 and at seven other qualities from 28 to 75 (training/MEDIUM_CARD.md).
_COARSE = 26
# Height of a regular pattern at which it is as likely as not a screen's or a print's, and the width of the step: of
# 4,897 people that may be fitted on the highest portrait is at 10.6, what is no photograph at 32 and 67, a photographed
# screen among the cases at 22.7 (training/MEDIUM_CARD.md).
_PATTERN, _STEP = 14.0, 1.2
_NO_DOUBT = 0.99
# Fitted on 1,000 pictures made of people that may be fitted on, and on 3,737 of these as they are
# (training/medium/lettering_together.py).
_OF_FRAME, _OF_LETTERS, _AT_REST = 0.69, 1.25, 0.69
_LEAST = -8.0
# What the head's network adds, from which of its log-odds, and by how much they are less where it tells alone: chosen
# on people kept out of fitting, and by what was told of all (MEDIUM_CARD.md).
_OF_HEAD, _HEAD_FROM, _HEAD_ALONE = 0.9, -1.0, 1.0
# What the frame's network says of an ordinary picture: it takes a round one on a coloured ground for framed.
_ORDINARY = -4.0
_ROUND = 0.15
"""share of a round picture that its plain corners are: where it ends there is no ring"""
# Probability by both from which a template's brushed ring is looked for, what it adds to the log-odds, and its least
# radius over the face's longer side: from 0.2 on it told 9 of 989 train and pool photos not told anyway (1.24 and
# more), 7 of them in such rings or templates, the least, a wrong one, at 0.21; the outlines of six heads reach 0.79.
_IN_DOUBT, _OF_RING, _RING_OF_FACES = 0.25, 4.0, 1.05
_WITH_A_PLACE = 1.0
"""amount of lettering from which its place is shown"""
_BARRED = 0.03
"""share of width or height from which plain bars are a fault of their own"""
_CORNERS = 24
"""of the polygon that stands for a ring"""
_SMOOTHED = 2.5
"""log-odds by which a drawing is less likely in a WebP file: of 256 portraits (train) saved at a quality of 75, 16 were
told without that and none with it; of 187 filtered ones 93 and 82 %; AVIF and HEIF do not do this"""
_NOISE = 4.0
"""of the spectrum of plain skin: below it no ratio tells anything"""
_WINDOW = np.outer(np.hanning(SIZE), np.hanning(SIZE)).astype(np.float32)
_DOWN, _ACROSS = np.meshgrid(np.fft.fftfreq(SIZE), np.fft.rfftfreq(SIZE), indexing="ij")
_RADIUS = np.hypot(_DOWN, _ACROSS)
_RINGS = (_RADIUS * SIZE / 2).astype(np.intp)
_IN_RING = np.bincount(_RINGS.ravel())
_AROUND, _ITSELF, _SPREAD = 11, 5, 0.5
"""a peak is held against this share of the mean of as many frequencies each way, but for its own: cloth is a hill"""
_OF_BLOCKS = np.logical_and(*(np.abs(8 * way - np.rint(8 * way)) < 0.07 for way in (_ACROSS, _DOWN)))
"""harmonics of JPEG's blocks"""
_COUNTED = (_RADIUS > 0.12) & (_RADIUS < 0.49) & (_ACROSS > 0.02) & ~_OF_BLOCKS
"""finer than a face's own features, and no bar or edge that runs along the frame"""


@measure("medium.drawing", "probability")
def drawing(scene: Scene) -> float:
    """Probability that the picture is drawn, painted, posterised or an avatar, 0..1 (training/MEDIUM_CARD.md).

    Photorealistic renders count as photographs. Not assessed without a face, in pictures whose shorter side is under
    96 px, and in JPEGs with a quality below 26, whose blocks look like paint. WebP smooths skin as a painter does: of
    WebP files more is asked.
    """
    told = _evidence(scene).drawing
    return probability(log_odds(told) - _SMOOTHED) if scene.photo.format == "WEBP" else told


@measure("medium.copy", "probability")
def copy(scene: Scene) -> float:
    """Probability that the picture was taken of a screen or of a print, 0..1, whichever is larger.

    From the network, and from the regular pattern that a grid of pixels or dots, or moiré, leaves on the face. Not
    assessed if the face was only found with padding, as an enlarged part of a genuine portrait looks like a screen.
    """
    if scene.search.faces and scene.search.how == "too_close":
        raise NotAssessed("no_room")
    evidence = _evidence(scene)
    told = max(evidence.screen, evidence.print)
    if min(scene.width, scene.height) < SIZE:
        return told
    pattern = regular_pattern(piece(scene.halves, scene.main.box))
    return max(told, probability((pattern - _PATTERN) / _STEP))


@measure("medium.screenshot", "probability")
def screenshot(scene: Scene) -> float:
    """Probability of a screenshot of a call, a player, a web page or a phone, 0..1, from tiles, controls and bars.

    Misleads on the bar of a broadcaster or an agency along the edge.
    """
    return _evidence(scene).call


@measure("medium.overlay", "probability")
def overlay(scene: Scene) -> Reading:
    """How likely a watermark, banner, ring or frame lies over the picture, 0..1, and where, as far as that is known.

    By the network that sees the whole frame and the one that finds letters and marks in its parts, together, or by the
    one that looks at the head, across which nothing of the scene is printed; where they are in doubt by a circle of
    edges round the person; and by a ring of one colour on a plain ground, which leaves no doubt. Plain bars look like a
    frame: where nothing is written within them it is `file.bars` that tells of them.
    """
    evidence = _evidence(scene)
    around = round_frame(scene.glance)
    if around is not None:
        return Reading(_NO_DOUBT, _ellipse(scene, around))
    written = lettering(scene)
    left, top, right, bottom = scene.once(within_bars)
    barred = max(1 - (right - left), 1 - (bottom - top)) > _BARRED and written.amount <= _WITH_A_PLACE
    frame = _LEAST if barred else max(log_odds(evidence.overlay), _LEAST)
    radius = scene.once(round_picture)
    if radius is not None and coloured_ground(scene.glance) and not inked_rim(scene.glance, radius):
        frame = min(frame, _ORDINARY)
    on_head = head_marks(scene)
    told = _OF_FRAME * frame + _OF_LETTERS * math.log1p(written.amount) + _AT_REST
    told = max(told + _OF_HEAD * max(on_head.log_odds - _HEAD_FROM, 0.0), on_head.log_odds - _HEAD_ALONE)
    if _IN_DOUBT <= probability(told) < _NO_DOUBT and (circle := _ring_round_person(scene)) is not None:
        (x, y), reach = (circle.x, circle.y), circle.radius
        box = (
            (x - reach) / scene.width,
            (y - reach) / scene.height,
            (x + reach) / scene.width,
            (y + reach) / scene.height,
        )
        return Reading(probability(told + _OF_RING), _ellipse(scene, box))
    place = _round_both(
        written.region if written.amount > _WITH_A_PLACE else None,
        on_head.region if on_head.log_odds > _HEAD_ALONE else None,
    )
    return Reading(probability(told), place)


def _ring_round_person(scene: Scene) -> Circle | None:
    """A circle of edges that is larger than a head: the outline of a head that fills the picture is one as well."""
    x0, y0, x1, y1 = scene.main.box
    least = _RING_OF_FACES * max(x1 - x0, y1 - y0)
    if least > max(scene.width, scene.height) / 2 or scene.once(mount_mask).mean() > _ROUND:
        return None
    radius = scene.once(round_picture)
    if radius is not None and not inked_rim(scene.glance, radius):  # the rim of a round picture is none
        return None
    circle = ring(scene.halves)
    return circle if circle is not None and circle.radius >= least else None


def _round_both(one: Region | None, other: Region | None) -> Region | None:
    """The box round both, or the one that there is."""
    if one is None or other is None:
        return one or other
    (left, top, right, bottom), (x0, y0, x1, y1) = one.bounds, other.bounds
    return rectangle(min(left, x0), min(top, y0), max(right, x1), max(bottom, y1))


def _ellipse(scene: Scene, box: tuple[float, float, float, float]) -> Region:
    low, high = np.array(box[:2]), np.array(box[2:])
    turn = np.arange(_CORNERS) * (2 * np.pi / _CORNERS)
    points = (low + high + (high - low) * np.stack([np.sin(turn), -np.cos(turn)], axis=1)) / 2
    points = np.clip(points, 0, 1)  # a ring may reach beyond the frame
    return polygon_region(scene, points * (scene.width, scene.height))


def regular_pattern(shown: NDArray[np.uint8]) -> float:
    """Highest peak of the spectrum over what is usual at its frequency and around it, 0 and more.

    Of a piece (SIZE, SIZE, 3): skin and hair 3 to 10, a photographed screen's grid 12 to 150. A fabric's or a small
    JPEG's own grid, enlarged, is as high but broad.
    """
    grey = cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY).astype(np.float32)
    size = np.abs(np.fft.rfft2((grey - grey.mean()) * _WINDOW)).astype(np.float32)
    usual = np.exp(np.bincount(_RINGS.ravel(), np.log(size + _NOISE).ravel()) / _IN_RING)[_RINGS]
    rolled = np.fft.fftshift(size, axes=0)
    sums = [cv2.blur(rolled, (side, side), borderType=cv2.BORDER_REFLECT) * side**2 for side in (_AROUND, _ITSELF)]
    around = np.fft.ifftshift(sums[0] - sums[1], axes=0) / (_AROUND**2 - _ITSELF**2)
    return float(np.max(size / np.maximum(usual, _SPREAD * around), where=_COUNTED, initial=0.0))


def _evidence(scene: Scene) -> MediumEvidence:
    if not scene.search.faces:
        raise NotAssessed("no_face")
    if min(scene.width, scene.height) < _FEW_PX:
        raise NotAssessed("picture_small")
    if scene.photo.jpeg_quality is not None and scene.photo.jpeg_quality < _COARSE:
        raise NotAssessed("compressed")
    return scene.medium
