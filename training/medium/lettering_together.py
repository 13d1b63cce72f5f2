"""How the frame's overlay and the lettering count together: python -m training.medium.lettering_together --photos DIR

A logistic regression of `medium.overlay`'s two numbers on pictures made of people that may be fitted on (as fitting
makes overlays, and ordinary ones as owners change them), and on these people as they are. Prints the three numbers
that measures/medium.py has. Ten minutes.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import cv2
import numpy as np

from headshot_check.measures.lettering import lettering
from headshot_check.nets.all import Nets
from headshot_check.nets.log_odds import log_odds
from headshot_check.photo import load
from headshot_check.scene import Scene
from training import sources
from training.medium import marks, overlays, stamps
from training.medium.cache import known_rows, saved
from training.medium.ordinary import Plain, sized
from training.medium.worn import Worn

_OVERLAYS = (*overlays.FITTED, *marks.FITTED, *stamps.FITTED, *(stamps.thin_line,) * 4, stamps.large_words, stamps.date)
_COVERED, _DECAY = 3.0, 0.5
"""weight of a picture with something over it; ridge"""


def numbers(rgb: np.ndarray, nets: Nets) -> tuple[float, float] | None:
    """Log-odds of the frame's overlay, -8 and more, and logarithm of the amount of lettering; None: nobody found."""
    scene = Scene(load(np.ascontiguousarray(rgb)), nets)
    if not scene.search.faces:
        return None
    return max(log_odds(scene.medium.overlay), -8.0), math.log1p(lettering(scene).amount)


def fitted(known: np.ndarray, covered: np.ndarray) -> np.ndarray:
    """Two weights and a constant, by Newton's method, of (N, 2) numbers and whether something lies over each."""
    x, weight = np.c_[known, np.ones(len(known))], np.where(covered, _COVERED, 1.0)
    ridge, found = _DECAY * np.array([1.0, 1.0, 0.0]), np.zeros(3)
    for _ in range(40):
        p = 1 / (1 + np.exp(-x @ found))
        slope = x.T @ (weight * (covered - p)) - ridge * found
        found = found + np.linalg.solve((x * (weight * p * (1 - p))[:, None]).T @ x + np.diag(ridge), slope)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of lettering_cache.py, outside the repository")
    parser.add_argument("--without", type=Path, help="ids, one a line: pictures with something over them already")
    parser.add_argument("--made", type=int, default=1000)
    parser.add_argument("--as-is", type=int, default=3900)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    left_out = set(options.without.read_text(encoding="utf-8").split()) if options.without else set()
    rows = [row for row in known_rows(options.photos, options.out) if row.kind in ("portrait", "pool")]
    rows = [row for row in rows if not row.held_out and row.id not in left_out]
    rng, plain, worn, nets = np.random.default_rng(21), Plain(), Worn(), Nets()
    known, covered = [], []
    for k in range(options.made + options.as_is):
        rgb, over = sources.read(rows[int(rng.integers(len(rows)))].path), False
        if k < options.made:
            rgb, over = sized(rgb, int(rng.integers(220, 800))), k % 5 < 3
            if over:
                rgb = _OVERLAYS[int(rng.integers(len(_OVERLAYS)))](rgb, rng)
            else:
                rgb = plain(rgb, rng)
                if rng.random() < 0.5:
                    rgb = worn(rgb, rng)
            rgb = saved(rgb, rng)
        told = numbers(rgb, nets)
        if told is not None:
            known.append(told)
            covered.append(over)
    print(len(known), "pictures;", *fitted(np.array(known), np.array(covered)).round(2))


if __name__ == "__main__":
    main()
