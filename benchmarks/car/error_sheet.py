"""The worst errors of the car network on one picture, for the developer's eyes: never to be committed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.car.car_photos import CarPhoto
from benchmarks.car.car_rivals import letterbox

EACH = 24
SIDE = 200
ACROSS = 8


def write_sheets(photos: list[CarPhoto], folder: Path) -> list[Path]:
    """In-car photos with the lowest probability, others with the highest; the worst of the belt cue likewise."""
    folder.mkdir(parents=True, exist_ok=True)
    missed = sorted((p for p in photos if p.car), key=lambda p: p.probability)[:EACH]
    alarms = sorted((p for p in photos if not p.car), key=lambda p: -p.probability)[:EACH]
    written = [_sheet(missed + alarms, "probability", folder / "worst.png")]
    for cue in ("belt", "headrest", "window"):
        rated = [p for p in photos if p.evidence and p.row[cue] in ("yes", "no")]
        unseen = sorted((p for p in rated if p.row[cue] == "yes"), key=lambda p: _cue(p, cue))[:EACH]
        imagined = sorted((p for p in rated if p.row[cue] == "no"), key=lambda p: -_cue(p, cue))[:EACH]
        written.append(_sheet(unseen + imagined, cue, folder / f"worst_{cue}.png"))
    return written


def _cue(photo: CarPhoto, cue: str) -> float:
    return float(getattr(photo.evidence, cue))


def _sheet(photos: list[CarPhoto], value: str, out: Path) -> Path:
    tiles = [_tile(p, p.probability if value == "probability" else _cue(p, value)) for p in photos]
    tiles += [np.zeros((SIDE, SIDE, 3), np.uint8)] * (-len(tiles) % ACROSS)
    rows = [np.hstack(tiles[k : k + ACROSS]) for k in range(0, len(tiles), ACROSS)]
    Image.fromarray(np.vstack(rows)).save(out)
    return out


def _tile(photo: CarPhoto, value: float) -> NDArray[np.uint8]:
    tile = np.ascontiguousarray(cv2.resize(letterbox(photo.rgb), (SIDE, SIDE), interpolation=cv2.INTER_AREA))
    said = f"{photo.row['id']} {value:.3f}"
    cv2.putText(tile, said, (4, 14), 0, 0.42, (0, 0, 0), 3, cv2.LINE_AA)
    cv2.putText(tile, said, (4, 14), 0, 0.42, (255, 255, 0), 1, cv2.LINE_AA)
    return tile
