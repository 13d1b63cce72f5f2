"""Face crops for fit.py: python -m training.covering.crops --photos ../shared/photos --out DIR

Upright crops (128 px, 32 px between the eyes) with their mesh, thumbnails and rows of labels.csv and of pool/index.csv,
as DIR/labels*.{pkl,npy} and DIR/pool*. Some pictures of the pool show up among the rows that are for measuring only, in
another size: they are marked as twins, and nothing is fitted on them. DIR stays outside the repository. Four minutes.
"""

from __future__ import annotations

import argparse
import csv
import pickle
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from headshot_check.errors import PhotoError
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.scene import FACE_CROP_DROP, FACE_CROP_EYES, NotAssessed, Scene
from headshot_check.scene.face_crop import face_square

CROP = 128
ALIKE = 0.91
"""correlation of grey 20 x 20 crops from which two are one picture (looked at: all above 0.95, some below)"""


def crop_of(scene: Scene, row: dict[str, Any]) -> np.ndarray:
    row["eyes"] = scene.inter_eye_px
    try:
        face = scene.face_crop
    except NotAssessed:
        square = face_square(scene.eye_centres, row["eyes"], FACE_CROP_EYES, FACE_CROP_DROP)
        return square.crop(scene.photo.rgb, CROP)
    row["points"] = (face.points * (CROP / face.rgb.shape[0])).astype(np.float16)
    row["yaw"] = scene.pose.yaw_deg
    how = cv2.INTER_AREA if face.rgb.shape[0] > CROP else cv2.INTER_LINEAR
    return cv2.resize(face.rgb, (CROP, CROP), interpolation=how)


def signature(crops: np.ndarray) -> np.ndarray:
    """(N, 400) grey crops with mean 0 and norm 1."""
    small = [
        cv2.resize(cv2.cvtColor(crop[16:112, 16:112], cv2.COLOR_RGB2GRAY), (20, 20), interpolation=cv2.INTER_AREA)
        for crop in crops
    ]
    flat = np.stack(small).reshape(len(crops), -1).astype(np.float32)
    flat -= flat.mean(1, keepdims=True)
    return np.asarray(flat / (np.linalg.norm(flat, axis=1, keepdims=True) + 1e-3))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    nets = Nets()
    pool = {path.stem: path for path in (options.photos / "pool/images").iterdir()}
    to_measure = None
    for name, index in (("labels", "labels.csv"), ("pool", "pool/index.csv")):
        with (options.photos / index).open(encoding="utf-8", newline="") as file:
            rows: list[dict[str, Any]] = list(csv.DictReader(file))
        crops, thumbs = [], []
        for row in rows:
            crop, thumb = (np.zeros((side, side, 3), np.uint8) for side in (CROP, 96))
            try:
                scene = Scene(load(options.photos / row["file"] if "file" in row else pool[row["id"]]), nets)
                thumb = np.asarray(cv2.resize(scene.photo.rgb, (96, 96), interpolation=cv2.INTER_AREA), np.uint8)
                crop = crop_of(scene, row)
            except (NotAssessed, PhotoError) as reason:
                row["cause"] = str(reason)
            crops.append(crop)
            thumbs.append(thumb)
        kept = signature(np.stack(crops))
        if to_measure is None:
            to_measure = kept[[row["use"] == "measure" and "eyes" in row for row in rows]]
        else:
            for row, likeness in zip(rows, (kept @ to_measure.T).max(1), strict=True):
                row["twin"] = bool(likeness > ALIKE)
        np.save(options.out / f"{name}_crops.npy", np.stack(crops))
        np.save(options.out / f"{name}_thumbs.npy", np.stack(thumbs))
        (options.out / f"{name}.pkl").write_bytes(pickle.dumps(rows))
        print(name, len(rows), sum("points" in row for row in rows), sum(row.get("twin", False) for row in rows))


if __name__ == "__main__":
    main()
