"""How much is written over the picture, and where: what the lettering network says of its cells, as one number."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures.face_light import within_bars
from headshot_check.measures.head_marks import head_marks
from headshot_check.nets.lettering import CELL
from headshot_check.pixels.round_frame import disc
from headshot_check.report import Region
from headshot_check.report_parts import rectangle
from headshot_check.scene import Scene

_OF_THE_LARGEST = 0.25
"""What a group of cells tells at least, of the group that tells most, to count for the place."""

_ABOVE, _BELOW, _BESIDE = 0.5, 0.1, 0.15
"""How far hair and beard reach, of the face's box."""
_OF_A_BAR = 1.5
"""In cells: one whose middle is nearer to where a plain bar or a round picture ends belongs to the end."""
_OF_THE_HEAD = -1.5
"""Log-odds by the head's own network from which what is found on it counts: hair and glasses look like strokes."""
_FROM = 1.0
"""Log-odds from which a cell counts: texture of all kinds reaches a little more than nothing."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """What is written or drawn over the picture."""

    amount: float
    """log-odds of the cells above _FROM, summed, without the head's where its own network sees nothing; 0 and more"""
    region: Region | None
    """the box round all that is large enough; None where there is nothing"""


def lettering(scene: Scene) -> Lettering:
    """Letters and marks over the picture, looked for once."""
    return scene.once(_lettering)


def round_picture(scene: Scene) -> float | None:
    """Radius of a round picture on a plain ground (`disc`); asked by `scene.once`."""
    return disc(scene.glance)


def _lettering(scene: Scene) -> Lettering:
    log_odds, (top, left, high, wide) = scene.nets.lettering(scene.halves)
    covered = np.maximum(log_odds - _FROM, 0)
    cells = np.arange(len(covered)) * CELL + CELL / 2
    x0, y0, x1, y1 = scene.main.box
    across, down = (cells - left) * scene.width / wide, (cells - top) * scene.height / high
    bars = scene.once(within_bars)  # where they end is no mark: `file.bars` tells of them
    covered[~_within(down / scene.height, bars[1], bars[3], _OF_A_BAR * CELL / high)] = 0
    covered[:, ~_within(across / scene.width, bars[0], bars[2], _OF_A_BAR * CELL / wide)] = 0
    if (radius := scene.once(round_picture)) is not None:  # nor is the rim of a round picture, or what lies beyond
        off = [
            (2 * at / side - 1) / max(radius - 2 * _OF_A_BAR * CELL / seen, radius / 2)
            for at, side, seen in ((across, scene.width, wide), (down, scene.height, high))
        ]
        covered[np.hypot(off[0], off[1][:, None]) > 1] = 0
    if head_marks(scene).log_odds < _OF_THE_HEAD:
        beside, tall = _BESIDE * (x1 - x0), y1 - y0
        rows_of_head = (down > y0 - _ABOVE * tall) & (down < y1 + _BELOW * tall)
        covered[np.ix_(rows_of_head, (across > x0 - beside) & (across < x1 + beside))] = 0
    amount = float(covered.sum())
    if amount < 1e-6:
        return Lettering(0.0, None)
    count, groups = cv2.connectedComponents((covered > 0).astype(np.uint8), connectivity=8)
    told = np.bincount(groups.ravel(), covered.ravel(), count)
    told[0] = 0
    rows, columns = np.nonzero(np.isin(groups, np.flatnonzero(told >= _OF_THE_LARGEST * told.max())))
    from_left, to_right = (_share(at * CELL - left, wide) for at in (columns.min(), columns.max() + 1))
    from_top, to_bottom = (_share(at * CELL - top, high) for at in (rows.min(), rows.max() + 1))
    return Lettering(amount, rectangle(from_left, from_top, to_right, to_bottom))


def _within(shares: NDArray[np.float64], low: float, high: float, edge: float) -> NDArray[np.bool_]:
    """Which lie between both ends of what bars leave, and `edge` away from an end where there is a bar."""
    kept: NDArray[np.bool_] = (shares > low + edge * (low > 0)) & (shares < high - edge * (high < 1))
    return kept


def _share(at: float, side: int) -> float:
    return min(max(float(at) / side, 0.0), 1.0)
