"""Do outlined belts, head restraints, windows and roofs lie where they are? Against polygons drawn by hand on photos.

    python -m benchmarks.car.outlines [../shared] [--use train] [--before] [--sheet DIR] [--list]

Photographs of ../shared/photos/outlines.json, by cue: named (0.5 or more) and outlined where it is there and where it
is not; overlap is intersection over union, a window's with the pane that it fits best and with all glass. Only the main
person's worn belt and own head restraint count as there; photos where that is unclear count for nothing. Rows with
`use` = measure are for evaluation only (each look is counted in benchmarks/out/looks.txt). `--faces N` also counts
outlines on a face, and roofs on glass, over N photos: those with polygons first, then others.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.car import answers
from benchmarks.car.answers import Answer, Polygon
from benchmarks.car.car_photos import Row, read_outlines, read_rows
from benchmarks.car.error_sheet import draw, sheet, tile
from benchmarks.car.seen import note_look
from benchmarks.photo_set import shuffled
from benchmarks.scores import share
from headshot_check.photo import load

RIGHT = 0.3
"""Overlap from which an outline is right."""
NAMED = 0.5
ON_A_FACE = 0.1
"""Share of the face's oval from which an outline lies on it."""
ON_GLASS = 0.15
"""Share of the roof's outline from which it lies on a window."""
CUES = ("seat_belt", "headrest", "car_window", "roof", "steering_wheel")
ELSEWHERE = {
    "seat_belt": (),
    "headrest": ("headrest_unclear",),
    "car_window": ("near_opening", "windscreen_inside"),
    "roof": (),
    "steering_wheel": (),
}
"""Where one of these is drawn instead, the photo says nothing of the cue."""
OTHERS = {"seat_belt": ("seat_belt_other", "belt_unused"), "headrest": ("headrest_other", "headrest_unclear")}
"""What is of the kind, but not the main person's."""
_GRID = 400
"""Overlaps are counted on pictures of this longer side, px."""
Mask = NDArray[np.bool_]


@dataclass
class Pair:
    """One cue of one photo."""

    id: str
    group: str
    cue: str
    there: bool | None
    probability: float
    drawn: bool
    overlap: float
    """with the polygon that it fits best; 0 where nothing is drawn"""
    overlap_all: float
    """with all polygons of the cue together"""
    covered: float
    """share of all polygons' area that is drawn over"""
    of_others: float
    """share of what is drawn that lies on OTHERS"""


def compare(row: Row, truth: dict[str, Any], answer: Answer) -> list[Pair]:
    """Each cue of one photo."""
    size = _size(truth["width"], truth["height"])
    cues = {name: (probability or 0.0, outline) for name, probability, outline in answer.cues}
    pairs = []
    for cue in CUES:
        polygons = truth["polygons"].get(cue, [])
        there: bool | None = bool(polygons)
        if cue == "seat_belt" and truth["flags"].get("belt_worn") == "unclear":
            there = True if polygons else None
        elif not polygons and any(truth["polygons"].get(other) for other in ELSEWHERE[cue]):
            there = None
        probability, outline = cues.get(cue, (0.0, None))
        drawn = filled([outline] if outline else [], size)
        whole = filled(polygons, size)
        each = [overlap(filled([one], size), drawn) for one in polygons]
        if cue != "car_window":  # a belt or a restraint that the head divides is one thing
            each.append(overlap(whole, drawn))
        covered = float((drawn & whole).sum() / max(whole.sum(), 1))
        others = filled([p for other in OTHERS.get(cue, ()) for p in truth["polygons"].get(other, [])], size)
        of_others = float((drawn & others).sum() / max(drawn.sum(), 1))
        shares = max(each, default=0.0), overlap(whole, drawn), covered, of_others
        pairs.append(Pair(row["id"], row["group"], cue, there, probability, bool(outline), *shares))
    return pairs


def overlap(a: Mask, b: Mask) -> float:
    """Intersection over union, 0 where both are empty."""
    union = (a | b).sum()
    return float((a & b).sum() / union) if union else 0.0


def filled(polygons: list[Polygon], size: tuple[int, int]) -> Mask:
    """(h, w) where polygons in fractions of the frame lie."""
    mask = np.zeros(size[::-1], np.uint8)
    for polygon in polygons:
        cv2.fillPoly(mask, [np.round(np.array(polygon) * size).astype(np.int32)], 1)
    return mask > 0


