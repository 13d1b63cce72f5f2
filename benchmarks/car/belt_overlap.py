"""Do the outlined belt and head restraint lie where they are? Overlap with exact masks of rendered pictures.

    python -m benchmarks.car.belt_overlap [--renders DIR] [--draws 4]

Two sets, apart: the fixtures (fixtures/images, exact outlines in their JSON, never trained on) and, with --renders, the
training renders (NAME.npz of fixtures/render, developed anew under drawn exposures; training saw others of the same
scenes). Intersection over union in the photo's pixels; an outline that is not drawn counts as 0. Target: 0.5 for the
belt at the median.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from headshot_check.measures.car_cues import car_cues
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.scene import Scene

ROOT = Path(__file__).resolve().parents[2]
CUES = {"seat_belt": ("seat_belt",), "headrest": ("headrest",)}
"""Cues and the classes of a render's mask that show them."""
LEAST_SHARE = 0.002
"""A smaller visible patch of the picture need not be outlined."""
TARGET = 0.5


@dataclass
class Pair:
    name: str
    cue: str
    in_car: bool
    drawn: bool
    overlap: float
    """intersection over union, 0 where nothing was drawn"""
    there: bool
    probability: float


Picture = tuple[str, bool, NDArray[np.uint8], dict[str, NDArray[np.bool_]]]
"""Name, whether it is in a car, pixels, true mask of each cue."""


def fixtures() -> list[Picture]:
    """The project's own pictures; their truth names what shows a car, nothing elsewhere."""
    found: list[Picture] = []
    for path in sorted((ROOT / "fixtures/images").glob("*.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        image = path.with_suffix(".jpg")
        if "regions" not in truth or not image.exists():
            continue
        rgb = np.asarray(Image.open(image).convert("RGB"))
        masks = {}
        for cue in CUES:
            mask = np.zeros(rgb.shape[:2], np.uint8)
            for outline in truth["regions"].get(cue, []):
                points = np.array(outline) * (rgb.shape[1], rgb.shape[0])
                cv2.fillPoly(mask, [np.round(points).astype(np.int32)], 1)
            masks[cue] = mask > 0
        found.append((path.stem, bool(truth["in_car"]), rgb, masks))
    return found


def renders(folder: Path, draws: int) -> list[Picture]:
    """Each render of a person, developed `draws` times with another exposure."""
    found: list[Picture] = []
    for path in sorted(folder.glob("*.npz")):
        stored = np.load(path)
        names = [str(name) for name in stored["classes"]]
        if "skin" not in names or not (stored["mask"] == names.index("skin")).any():
            continue
        light = np.nan_to_num(stored["linear"].astype(np.float32)).clip(0, 60)
        masks = {
            cue: np.isin(stored["mask"], [names.index(c) for c in classes if c in names])
            for cue, classes in CUES.items()
        }
        for draw in range(draws):
            rng = np.random.default_rng((draw, len(found)))
            gain = 0.2 / float(np.exp(np.log(light.mean(2) + 1e-3).mean())) * 2 ** rng.uniform(-1, 1)
            rgb = ((1 - np.exp(-1.5 * gain * light)).clip(0, 1) ** (1 / 2.2) * 255).astype(np.uint8)
            found.append((f"{path.stem}.{draw}", str(stored["place"]) == "car", rgb, masks))
    return found


def compare(picture: Picture, nets: Nets) -> list[Pair]:
    """The outlines of one picture against its masks; nothing when no face is found."""
    name, in_car, rgb, masks = picture
    scene = Scene(load(np.ascontiguousarray(rgb)), nets)
    if not scene.search.faces:
        return []
    said = {cue.name: cue for cue in car_cues(scene)}
    pairs = []
    for cue, mask in masks.items():
        answer = said.get(cue)  # type: ignore[call-overload]
        drawn = np.zeros(mask.shape, np.uint8)
        if answer is not None and answer.region is not None:
            points = np.array(answer.region.points) * (mask.shape[1], mask.shape[0])
            cv2.fillPoly(drawn, [np.round(points).astype(np.int32)], 1)
        union = (mask | (drawn > 0)).sum()
        overlap = float((mask & (drawn > 0)).sum() / union) if union else 0.0
        there = bool(mask.mean() >= LEAST_SHARE)
        pairs.append(Pair(name, cue, in_car, bool(drawn.any()), overlap, there, answer.probability if answer else 0.0))
    return pairs


def report(title: str, pairs: list[Pair]) -> None:
    """Median and quartiles of the overlap, and how often something is outlined where nothing is.

    Chairs have head restraints too: those of rooms have a line of their own.
    """
    print(f"### {title}\n\n| cue | there | outlined | IoU median | quartiles | least | not there | outlined |")
    print("|---|---|---|---|---|---|---|---|")
    for cue, in_car in ((c, inside) for c in CUES for inside in (True, False)):
        own = [p for p in pairs if p.cue == cue and p.in_car == in_car]
        if not own:
            continue
        there, absent = [p for p in own if p.there], [p for p in own if not p.there]
        overlaps = np.array([p.overlap for p in there])
        cells = ["-"] * 3
        if len(overlaps):
            low, mid, high = np.quantile(overlaps, (0.25, 0.5, 0.75))
            cells = [f"{mid:.2f}", f"{low:.2f}-{high:.2f}", f"{overlaps.min():.2f}"]
        drawn = sum(p.drawn for p in there), sum(p.drawn for p in absent)
        name = f"{cue}, {'in' if in_car else 'not in'} cars"
        print(f"| {name} | {len(there)} | {drawn[0]} | {' | '.join(cells)} | {len(absent)} | {drawn[1]} |")
    print()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--renders", type=Path, help="folder of NAME.npz")
    parser.add_argument("--draws", type=int, default=4, help="exposures of each render")
    parser.add_argument("--list", action="store_true", help="also every picture")
    options = parser.parse_args()
    nets = Nets()
    sets = {"Fixtures (never trained on)": fixtures()}
    if options.renders:
        sets["Training renders (trained on)"] = renders(options.renders, options.draws)
    for title, pictures in sets.items():
        pairs = [pair for picture in pictures for pair in compare(picture, nets)]
        report(title, pairs)
        for p in pairs if options.list else []:
            if p.there or p.drawn:
                print(f"{p.name} {p.cue} there {p.there} p {p.probability:.2f} IoU {p.overlap:.2f}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
