"""The background: what draws the eye away from the face."""

from __future__ import annotations

import cv2
import numpy as np

from headshot_check.measures import measure
from headshot_check.measures.face_light import background_mask
from headshot_check.scene import Scene

# The frame is looked at this large: what a viewer sees of a profile picture at a glance.
_GLANCE_PX = 256
_CANNY = (60, 150)


@measure("background.clutter", "share")
def clutter(scene: Scene) -> float:
    """Share of the background that is edges at a glance's size, 0..1: a plain wall under 0.01, a busy street 0.15.

    Not assessed when the person fills the frame.
    """
    background = scene.once(background_mask)
    grey = cv2.cvtColor(
        cv2.resize(scene.photo.rgb, (_GLANCE_PX, _GLANCE_PX), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY
    )
    edges = cv2.Canny(cv2.GaussianBlur(grey, (0, 0), 1.0), *_CANNY) > 0
    return float(edges[np.asarray(background)].mean())