def _size(width: float, height: float) -> tuple[int, int]:
    scale = _GRID / max(width, height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def report(pairs: list[Pair]) -> str:
    """Markdown, a line a cue."""
    head = ["cue", "there", "named", "outlined", f"overlap {RIGHT} or more", "median overlap", "of all: median"]
    head += ["covered: mean", "not there", "named", "outlined"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for cue in CUES:
        own = [p for p in pairs if p.cue == cue]
        there, absent = [p for p in own if p.there], [p for p in own if p.there is False]
        cells = [str(len(there)), _share(there, lambda p: p.probability >= NAMED), _share(there, lambda p: p.drawn)]
        cells.append(_share(there, lambda p: p.overlap >= RIGHT))
        overlaps = np.array([(p.overlap, p.overlap_all, p.covered) for p in there]).reshape(-1, 3)
        values = [*np.median(overlaps[:, :2], axis=0), overlaps[:, 2].mean()] if there else []
        cells += [f"{value:.2f}" for value in values] or ["-"] * 3
        cells += [str(len(absent)), _share(absent, lambda p: p.probability >= NAMED)]
        cells.append(_share(absent, lambda p: p.drawn))
        lines.append(f"| {cue} | " + " | ".join(cells) + " |")
    lines.append("")
    for cue in OTHERS:
        wrong = [p for p in pairs if p.cue == cue and p.drawn and p.overlap < RIGHT]
        lines.append(f"{cue}: {len(wrong)} wrong outlines, {sum(p.of_others > RIGHT for p in wrong)} on another's")
    return "\n".join(lines)


def _share(pairs: list[Pair], condition: Any) -> str:
    return share(np.array([condition(p) for p in pairs], bool), [p.group for p in pairs])


def on_faces(said: list[tuple[Row, Answer]]) -> dict[str, list[str]]:
    """By cue: the photos whose outline lies on the main face's oval."""
    found: dict[str, list[str]] = {cue: [] for cue in CUES}
    for row, answer in said:
        if answer.face is None:
            continue
        size = _size(int(row["width"]), int(row["height"]))
        x0, y0, x1, y1 = np.array(answer.face) * (*size, *size)
        oval = np.zeros(size[::-1], np.uint8)
        cv2.ellipse(oval, (((x0 + x1) / 2, (y0 + y1) / 2), (0.8 * (x1 - x0), y1 - y0), 0.0), 1, -1)
        for cue, _, outline in answer.cues:
            if outline and (filled([outline], size) & (oval > 0)).sum() > ON_A_FACE * oval.sum():
                found[cue].append(row["id"])
    return found


def roofs_on_glass(said: list[tuple[Row, Answer]], outlines: dict[str, dict[str, Any]]) -> list[str]:
    """Photos whose outlined roof lies on a window that was drawn by hand."""
    found = []
    for row, answer in said:
        roof = next((outline for cue, _, outline in answer.cues if cue == "roof"), None)
        if roof and row["id"] in outlines:
            size = _size(int(row["width"]), int(row["height"]))
            drawn = filled([roof], size)
            if (drawn & filled(outlines[row["id"]]["polygons"]["car_window"], size)).sum() > ON_GLASS * drawn.sum():
                found.append(row["id"])
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=answers.ROOT.parent / "shared")
    parser.add_argument("--use", choices=("measure", "train"), default="measure")
    parser.add_argument("--before", action="store_true", help="the version before, from the project's history")
    parser.add_argument("--sheet", type=Path, help="folder for pictures with outlines (never to be committed)")
    parser.add_argument("--list", action="store_true", help="also every photo, on standard error")
    parser.add_argument("--faces", type=int, default=0, metavar="N", help="outlines on faces, over N photos")
    options = parser.parse_args()
    photos = options.shared / "photos"
    if not (photos / "outlines.json").exists():
        print(f"{options.shared} has no photos/outlines.json", file=sys.stderr)
        return 2
    if options.use == "measure":
        note_look("outlines" + " of the version before" * options.before)
    outlines, ask = read_outlines(photos), answers.earlier_answers if options.before else answers.answers
    rows = read_rows(photos, options.use)
    drawn = [row for row in rows if row["id"] in outlines]
    said = list(zip(drawn, ask(drawn, photos), strict=True))
    pairs = [pair for row, answer in said for pair in compare(row, outlines[row["id"]], answer)]
    print(f"{len(drawn)} photos with polygons (`use` = {options.use})\n\n{report(pairs)}")
    if options.list:
        for p in pairs:
            if p.there or p.drawn or p.probability >= NAMED:
                print(f"{p.id} {p.cue} {p.there} {p.probability:.2f} {p.drawn} {p.overlap:.2f}", file=sys.stderr)
    if options.faces:
        others = [row for row in shuffled(rows) if row["id"] not in outlines]
        others.sort(key=lambda row: row["label"] != "car")
        others = others[: max(0, options.faces - len(drawn))]
        said += list(zip(others, ask(others, photos), strict=True))
        counts = {cue: f"{len(ids)} {' '.join(ids)}".strip() for cue, ids in on_faces(said).items()}
        outlined = {cue: sum(any(c == cue and o for c, _, o in a.cues) for _, a in said) for cue in CUES}
        print(f"\n{len(said)} photos, outlined: {outlined}\non a face: {counts}")
        print(f"roofs on glass: {' '.join(roofs_on_glass(said, outlines)) or 0}")
    if options.sheet:
        options.sheet.mkdir(parents=True, exist_ok=True)
        for k in range(0, len(said), 20):
            tiles = [_drawn(row, answer, outlines, photos) for row, answer in said[k : k + 20]]
            print(sheet(tiles, options.sheet / f"outlines_{k // 20:02d}.png"), file=sys.stderr)
    return 0


def _drawn(row: Row, answer: Answer, outlines: dict[str, Any], photos: Path) -> NDArray[np.uint8]:
    rgb = np.array(load(photos / row["file"]).rgb)
    draw(rgb, {cue: outline for cue, _, outline in answer.cues if outline})
    notes = [f"{cue[:9]} {probability or 0:.2f}{'' if outline else ' -'}" for cue, probability, outline in answer.cues]
    truth = outlines.get(row["id"], {}).get("polygons", {})
    there = ", ".join(cue[:4] for cue in CUES if truth.get(cue))
    return tile(rgb, "\n".join([f"{row['id']} {answer.probability:.2f} [{there}]", *notes]))


if __name__ == "__main__":
    sys.exit(main())
