"""Eyes that shine red in a flash: an example of a check that another package brings to headshot-check.

After `pip install ./examples/red_eye` every check, scan, table and page has it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headshot_check.checks import Check, Limits, Reading, Region, Scene, Words

_REDDER = 1.6
"""a red pupil's red over its larger other channel, against the same of the face: warm light makes both redder"""
_LEAST_RED = 70
"""of 255: in darker pixels a colour is noise"""


def red_eye(scene: Scene) -> Reading:
    """Share of the redder iris that is red, 0 to 1: near 0 for brown eyes, over 0.4 where the whole pupil shines.

    Lenses that are red, and eyes so small that lids fill their pixels, mislead it. Not assessed without a mesh.
    """
    x0, y0, x1, y1 = (max(0, round(at)) for at in scene.main.box)
    face = scene.photo.rgb[y0:y1, x0:x1].reshape(-1, 3).astype(np.float32)
    usual = float(np.median(_redness(face))) if face.size else 1.0
    shares, places = [], []
    for eye in scene.eyes:
        (x, y), rim = eye.iris[0], eye.iris[1:]
        radius = float(np.hypot(*(rim - eye.iris[0]).T).mean())
        down, across = np.ogrid[: scene.height, : scene.width]
        iris = scene.photo.rgb[(across - x) ** 2 + (down - y) ** 2 <= radius**2].astype(np.float32)
        red = (iris[:, 0] > _LEAST_RED) & (_redness(iris) > _REDDER * usual)
        shares.append(float(red.mean()) if red.size else 0.0)
        left, top, right, bottom = x - radius, y - radius, x + radius, y + radius
        corners = ((left, top), (right, top), (right, bottom), (left, bottom))
        places.append(Region(tuple((float(a) / scene.width, float(b) / scene.height) for a, b in corners)))
    worst = int(np.argmax(shares))
    return Reading(shares[worst], places[worst])


def _redness(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    """(N,) red over the larger of green and blue, of pixels (N, 3)."""
    ratio: NDArray[np.float32] = rgb[:, 0] / np.maximum(rgb[:, 1:].max(axis=1), 1)
    return ratio


RED_EYE = Check(
    "eyes.red_eye",
    red_eye,
    Words(
        "red eyes",
        good="The eyes do not shine red.",
        high="An eye shines red: {percent:.0f} % of its iris.",
        do_high="Switch off the flash, or look a little past it.",
        why_high="a flash makes {percent:.0f} % of an iris red",
        step=1,
        topic="light",
        wrong="red eyes",
        less="redder eyes",
    ),
    Limits(warn_above=0.2, fail_above=0.4),
    unit="share",
    weight=0.4,
    origin="an example: 31 everyday portraits reach 0.17; no photo taken with a flash was measured",
)
