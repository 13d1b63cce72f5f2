"""What the network is trained on: rows of the development photos, where their faces are, and what is held out."""

from __future__ import annotations

import csv
import pickle
from pathlib import Path

import cv2
import numpy as np

from headshot_check.nets.blazeface import FaceDetector
from headshot_check.pixels.geometry import Square
from training.rows import Row

SAME = 0.97
"""Correlation of 20x20 grey thumbnails from which two files are one picture (few lie between 0.93 and 0.99)."""
SAME_FACE = 0.88
"""The same for the face alone, upright with the eyes; some different people reach it too and are left out as well."""


def read(path: Path) -> np.ndarray:
    """(H, W, 3) RGB."""
    if path.suffix == ".npz":
        from training.car.renders import develop

        return develop(path, np.random.default_rng(0), mirror=False).rgb
    bgr = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)


def rows(photos: Path) -> list[Row]:
    """Everything that may be fitted on, less pictures that are also among the measured ones (pool/ has some 200)."""
    return without(_labelled(photos, "train") + _pool(photos), measured(photos)) + _places(photos)


def measured(photos: Path) -> list[Row]:
    """The rows for evaluation only: called here to keep them out, and nowhere else in training/."""
    return _labelled(photos, "measure")


def without(some: list[Row], others: list[Row]) -> list[Row]:
    """Those of `some` whose picture is none of `others`, whatever its size and name."""
    alike = _thumbprints(some) @ _thumbprints(others).T
    return [row for row, most in zip(some, alike.max(1), strict=True) if most < SAME]


def without_twins(some: list[Row], others: list[Row]) -> list[Row]:
    """Those of `some` whose face is in none of `others`: the same photo cropped otherwise, on a card or in a circle."""
    faces = [row for row in some if row.face is not None and row.kind in ("pool", "portrait")]
    alike = (
        _thumbprints(faces, faces_only=True)
        @ _thumbprints([row for row in others if row.face is not None], faces_only=True).T
    )
    twins = {row.id for row, most in zip(faces, alike.max(1), strict=True) if most > SAME_FACE}
    return [row for row in some if row.id not in twins]


def _thumbprints(some: list[Row], *, faces_only: bool = False) -> np.ndarray:
    prints = []
    for row in some:
        grey = cv2.cvtColor(read(row.path), cv2.COLOR_RGB2GRAY)
        if faces_only and row.face is not None:
            right, left = row.face[4:6], row.face[6:8]
            (x, y), apart = (right + left) / 2, max(4.0, float(np.hypot(*(left - right))))
            roll = float(np.arctan2(*(left - right)[::-1]))
            upright = Square(float(x - np.sin(roll) * apart / 2), float(y + np.cos(roll) * apart / 2), 3 * apart, roll)
            grey = upright.crop(np.repeat(grey[..., None], 3, 2), 60)[..., 0]
        small = cv2.resize(grey, (20, 20), interpolation=cv2.INTER_AREA).astype(np.float32).ravel()
        small -= small.mean()
        prints.append(small / (np.linalg.norm(small) + 1e-6))
    return np.stack(prints)


def _labelled(photos: Path, use: str) -> list[Row]:
    found = []
    for r in csv.DictReader((photos / "labels.csv").open()):
        if r["use"] != use:
            continue
        car = r["label"] == "car"
        labels = {k: {"yes": 1.0, "no": 0.0}[r[k]] for k in ("belt", "headrest", "window") if r[k] in ("yes", "no")}
        kind = use if use == "measure" else "yawdd" if car else "portrait"
        found.append(
            Row(r["id"], photos / r["file"], kind, car, r["group"], r["source_repo"], labels, None, r["subtype"])
        )
    return found


_IN_A_VEHICLE = (1430, 1612, 1820, 1862, 2363, 2457, 3541, 4884, 5020, 5048)
IN_A_VEHICLE = frozenset(f"p_{number:05d}" for number in _IN_A_VEHICLE)
"""Pictures of pool/ that show cars, trains, buses and aeroplanes from inside, seen by eye among the 400 that Lite2
ranks highest. The committed car networks have learned them as ordinary people."""


def _pool(photos: Path) -> list[Row]:
    source = {r["id"]: r["source_repo"] for r in csv.DictReader((photos / "pool/index.csv").open())}
    paths = sorted((photos / "pool/images").iterdir())
    paths = [path for path in paths if path.stem not in IN_A_VEHICLE]
    return [Row(p.stem, p, "pool", False, p.stem, source.get(p.stem, "")) for p in paths]


def _places(photos: Path) -> list[Row]:
    found = []
    for r in csv.DictReader((photos / "backgrounds/labels.csv").open()):
        if r["kind"] == "seat_belt":
            continue
        car = r["kind"].startswith("car_")
        kind = "car_place" if car else "place"
        # a place is held out with its whole source: one dealer's lot is most of the car seats
        group = r["source_repo"] if car else r["group"] or r["id"]
        found.append(
            Row(r["id"], photos / "backgrounds" / r["file"], kind, car, group, r["source_repo"], {}, None, r["kind"])
        )
    return found


def crops(photos: Path) -> dict[str, tuple[float, float, float, float]]:
    """Windows of the backgrounds that are most like what a selfie sees, in fractions."""
    table = csv.DictReader((photos / "backgrounds/crops.csv").open())
    return {r["id"]: (float(r["x0"]), float(r["y0"]), float(r["x1"]), float(r["y1"])) for r in table}


def find_faces(all_rows: list[Row], cache: Path) -> None:
    """Fill in `face` of each row with a person: the largest face, sought as given and then padded."""
    known: dict[str, np.ndarray | None] = pickle.loads(cache.read_bytes()) if cache.exists() else {}
    missing = [r for r in all_rows if r.kind not in ("car_place", "place", "stage") and r.id not in known]
    if missing:
        detector = MainFace()
        for row in missing:
            known[row.id] = detector(read(row.path))
        cache.write_bytes(pickle.dumps(known))
    for row in all_rows:
        row.face = row.face if row.kind == "stage" else known.get(row.id)


class MainFace:
    """The largest face of a picture: short range first, then full range, then both on the padded picture."""

    def __init__(self) -> None:
        self._ranges = (FaceDetector("short"), FaceDetector("full"))

    def __call__(self, rgb: np.ndarray) -> np.ndarray | None:
        pad = max(rgb.shape[:2]) // 2
        for margin in (0, pad):
            grey = (128, 128, 128)
            picture = cv2.copyMakeBorder(rgb, *[margin] * 4, cv2.BORDER_CONSTANT, value=grey) if margin else rgb
            for detector in self._ranges:
                faces = detector(picture)
                if faces:
                    best = max(faces, key=lambda f: (f.box[2] - f.box[0]) * (f.box[3] - f.box[1]) * f.score)
                    flat = np.concatenate([np.array(best.box), best.keypoints[:2].ravel()])
                    return (flat - margin).astype(np.float32)
        return None
