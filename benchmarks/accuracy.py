"""How well the driver's seat is recognised, beside the peer, on photos that nothing was fitted on.

    python benchmarks/accuracy.py ../shared [--sheet worst.jpg] [--no-peer]

The folder holds photos/ (labels.csv, images/) and models/ (the peer: an ImageNet MobileNetV2, its largest car class,
the maximum over a centre crop and a letterboxed frame). Only rows with `use` = measure are looked at. Markdown on
standard output; intervals are 95 %, by bootstrap over groups (person, car or event).
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from headshot_check.nets.blazeface import Detection, FaceDetector
from headshot_check.nets.car import CarEvidence, CarNet

Scores = NDArray[np.float64]
CAR_CLASSES = (408, 437, 469, 476, 480, 512, 610, 628, 655, 657, 718, 735, 752, 786, 818, 865)
SELFIES = ("driver_selfie", "passenger", "other")
ALARMS = (0.005, 0.01, 0.02)
DRAWS = 500


@dataclass
class Photo:
    row: dict[str, str]
    rgb: NDArray[np.uint8]
    evidence: CarEvidence | None = None
    peer: float = 0.0

    @property
    def car(self) -> bool:
        return self.row["label"] == "car"

    @property
    def ours(self) -> float:
        return self.evidence.probability if self.evidence else 0.0


def load(photos: Path) -> list[Photo]:
    rows = [r for r in csv.DictReader((photos / "labels.csv").open()) if r["use"] == "measure"]
    return [Photo(r, _read(photos / r["file"])) for r in rows]


def main_face(rgb: NDArray[np.uint8], detectors: tuple[FaceDetector, ...]) -> Detection | None:
    """The largest face: short range, then full range, then both on the picture with a margin of half its size."""
    for margin in (0, max(rgb.shape[:2]) // 2):
        picture = rgb
        if margin:
            picture = np.asarray(
                cv2.copyMakeBorder(rgb, *[margin] * 4, cv2.BORDER_CONSTANT, value=(128, 128, 128)), np.uint8
            )
        for detector in detectors:
            found = detector(picture)
            if found:
                best = max(found, key=lambda f: (f.box[2] - f.box[0]) * (f.box[3] - f.box[1]) * f.score)
                x0, y0, x1, y1 = (v - margin for v in best.box)
                return Detection((x0, y0, x1, y1), best.keypoints - margin, best.score)
    return None


def look(photos: list[Photo]) -> tuple[int, float]:
    """Run the detector; faces found and the network's median milliseconds, warm."""
    detectors, net = (FaceDetector("short"), FaceDetector("full")), CarNet()
    spent, found = [], 0
    for photo in photos:
        face = main_face(photo.rgb, detectors)
        if face is None:
            continue
        found += 1
        right, left = (tuple(float(v) for v in p) for p in face.keypoints[:2])
        began = time.perf_counter()
        photo.evidence = net(photo.rgb, face.box, right, left)  # type: ignore[arg-type]
        spent.append(time.perf_counter() - began)
    return found, 1000 * float(np.median(spent))


def ask_peer(photos: list[Photo], model: Path) -> None:
    from ai_edge_litert.interpreter import Interpreter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # reading inner tensors is for debugging, says LiteRT: quite so
        net = Interpreter(str(model), num_threads=1, experimental_preserve_all_tensors=True)
    net.allocate_tensors()
    into = net.get_input_details()[0]["index"]
    # the class scores before the softmax: its own output is rounded to 1/256, which ties most photos at 0
    logits = next(d for d in net.get_tensor_details() if d["name"].endswith("Logits/Squeeze1"))
    scale, zero = logits["quantization"]
    for photo in photos:
        for view in (_centre(photo.rgb), _letterbox(photo.rgb)):
            net.set_tensor(into, cv2.resize(view, (224, 224), interpolation=cv2.INTER_AREA)[None])
            net.invoke()
            answer = np.exp((net.get_tensor(logits["index"])[0].astype(float) - zero) * scale)
            photo.peer = max(photo.peer, float(answer[list(CAR_CLASSES)].max() / answer.sum()))


