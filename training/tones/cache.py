"""What fit.py goes by: python -m training.tones.cache --photos ../shared/photos --crops DIR --out NPZ

The numbers that the network gets (measures/tone_features.py, measures/region_features.py) of every photo with `use` =
train and of the pool, but for the pool's twins of measured rows: as it is, under random curves, and under those of
`benchmarks.quality.curves`; with a group of skin tone and a number for each person: pictures whose faces are alike are
never parted. Faces and twins are those that `training.covering.crops` found (its folder is `--crops`). Ten minutes.
"""

from __future__ import annotations

import argparse
import pickle
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.quality.curves import CURVES
from benchmarks.quality.skin_tone import angle_of, tone_group
from headshot_check.errors import PhotoError
from headshot_check.measures.face_light import mount_mask
from headshot_check.measures.region_features import SIDE as FRAME_SIDE
from headshot_check.measures.region_features import region_features
from headshot_check.measures.tone_curve import part_between_bars, places_of_regions
from headshot_check.measures.tone_features import SIDE, face_parts, face_places, places, tone_features
from headshot_check.nets.all import Nets
from headshot_check.nets.car_views import thumbnail
from headshot_check.nets.runtime import Network
from headshot_check.photo import load
from headshot_check.pixels.geometry import Square, brighter_right
from headshot_check.pixels.shrinking import Halves
from headshot_check.scene import FaceCrop, NotAssessed, Scene
from training.covering.crops import CROP, signature
from training.covering.fit import EYES
from training.tones.fit import MADE, Curve, random_curve

ALIKE = 0.9
"""correlation of two faces from which they are one person's picture"""
LEAST_EYES_PX = 18.0
CURVED_PX = 256
"""least longer side of the picture that a curve is put on, before the frame is reduced to FRAME_SIDE"""
GREY = 0.1
"""share of the random curves that also take the colour away"""
_STRIDE_8 = 2  # after the answers and stride 4


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


class Looked:
    """What the network is told of one photo, whatever curve is put on it."""

    def __init__(self, scene: Scene, crop: np.ndarray, points: np.ndarray, early: Network) -> None:
        self._early = early
        self._frame, self._face = places(scene.glance), face_places(crop)
        self._parts = face_parts(points * np.float32(SIDE / CROP))
        shown = 1 - places(mount_mask(scene).view(np.uint8))
        self._shown = shown if shown.sum() > 400 else np.ones_like(shown)
        self._regions = places_of_regions(scene)
        halves, _, _ = part_between_bars(scene)
        side, halvings = max(halves.times(0).shape[:2]), 0
        while side / 2 ** (halvings + 1) >= CURVED_PX:
            halvings += 1
        self._photo = halves.times(halvings)

    def under(self, curve: Curve, rng: np.random.Generator, *, grey: bool) -> np.ndarray:
        """(COUNT,) the numbers under a curve.

        Curves leave gaps among the codes, which nobody is to go by: samples are curved between codes, and the photo
        before it is reduced, which fills them as it does in use. Dither would be noise that a file does not have.
        """
        samples = []
        for picture in (self._frame, self._face):
            codes = np.clip((picture + rng.uniform(-0.5, 0.5, picture.shape).astype(np.float32)) / 255, 0, 1)
            if grey:
                codes = np.repeat(codes.mean(2, keepdims=True), 3, 2)
            samples.append(_codes(curve(codes)))
        photo = self._photo
        if grey:
            photo = np.repeat(np.rint(photo.mean(2, keepdims=True)).astype(np.uint8), 3, 2)
        every = np.repeat(np.arange(256, dtype=np.float32)[:, None, None] / 255, 3, 2)
        small = thumbnail(Halves(cv2.LUT(photo, _codes(curve(every)))), FRAME_SIDE)
        turned, regions = brighter_right(small), self._regions
        if turned:
            small, regions = np.ascontiguousarray(small[:, ::-1]), np.ascontiguousarray(regions[:, :, ::-1])
        return np.concatenate(
            [
                tone_features(samples[0], self._shown, samples[1], self._parts),
                region_features(self._early(small[None])[_STRIDE_8], regions),
            ]
        )


def _codes(values: np.ndarray) -> np.ndarray:
    return np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    nets, groups, crops = Nets(), [], []
    early = Network("car", threads=1, side=FRAME_SIDE, levels=(-1, 1))
    kept: dict[str, list[Any]] = {k: [] for k in ("id", "tone", "features", "told", "curved")}
    for row, crop, path in may_be_fitted_on(options.photos, options.crops):
        if row["eyes"] < LEAST_EYES_PX:
            continue
        points, rng = row["points"].astype(np.float32), np.random.default_rng(zlib.crc32(row["id"].encode()))
        try:
            looked = Looked(Scene(load(path), nets), crop, points, early)
        except (NotAssessed, PhotoError):
            continue
        made = [(lambda codes: codes, 0.0), *(random_curve(rng) for _ in range(MADE))]
        kept["id"].append(row["id"])
        kept["tone"].append(tone_of(crop, points))
        kept["features"].append(
            [looked.under(curve, rng, grey=k > 0 and rng.random() < GREY) for k, (curve, _) in enumerate(made)]
        )
        kept["told"].append([doublings for _, doublings in made])
        kept["curved"].append([looked.under(curve, rng, grey=False) for curve in CURVES.values()])
        groups.append(row.get("group", ""))
        crops.append(crop)
    person = people(np.stack(crops), groups)
    arrays = {name: np.array(kept[name], np.float32) for name in ("features", "told", "curved")}
    np.savez(options.out, id=np.array(kept["id"]), tone=np.array(kept["tone"]), person=person, **arrays)
    print(len(person), len(set(person.tolist())), dict(zip(*np.unique(kept["tone"], return_counts=True), strict=True)))


def tone_of(crop: np.ndarray, points: np.ndarray) -> str:
    """Light, medium, dark or grey."""
    if np.ptp(crop.astype(np.int16), axis=2).mean() < 4:
        return "grey"
    angle = angle_of(FaceCrop(crop, points, EYES, EYES, Square(CROP / 2, CROP / 2, CROP)))
    return "grey" if angle is None else tone_group(angle)


if __name__ == "__main__":
    main()
