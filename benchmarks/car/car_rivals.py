"""What the car network is held against: an ImageNet MobileNetV2, and the network's own first version."""

from __future__ import annotations

import subprocess
import warnings
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.nets.blazeface import Detection
from headshot_check.nets.car import align_window, sample_window, thumbnail

CAR_CLASSES = (408, 437, 469, 476, 480, 512, 610, 628, 655, 657, 718, 735, 752, 786, 818, 865)
"""ambulance, beach wagon, cab, car mirror, car wheel, convertible, jeep, limousine, minibus, minivan, pickup,
police van, racer, seat belt, sports car, tow truck"""
BELT_CLASS = 786
FIRST = "59c5263:src/headshot_check/nets/weights/car.tflite"
"""The first version in the project's history."""
_LOOKED_TWICE = 0.045
"""The first version looked at a photo mirrored only above this."""


class ImageNetPeer:
    """MobileNetV2's probabilities, the maximum over a centre crop and the letterboxed frame."""

    def __init__(self, model: Path) -> None:
        from ai_edge_litert.interpreter import Interpreter

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # reading inner tensors is for debugging, says LiteRT: quite so
            self._net = Interpreter(str(model), num_threads=1, experimental_preserve_all_tensors=True)
        self._net.allocate_tensors()
        self._input = self._net.get_input_details()[0]["index"]
        # the class scores before the softmax: its own output is rounded to 1/256, which ties most photos at 0
        self._logits = next(d for d in self._net.get_tensor_details() if d["name"].endswith("Logits/Squeeze1"))

    def __call__(self, rgb: NDArray[np.uint8]) -> tuple[float, float]:
        """The largest car class and the seat-belt class, 0..1."""
        scale, zero = self._logits["quantization"]
        car = belt = 0.0
        for view in (centre(rgb), letterbox(rgb)):
            self._net.set_tensor(self._input, cv2.resize(view, (224, 224), interpolation=cv2.INTER_AREA)[None])
            self._net.invoke()
            answer = np.exp((self._net.get_tensor(self._logits["index"])[0].astype(float) - zero) * scale)
            answer /= answer.sum()
            car, belt = max(car, float(answer[list(CAR_CLASSES)].max())), max(belt, float(answer[BELT_CLASS]))
        return car, belt


class FirstVersion:
    """The first car network, with five cues, looking as it did then."""

    cues = ("interior", "belt", "headrest", "window", "roof")

    def __init__(self, content: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._net: Any = Interpreter(model_content=content, num_threads=1)
        self._net.allocate_tensors()

    def __call__(self, rgb: NDArray[np.uint8], face: Detection) -> tuple[float, dict[str, float]]:
        """Probability of a car and of each cue, 0..1."""
        right, left = ((float(x), float(y)) for x, y in face.keypoints[:2])
        window = align_window(face.box, right, left)
        views = np.stack([sample_window(rgb, window), thumbnail(rgb)]).astype(np.float32) / 127.5 - 1
        probability, cues = self._answer(views)
        if probability < _LOOKED_TWICE:
            return probability, dict(zip(self.cues, map(float, cues), strict=True))
        other, others = self._answer(np.ascontiguousarray(views[:, :, ::-1]))
        kept = np.clip([probability, other], 1e-6, 1 - 1e-6)
        mean = float(1 / (1 + np.exp(-np.log(kept / (1 - kept)).mean())))
        return mean, dict(zip(self.cues, map(float, (cues + others) / 2), strict=True))

    def _answer(self, views: NDArray[np.float32]) -> tuple[float, NDArray[np.float32]]:
        self._net.set_tensor(self._net.get_input_details()[0]["index"], views)
        self._net.invoke()
        probability, cues = (self._net.get_tensor(d["index"]) for d in self._net.get_output_details()[:2])
        return float(probability.reshape(-1)[0]), cues.reshape(-1)


def first_version(file: Path | None = None) -> bytes | None:
    """Its file, or out of the project's history; None where neither is at hand."""
    if file is not None:
        return file.read_bytes()
    here = Path(__file__).resolve().parent
    shown = subprocess.run(["git", "show", FIRST], cwd=here, capture_output=True, check=False)
    return shown.stdout if shown.returncode == 0 else None


def centre(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest square in the middle."""
    h, w = rgb.shape[:2]
    side = min(h, w)
    y, x = (h - side) // 2, (w - side) // 2
    return np.ascontiguousarray(rgb[y : y + side, x : x + side])


def letterbox(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The whole frame on a grey square."""
    h, w = rgb.shape[:2]
    side = max(h, w)
    square = np.full((side, side, 3), 128, np.uint8)
    y, x = (side - h) // 2, (side - w) // 2
    square[y : y + h, x : x + w] = rgb
    return square
