"""How surely a hand reaches over the main face."""

from __future__ import annotations

import math

import cv2
import numpy as np

from headshot_check.measures.covering_net import coverings
from headshot_check.measures.face_light import OVAL
from headshot_check.nets.log_odds import probability
from headshot_check.scene import Scene

# Probability of a hand or thing by the covering networks from which hands are looked for, which takes ten times as
# long: of 26 hands at the face 22 have it, of all faces two fifths.
_SUSPECTED = 0.063
# Log-odds of a hand that lies as far outside the face; at 0.9 half of what is found beyond the face's outline is one.
_PER_EYES, _SHIFT = 15.0, -1.8
_MOST_OFF = 0.4
"""inter-eye distances"""


def hand_at_face(scene: Scene) -> float:
    """Probability that a hand reaches over the outline of the face, 0..1; 0 where nothing hints at one.

    Raises
    ------
    NotAssessed
        As `Scene.face_crop`.
    """
    crop = scene.face_crop
    if scene.once(coverings).perhaps_held < _SUSPECTED:
        return 0.0
    face = cv2.convexHull(crop.points.take(OVAL, 0))
    surest = 0.0
    for hand in scene.hand_net(crop.rgb):
        inside = max(cv2.pointPolygonTest(face, point, measureDist=True) for point in hand.points.tolist())
        off = min(inside / crop.inter_eye_px, 0.0)
        if off > -_MOST_OFF:
            surest = max(surest, probability(_log_odds(hand.presence) + _SHIFT + _PER_EYES * off))
    return surest


def _log_odds(share: float) -> float:
    share = float(np.clip(share, 1e-6, 1 - 1e-6))
    return math.log(share / (1 - share))