def auc(car: NDArray[np.bool_], score: Scores) -> float:
    """Area under the ROC curve, ties half."""
    order = np.sort(score[~car])
    below = np.searchsorted(order, score[car], "left") + np.searchsorted(order, score[car], "right")
    return float(below.mean() / 2 / len(order))


def average_precision(car: NDArray[np.bool_], score: Scores) -> float:
    """Ties count against: a car comes after the negatives of the same score."""
    order = np.lexsort((car, -score))
    hits = car[order]
    precision = np.cumsum(hits) / np.arange(1, len(hits) + 1)
    return float(precision[hits].mean())


def recall(car: NDArray[np.bool_], score: Scores, alarms: float) -> float:
    """Share of cars above a threshold that at most `alarms` of the negatives pass."""
    negatives = np.sort(score[~car])[::-1]
    threshold = negatives[min(int(alarms * len(negatives)), len(negatives) - 1)]
    return float((score[car] > threshold).mean())


def interval(
    measure: Callable[[NDArray[np.bool_], Scores], float], car: NDArray[np.bool_], score: Scores, groups: list[str]
) -> str:
    """The value with its 95 % interval over resampled groups."""
    rng = np.random.default_rng(0)
    names, member = np.unique(groups, return_inverse=True)
    index = [np.flatnonzero(member == k) for k in range(len(names))]
    values = []
    for _ in range(DRAWS):
        pick = np.concatenate([index[k] for k in rng.integers(0, len(names), len(names))])
        if car[pick].any() and not car[pick].all():
            values.append(measure(car[pick], score[pick]))
    low, high = np.quantile(values, (0.025, 0.975))
    return f"{measure(car, score):.3f} ({low:.2f}-{high:.2f})"


def calibration_error(car: NDArray[np.bool_], score: Scores) -> float:
    """Expected, 10 bins."""
    at = np.minimum((score * 10).astype(int), 9)
    return float(
        sum(abs(car[at == k].mean() - score[at == k].mean()) * (at == k).mean() for k in range(10) if (at == k).any())
    )


