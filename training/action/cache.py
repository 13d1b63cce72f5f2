"""Examples for fit.py, as the trunk sees them: python -m training.action.cache --photos ../shared/photos --out DIR

People of the train rows and the pool, as they are and in the mirror, the window moved a little in one of the two.
DIR/trunk.tflite and ranges.npy are those of training.medium.cache, or made here. DIR stays outside the repository.
Five minutes on one core.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter

from headshot_check.errors import PhotoError
from headshot_check.nets.action import SIZE, window
from headshot_check.nets.all import Nets
from headshot_check.nets.car_views import thumbnail
from headshot_check.photo import load
from headshot_check.scene import NotAssessed, Scene
from training.medium.cache import known_rows
from training.medium.model import write_trunk

PEOPLE = ("portrait", "pool", "yawdd")
MOVED = 0.03
"""standard deviation of the moved window's place, over its side; twice as much of its size"""


class Trunk:
    """EfficientNet-Lite0 to strides 8 and 16, int8."""

    def __init__(self, path: Path) -> None:
        self._net = Interpreter(str(path), num_threads=1)
        self._net.allocate_tensors()
        self._into = self._net.get_input_details()[0]["index"]
        by_channels = {int(one["shape"][-1]): one["index"] for one in self._net.get_output_details()}
        self._fine, self._coarse = by_channels[40], by_channels[112]

    def __call__(self, view: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(16, 16, 40) and (8, 8, 112) int8 of a view (SIZE, SIZE, 3)."""
        self._net.set_tensor(self._into, np.stack([view, view]).astype(np.float32) / 127.5 - 1)
        self._net.invoke()
        return self._net.get_tensor(self._fine)[0], self._net.get_tensor(self._coarse)[0]


def views_of(scene: Scene, rng: np.random.Generator) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Two of the frame and two of the window (SIZE, SIZE, 3), the second of each in the mirror."""
    x0, y0, x1, y1 = scene.main.box
    frame, plain = thumbnail(scene.halves, SIZE), window(scene.halves, scene.main.box)
    right, down, larger = rng.normal(0, MOVED, 3) * 3 * max(x1 - x0, y1 - y0)
    moved = window(scene.halves, (x0 + right - larger, y0 + down - larger, x1 + right + larger, y1 + down + larger))
    return [frame, frame[:, ::-1]], [plain, moved[:, ::-1]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    nets, rng = Nets(), np.random.default_rng(1)
    ids, sources, seen = [], [], []
    for row in known_rows(options.photos, options.out):
        if row.kind not in PEOPLE:
            continue
        try:
            scene = Scene(load(row.path), nets)
            seen.append(views_of(scene, rng))
        except (PhotoError, NotAssessed):
            continue
        ids.append(row.id)
        sources.append(row.source)
    if not (options.out / "trunk.tflite").exists():
        some = rng.choice(len(seen), 120, replace=False)
        write_trunk(np.array([(seen[k][0][0], seen[k][1][0]) for k in some]), options.out)
    trunk = Trunk(options.out / "trunk.tflite")
    frames = [[trunk(view) for view in frame] for frame, _ in seen]
    windows = [[trunk(view)[1] for view in shown] for _, shown in seen]
    np.savez(
        options.out / "action.npz",
        ids=ids,
        sources=sources,
        fine=np.array([[fine for fine, _ in two] for two in frames]),
        frame=np.array([[coarse for _, coarse in two] for two in frames]),
        window=np.array(windows),
    )


if __name__ == "__main__":
    main()
