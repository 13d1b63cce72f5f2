"""The worst errors of the car network on contact sheets, for the developer's eyes: never to be committed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.car.answers import Answer, Polygon
from benchmarks.car.car_photos import Row
from benchmarks.car.car_rivals import letterbox
from headshot_check.photo import load

EACH = 25
SIDE = 320
ACROSS = 5
COLOURS = {
    "seat_belt": (255, 220, 0),
    "headrest": (0, 220, 255),
    "car_window": (0, 255, 90),
    "roof": (255, 90, 220),
    "steering_wheel": (255, 140, 0),
}
Said = tuple[Row, Answer]


def write_sheets(said: list[Said], photos: Path, folder: Path) -> list[Path]:
    """In-car photos with the lowest probability, others with the highest; the worst of each cue likewise."""
    folder.mkdir(parents=True, exist_ok=True)
    missed = sorted((s for s in said if s[0]["label"] == "car"), key=lambda s: s[1].probability)[:EACH]
    alarms = sorted((s for s in said if s[0]["label"] != "car"), key=lambda s: -s[1].probability)[:EACH]
    sheets = {
        "cars_missed": [(s, s[1].probability) for s in missed],
        "false_alarms": [(s, s[1].probability) for s in alarms],
    }
    for cue in ("belt", "headrest", "window"):
        rated = [(s, s[1].seen.get(cue, 0.0)) for s in said if s[0].get(cue) in ("yes", "no")]
        unseen = sorted((r for r in rated if r[0][0][cue] == "yes"), key=lambda r: r[1])
        imagined = sorted((r for r in rated if r[0][0][cue] == "no"), key=lambda r: -r[1])
        sheets |= {f"{cue}_missed": unseen[:EACH], f"{cue}_imagined": imagined[:EACH]}
    written = []
    for name, members in sheets.items():
        tiles = []
        for (row, answer), value in members:
            rgb = np.array(load(photos / row["file"]).rgb)
            outlined = draw(rgb, {cue: outline for cue, _, outline in answer.cues if outline})
            tiles.append(tile(outlined, f"{row['id']} {value:.3f} {answer.verdict}"))
        written.append(sheet(tiles, folder / f"{name}.png"))
    return written


def draw(rgb: NDArray[np.uint8], outlines: dict[str, Polygon], *, thin: bool = False) -> NDArray[np.uint8]:
    """Outlines in fractions of the frame, one colour a cue."""
    size = rgb.shape[1::-1]
    width = max(1, round(max(size) / (400 if thin else 160)))
    for cue, outline in outlines.items():
        points = np.round(np.array(outline) * size).astype(np.int32)
        cv2.polylines(rgb, [points], True, COLOURS[cue], width, cv2.LINE_AA)
    return rgb


def tile(rgb: NDArray[np.uint8], said: str) -> NDArray[np.uint8]:
    """One picture of a sheet with words on it."""
    small = np.ascontiguousarray(cv2.resize(letterbox(rgb), (SIDE, SIDE), interpolation=cv2.INTER_AREA))
    for k, line in enumerate(said.split("\n")):
        for colour, width in (((0, 0, 0), 3), ((255, 255, 0), 1)):
            cv2.putText(small, line, (4, 14 + 15 * k), 0, 0.42, colour, width, cv2.LINE_AA)
    return small


def sheet(tiles: list[NDArray[np.uint8]], out: Path) -> Path:
    """Pictures in five columns."""
    tiles = tiles + [np.zeros((SIDE, SIDE, 3), np.uint8)] * (-len(tiles) % ACROSS)
    rows = [np.hstack(tiles[k : k + ACROSS]) for k in range(0, len(tiles), ACROSS)]
    Image.fromarray(np.vstack(rows)).save(out)
    return out