def table(photos: list[Photo], systems: dict[str, Callable[[Photo], float]]) -> str:
    negatives = [p for p in photos if not p.car]
    cars = [p for p in photos if p.car]
    parts = {"all in-car photos": cars, "hand-held selfies": [p for p in cars if p.row["subtype"] in SELFIES]}
    parts["drivers (fixed camera, press)"] = [p for p in cars if p.row["subtype"] == "driver"]
    parts["through the window"] = [p for p in cars if p.row["subtype"] == "through_window"]
    for source, count in sorted(_count(cars).items(), key=lambda t: -t[1]):
        if count >= 3:
            parts[f"source {source}"] = [p for p in cars if p.row["source_repo"] == source]
    head = "| in-car photos | n | system | AUC | AP | " + " | ".join(f"recall at {a:.1%}" for a in ALARMS) + " |"
    lines = [head, "|---" * (5 + len(ALARMS)) + "|"]
    for name, part in parts.items():
        chosen = part + negatives
        car = np.array([p.car for p in chosen])
        groups = [p.row["group"] for p in chosen]
        for system, rate in systems.items():
            score = np.array([rate(p) for p in chosen], float)
            cells = [interval(auc, car, score, groups), interval(average_precision, car, score, groups)]
            cells += [interval(lambda c, s, a=a: recall(c, s, a), car, score, groups) for a in ALARMS]  # type: ignore[misc]
            lines.append(f"| {name} | {len(part)} | {system} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def alarms_by_kind(photos: list[Photo], thresholds: tuple[float, ...]) -> str:
    """Share of each kind of negative above each threshold."""
    kinds = sorted({p.row["subtype"] for p in photos if not p.car})
    lines = [
        "| negatives | n | " + " | ".join(f"above {t:g}" for t in thresholds) + " |",
        "|---" * (2 + len(thresholds)) + "|",
    ]
    for kind in kinds:
        score = np.array([p.ours for p in photos if not p.car and p.row["subtype"] == kind])
        lines.append(f"| {kind} | {len(score)} | " + " | ".join(f"{(score > t).mean():.1%}" for t in thresholds) + " |")
    score = np.array([p.ours for p in photos if p.car])
    lines.append(
        f"| (in-car photos) | {len(score)} | " + " | ".join(f"{(score > t).mean():.1%}" for t in thresholds) + " |"
    )
    return "\n".join(lines)


def cue_table(photos: list[Photo]) -> str:
    """AUC of each cue against its own labels, where they exist."""
    lines = ["| cue | yes | no | AUC |", "|---|---|---|---|"]
    for cue in ("belt", "headrest", "window"):
        rated = [p for p in photos if p.evidence and p.row[cue] in ("yes", "no")]
        truth = np.array([p.row[cue] == "yes" for p in rated])
        score = np.array([getattr(p.evidence, cue) for p in rated], float)
        value = interval(auc, truth, score, [p.row["group"] for p in rated])
        lines.append(f"| {cue} | {truth.sum()} | {(~truth).sum()} | {value} |")
    return "\n".join(lines)


def sheet(photos: list[Photo], out: Path, *, each: int = 24, side: int = 200) -> None:
    """The lowest in-car photos, then the highest others, for the developer's eyes."""
    low = sorted((p for p in photos if p.car), key=lambda p: p.ours)[:each]
    high = sorted((p for p in photos if not p.car), key=lambda p: -p.ours)[:each]
    tiles = []
    for photo in low + high:
        tile = np.ascontiguousarray(cv2.resize(_letterbox(photo.rgb), (side, side), interpolation=cv2.INTER_AREA))
        cv2.putText(tile, f"{photo.row['id']} {photo.ours:.3f}", (4, 14), 0, 0.42, (255, 255, 0), 1, cv2.LINE_AA)
        tiles.append(tile)
    rows = [np.hstack(tiles[k : k + 8]) for k in range(0, len(tiles) - len(tiles) % 8, 8)]
    Image.fromarray(np.vstack(rows)).save(out)


def _count(photos: list[Photo]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for photo in photos:
        counts[photo.row["source_repo"]] = counts.get(photo.row["source_repo"], 0) + 1
    return counts


def _read(path: Path) -> NDArray[np.uint8]:
    bgr = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    assert bgr is not None, path
    return np.asarray(bgr[..., ::-1].copy(), np.uint8)


def _centre(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    h, w = rgb.shape[:2]
    side = min(h, w)
    y, x = (h - side) // 2, (w - side) // 2
    return np.ascontiguousarray(rgb[y : y + side, x : x + side])


def _letterbox(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    h, w = rgb.shape[:2]
    side = max(h, w)
    square = np.full((side, side, 3), 128, np.uint8)
    y, x = (side - h) // 2, (side - w) // 2
    square[y : y + h, x : x + w] = rgb
    return square


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--sheet", type=Path, help="picture of the worst errors (never to be committed)")
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--thresholds", type=float, nargs="+", default=[0.5])
    options = parser.parse_args()
    if not (options.shared / "photos/labels.csv").exists():
        print(f"{options.shared} has no photos/labels.csv", file=sys.stderr)
        return 2
    photos = load(options.shared / "photos")
    found, milliseconds = look(photos)
    systems: dict[str, Callable[[Photo], float]] = {"car net": lambda p: p.ours}
    if not options.no_peer:
        ask_peer(photos, options.shared / "models/mobilenet_v2_imagenet_quant.tflite")
        systems["ImageNet peer"] = lambda p: p.peer
    car = np.array([p.car for p in photos])
    score = np.array([p.ours for p in photos])
    print(f"{len(photos)} photos ({car.sum()} in cars), a face in {found}")
    print(f"car net, one thread: {milliseconds:.1f} ms at the median\n")
    print(table(photos, systems), "\n")
    print(cue_table(photos), "\n")
    print(alarms_by_kind(photos, tuple(options.thresholds)), "\n")
    print(f"expected calibration error, 10 bins: {calibration_error(car, score):.3f}")
    if options.sheet:
        sheet(photos, options.sheet)
    return 0


if __name__ == "__main__":
    sys.exit(main())
