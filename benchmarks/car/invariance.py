"""Does the driver's-seat verdict stay the same word when a photo is mirrored, compressed, turned, greyed, framed?

    python -m benchmarks.car.invariance [../shared] [--count 120] [--use train]

`count` photos in cars and as many ordinary ones ("plain"), spread over groups. Each line of the table is the share
whose `drivers_seat.verdict` stays the same; target 97 %. "Balanced" is the mean of both classes, "as asked" has one
photo in five in a car, "by group" counts each group once. "Enough pixels" is "balanced" without the photos that the
change brings under 200 px of short side, where "likely" is never said. Intervals are 95 %, by bootstrap over groups.
"""

from __future__ import annotations

import argparse
import io
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.car.answers import ROOT, seat_checker
from benchmarks.car.car_photos import read_rows
from benchmarks.car.seen import note_look
from benchmarks.scores import share
from headshot_check import Checker
from headshot_check.photo import load
from headshot_check.report import DriversSeat

Picture = NDArray[np.uint8]
ASKED = 0.20
"""Share of photos in cars among those that people ask about."""
TARGET = 0.97
FEW_PX = 200
"""Shorter side below which a photo is "possible" at most."""


def compressed(rgb: Picture, quality: int) -> bytes:
    """As a JPEG of this quality."""
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "JPEG", quality=quality)
    return file.getvalue()


def resized(rgb: Picture, long_side: int) -> Picture:
    """Longer side in px, proportions kept."""
    scale = long_side / max(rgb.shape[:2])
    mode = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=mode), np.uint8)


def turned(rgb: Picture, degrees: float) -> Picture:
    """Turned about its centre and cut to the largest frame of the same proportions without corners."""
    h, w = rgb.shape[:2]
    matrix = cv2.getRotationMatrix2D(((w - 1) / 2, (h - 1) / 2), degrees, 1.0)
    picture = cv2.warpAffine(rgb, matrix, (w, h), flags=cv2.INTER_LINEAR)
    sin, cos = np.sin(np.radians(abs(degrees))), np.cos(np.radians(degrees))
    kept = min(w / (w * cos + h * sin), h / (w * sin + h * cos))
    x, y = int(np.ceil(w * (1 - kept) / 2)), int(np.ceil(h * (1 - kept) / 2))
    return np.ascontiguousarray(picture[y : h - y, x : w - x], np.uint8)


def exposed(rgb: Picture, stops: float) -> Picture:
    """Brighter or darker in linear light, clipped as a camera clips."""
    levels = np.arange(256) / 255
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4) * 2**stops
    encoded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear.clip(0, 1) ** (1 / 2.4) - 0.055)
    return np.asarray(cv2.LUT(rgb, np.round(encoded.clip(0, 1) * 255).astype(np.uint8)), np.uint8)


def bordered(rgb: Picture, level: int) -> Picture:
    """Inside a plain border of a fifth of the longer side, as cards and collages have it."""
    width = round(max(rgb.shape[:2]) / 5)
    return np.asarray(cv2.copyMakeBorder(rgb, *[width] * 4, cv2.BORDER_CONSTANT, value=(level,) * 3), np.uint8)


