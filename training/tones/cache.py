"""What fit.py goes by: python -m training.tones.cache --photos ../shared/photos --crops DIR --out NPZ

Places of the frame and of the face (measures/tone_features.py) of every photo with `use` = train and of the pool, but
for the pool's twins of measured rows, with the mesh, a group of skin tone and a number for each person: pictures whose
faces are alike are never parted. Faces and twins are those that `training.covering.crops` found (its folder is
`--crops`). One minute.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.quality.skin_tone import angle_of, tone_group
from headshot_check.errors import PhotoError
from headshot_check.measures.face_light import mount_mask
from headshot_check.measures.tone_features import SIDE, face_places, places
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.pixels.geometry import Square
from headshot_check.scene import FaceCrop, Scene
from training.covering.crops import CROP, signature
from training.covering.fit import EYES

ALIKE = 0.9
"""correlation of two faces from which they are one person's picture"""


def may_be_fitted_on(photos: Path, crops: Path) -> Iterator[tuple[dict[str, Any], np.ndarray, Path]]:
    """Rows, their crops (128, 128, 3) and their files."""
    pool = {path.stem: path for path in (photos / "pool/images").iterdir()}
    for name in ("labels", "pool"):
        rows = pickle.loads((crops / f"{name}.pkl").read_bytes())
        kept = np.load(crops / f"{name}_crops.npy", mmap_mode="r")
        for row, crop in zip(rows, kept, strict=True):
            if row.get("use", "train") == "train" and "points" in row and not row.get("twin", False):
                yield row, np.asarray(crop), photos / row["file"] if "file" in row else pool[row["id"]]


def people(crops: np.ndarray, groups: list[str]) -> np.ndarray:
    """(N,) a number for each person: by the group that a row names, and by faces that are alike."""
    person, flat = np.arange(len(crops)), signature(crops)
    first = {group: at for at, group in reversed(list(enumerate(groups))) if group}
    pairs = [(at, first[group]) for at, group in enumerate(groups) if group]
    for begin in range(0, len(flat), 500):
        one, other = np.nonzero(flat[begin : begin + 500] @ flat.T > ALIKE)
        pairs += zip((one + begin).tolist(), other.tolist(), strict=True)
    for one, other in pairs:
        if person[one] != person[other]:
            person[person == max(person[one], person[other])] = min(person[one], person[other])
    return person


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    nets, groups, crops = Nets(), [], []
    kept: dict[str, list[Any]] = {k: [] for k in ("id", "tone", "eyes", "frame", "shown", "face", "points")}
    for row, crop, path in may_be_fitted_on(options.photos, options.crops):
        try:
            scene = Scene(load(path), nets)
        except PhotoError:
            continue
        points = row["points"].astype(np.float32)
        kept["id"].append(row["id"])
        kept["tone"].append(tone_of(crop, points))
        kept["eyes"].append(np.float32(row["eyes"]))
        kept["frame"].append(places(scene.glance))
        kept["shown"].append(1 - places(mount_mask(scene).view(np.uint8)))
        kept["face"].append(face_places(crop))
        kept["points"].append(points * np.float32(SIDE / CROP))
        groups.append(row.get("group", ""))
        crops.append(crop)
    person = people(np.stack(crops), groups)
    np.savez(options.out, person=person, **{name: np.stack(values) for name, values in kept.items()})
    print(len(person), len(set(person.tolist())), dict(zip(*np.unique(kept["tone"], return_counts=True), strict=True)))


def tone_of(crop: np.ndarray, points: np.ndarray) -> str:
    """Light, medium, dark or grey."""
    if np.ptp(crop.astype(np.int16), axis=2).mean() < 4:
        return "grey"
    angle = angle_of(FaceCrop(crop, points, EYES, EYES, Square(CROP / 2, CROP / 2, CROP)))
    return "grey" if angle is None else tone_group(angle)


if __name__ == "__main__":
    main()