def grey(rgb: Picture) -> Picture:
    """Black and white."""
    return np.asarray(cv2.cvtColor(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)


def transformations() -> dict[str, Callable[[Picture], Any]]:
    """What happens to photos on their way, by name."""
    made: dict[str, Callable[[Picture], Any]] = {
        "mirrored": lambda rgb: np.ascontiguousarray(rgb[:, ::-1]),
        "JPEG quality 40": lambda rgb: compressed(rgb, 40),
        "half size": lambda rgb: resized(rgb, max(rgb.shape[:2]) // 2),
        "black and white": grey,
        "white border of a fifth": lambda rgb: bordered(rgb, 255),
        "black border of a fifth": lambda rgb: bordered(rgb, 0),
    }
    made |= {f"{s:+d} stop": lambda rgb, s=s: exposed(rgb, s) for s in (-1, 1)}
    return made | {f"turned {d:+d} degrees and cut": lambda rgb, d=d: turned(rgb, d) for d in (-10, 10)}


def chosen(rows: list[dict[str, str]], count: int) -> list[dict[str, str]]:
    """Cars and plain rows, `count` of each, one of every group before the second of any."""
    picked = []
    for wanted in (("car", None), ("not_car", "plain")):
        own = [r for r in rows if r["label"] == wanted[0] and wanted[1] in (None, r["subtype"])]
        own.sort(key=lambda r: zlib.crc32(r["id"].encode()))
        seen: Counter[str] = Counter()
        turns = []
        for row in own:
            turns.append((seen[row["group"]], len(turns), row))
            seen[row["group"]] += 1
        picked += [row for _, _, row in sorted(turns, key=lambda t: t[:2])[:count]]
    return picked


def seat_of(checker: Checker, picture: Any) -> DriversSeat:
    return checker.check_photo(load(picture)).drivers_seat


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=ROOT.parent / "shared")
    parser.add_argument("--use", choices=("train", "measure"), default="train")
    parser.add_argument("--count", type=int, default=120, help="photos of each class")
    parser.add_argument("--list", action="store_true", help="also every photo whose word changed, on standard error")
    options = parser.parse_args()
    photos = options.shared / "photos"
    if not (photos / "labels.csv").exists():
        print(f"{photos} has no labels.csv", file=sys.stderr)
        return 2
    if options.use == "measure":
        note_look("invariance")
    rows = chosen(read_rows(photos, options.use), options.count)
    checker, changes = seat_checker(), transformations()
    before: list[DriversSeat] = []
    after: list[dict[str, DriversSeat]] = []
    too_small: list[dict[str, bool]] = []
    for row in rows:
        rgb = np.asarray(load(photos / row["file"]).rgb)
        changed = {name: load(change(rgb)) for name, change in changes.items()}
        before.append(seat_of(checker, rgb))
        after.append({name: checker.check_photo(photo).drivers_seat for name, photo in changed.items()})
        enough = min(rgb.shape[:2]) >= FEW_PX
        too_small.append({name: enough and min(p.width, p.height) < FEW_PX for name, p in changed.items()})
    car = np.array([row["label"] == "car" for row in rows])
    groups = np.array([row["group"] for row in rows])
    print(f"{car.sum()} photos in cars, {(~car).sum()} plain (`use` = {options.use})\n")
    print("| transformation | in cars | plain | balanced | enough pixels | as asked | by group | changes |")
    print("|---|---|---|---|---|---|---|---|")
    worst = 1.0
    for name in changes:
        now = [seats[name] for seats in after]
        same = np.array([a.verdict == b.verdict for a, b in zip(before, now, strict=True)])
        each = [same[side].mean() for side in (car, ~car)]
        alike = np.mean([same[groups == g].mean() for g in np.unique(groups)])
        moves = Counter(
            f"{a.verdict} to {b.verdict}" for a, b in zip(before, now, strict=True) if a.verdict != b.verdict
        )
        worst = min(worst, float(np.mean(each)))
        cells = [share(same[side], list(groups[side])) for side in (car, ~car)]
        large = ~np.array([small[name] for small in too_small])
        apart = np.mean([same[side & large].mean() for side in (car, ~car)])
        cells += [
            f"{np.mean(each):.1%}",
            f"{apart:.1%}",
            f"{ASKED * each[0] + (1 - ASKED) * each[1]:.1%}",
            f"{alike:.1%}",
        ]
        print(f"| {name} | " + " | ".join(cells) + f" | {', '.join(f'{m} ({n})' for m, n in moves.most_common())} |")
        if options.list:
            for row, a, b, kept in zip(rows, before, now, same, strict=True):
                if not kept:
                    shown = [f"{s.verdict} {s.probability}" for s in (a, b)]
                    print(f"{name}: {row['id']} {shown[0]} to {shown[1]}", file=sys.stderr)
    print(f"\nworst transformation, balanced: {worst:.1%} (target {TARGET:.0%})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
