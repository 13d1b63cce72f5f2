"""Examples for lettering.py: python -m training.medium.lettering_cache --photos ../shared/photos --out DIR [--hard NET]

People, places and what stands in them with words on it, as cameras and pages change them; half of them with letters,
marks, rings or bars laid over. Where those lie is known exactly: it is where the picture was changed. DIR stays outside
the repository.

`--hard` makes them of real pictures that an earlier fit takes for covered (shirts, walls, badges) and of large
portraits, as they are and changed: nothing lies over them, and what it marked is taught as lettering in the scene.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from headshot_check.nets.lettering import CELL, GROUND, SIZE, framed, in_patches
from headshot_check.pixels.shrinking import Halves
from training import sources
from training.medium import marks, overlays, scene_words, stamps
from training.medium.cache import known_rows, read, saved
from training.medium.ordinary import Plain, sized
from training.medium.worn import Worn
from training.rows import Row

PIECE = 500
OVERLAID, WORDY, CHANGED = 0.55, 0.4, 0.5
"""shares of examples that have something laid over; that have words in the scene; that are changed as owners do"""
LETTERS = (
    marks.lettering, marks.signature, marks.signature, stamps.net, stamps.across, stamps.thin_line, stamps.thin_line,
    stamps.date, stamps.date, stamps.large_words, stamps.large_words, stamps.large_words, stamps.on_the_head,
    overlays.watermark,
)  # fmt: skip
OTHERS = (*overlays.FITTED, marks.logo, marks.bar, marks.border, marks.sticker, stamps.bow, stamps.campaign)
_SEEN = 8
"""steps of grey from which a change can be seen"""
_OF_A_CELL = 0.04
"""share of a cell that is changed from which it counts as covered"""
_FLAT = 3.0
"""standard deviation of grey within a cell below which nothing is to be seen there"""
_LEAST = 80
"""px of a side below which nothing more is laid over"""
LARGE, VERSIONS, _MARKED = 300, 5, -1.0
"""px; of each hard picture; log-odds from which a cell is taught as lettering in the scene"""
NOTHING, COVERED, IN_SCENE, UNSURE = 0, 1, 2, 3
"""what a cell holds"""


class Maker:
    """Makes examples: (SIZE, SIZE) uint8 grey, (SIZE // CELL,) * 2 uint8 what each cell holds."""

    def __init__(self, rows: list[Row]) -> None:
        people = [row for row in rows if row.kind in ("portrait", "pool")]
        self._people = [
            *people,
            *(row for row in people if max(_size(row)) >= 400),
            *(row for row in people if max(_size(row)) >= 400),
        ]
        self._places = [row for row in rows if row.kind in ("place", "car_place")]
        self._plain, self._worn = Plain(), Worn()

    def __call__(self, rng: np.random.Generator) -> tuple[str, str, np.ndarray, np.ndarray]:
        """Id, what was done, picture, cells."""
        place = rng.random() < 0.25
        rows = self._places if place else self._people
        row = rows[int(rng.integers(len(rows)))]
        rgb = sources.read(row.path)
        most = max(rgb.shape[:2])
        if rng.random() < 0.85:
            rgb = sized(rgb, int(np.clip(rng.uniform(220, 800), 0.5 * most, (1.0 if place else 2.2) * most)))
        if rng.random() < CHANGED and not place:
            rgb = self._plain(rgb, rng)
        before, name = rgb, "plain"
        in_scene = np.zeros(rgb.shape[:2], np.float32)
        if rng.random() < WORDY:
            if place:
                do = scene_words.FITTED[int(rng.integers(len(scene_words.FITTED)))]
                rgb, name = do(rgb, rng), do.__name__
            else:
                rgb, name = self._worn(rgb, rng), "worn"
            in_scene = _changed(before, rgb)
        over = np.zeros(rgb.shape[:2], np.float32)
        if rng.random() < OVERLAID:
            does = LETTERS if rng.random() < 0.75 else OTHERS
            do, before = does[int(rng.integers(len(does)))], rgb
            rgb, name = do(rgb, rng), do.__name__
            over = _changed(before, rgb)
        shown = saved(rgb, rng)
        grey, (top, left, high, wide) = framed(Halves(shown))
        cells = cells_of(grey, *(_placed(one, top, left, high, wide) for one in (over, in_scene)))
        return row.id, name, grey, cells


def overlaid(grey: np.ndarray, held: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """An example with one more thing laid over it, and its cells: made while fitting, no two are alike."""
    rows, columns = (np.flatnonzero((grey != GROUND).any(axis)) for axis in (1, 0))
    if min(len(rows), len(columns)) < _LEAST:
        return grey, held
    inside = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    before = np.repeat(grey[inside][..., None], 3, 2)
    does = LETTERS if rng.random() < 0.85 else OTHERS
    after = does[int(rng.integers(len(does)))](before, rng)
    if after.shape != before.shape:
        return grey, held
    if rng.random() < 0.5:  # as soft as what was made smaller with the picture
        after = cv2.GaussianBlur(after, (0, 0), rng.uniform(0.3, 0.7))
        before = cv2.GaussianBlur(before, (0, 0), 0.5) if rng.random() < 0.3 else before
    shown, over = grey.copy(), np.zeros(grey.shape, np.float32)
    shown[inside] = cv2.cvtColor(after, cv2.COLOR_RGB2GRAY)
    over[inside] = _changed(before, after)
    new = cells_of(shown, over, np.zeros_like(over))
    return shown, np.where(new == NOTHING, held, new).astype(np.uint8)


def cells_of(grey: np.ndarray, over: np.ndarray, in_scene: np.ndarray) -> np.ndarray:
    """(SIZE // CELL,) * 2 what each cell holds, of the shares 0..1 of each px that are changed."""
    shares, scene = (cv2.resize(one, (SIZE // CELL,) * 2, interpolation=cv2.INTER_AREA) for one in (over, in_scene))
    blocks = grey.astype(np.float32).reshape(SIZE // CELL, CELL, SIZE // CELL, CELL)
    flat = blocks.std((1, 3)) < _FLAT
    cells = np.where(scene > _OF_A_CELL, IN_SCENE, NOTHING)
    cells = np.where(shares > _OF_A_CELL, COVERED, np.where(shares > 0.002, UNSURE, cells))
    return np.where((cells == COVERED) & flat, UNSURE, cells).astype(np.uint8)


def _changed(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    greys = [cv2.cvtColor(one, cv2.COLOR_RGB2GRAY).astype(np.int16) for one in (before, after)]
    return (np.abs(greys[1] - greys[0]) > _SEEN).astype(np.float32)


def _placed(share: np.ndarray, top: int, left: int, high: int, wide: int) -> np.ndarray:
    out = np.zeros((SIZE, SIZE), np.float32)
    out[top : top + high, left : left + wide] = cv2.resize(share, (wide, high), interpolation=cv2.INTER_AREA)
    return out


def _size(row: Row) -> tuple[int, int]:
    from PIL import Image

    with Image.open(row.path) as picture:
        return picture.size


def examples(maker: Maker, seed: int) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """Endless."""
    rng = np.random.default_rng(seed)
    while True:
        yield maker(rng)


def hard_examples(
    rows: list[Row], network: Path, most: int, seed: int
) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """The pictures that the network marks most, and all with a long side of LARGE or more, VERSIONS of each."""
    from ai_edge_litert.interpreter import Interpreter

    net = Interpreter(str(network), num_threads=1)
    net.allocate_tensors()

    def log_odds(grey: np.ndarray) -> np.ndarray:
        net.set_tensor(net.get_input_details()[0]["index"], in_patches(grey) * np.float32(1 / 127.5) - 1)
        net.invoke()
        return np.array(net.get_tensor(net.get_output_details()[0]["index"])[0, :, :, 0])

    rng, rows = np.random.default_rng(seed), [row for row in rows if row.kind in ("portrait", "pool")]
    marked = [float(np.sort(log_odds(framed(Halves(read(row)))[0]).ravel())[-8:].mean()) for row in rows]
    ranked = [rows[k] for k in np.argsort(marked)[::-1]]
    for row in [*ranked[:most], *(row for row in ranked[most:] if max(_size(row)) >= LARGE)]:
        rgb = read(row)
        for version in range(VERSIONS):
            shown = rgb
            if version:
                shown = saved(sized(rgb, max(160, int(max(rgb.shape[:2]) * rng.uniform(0.5, 1.5)))), rng)
            grey, _ = framed(Halves(shown))
            yield row.id, "hard", grey, np.where(log_odds(grey) > _MARKED, IN_SCENE, NOTHING).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pieces", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without", type=Path, help="ids, one a line: pictures with something over them already")
    parser.add_argument("--hard", type=Path, help="an earlier network: hard examples instead, of those it marks most")
    parser.add_argument("--most", type=int, default=350, help="how many of them")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    left_out = set(options.without.read_text(encoding="utf-8").split()) if options.without else set()
    rows = [row for row in known_rows(options.photos, options.out) if not row.held_out and row.id not in left_out]
    found = examples(Maker(rows), options.seed)
    if options.hard is not None:
        found = hard_examples(rows, options.hard, options.most, options.seed)
    for number in range(options.pieces):
        part = list(islice(found, PIECE))
        if not part:
            break
        ids, names, greys, cells = zip(*part, strict=True)
        path = options.out / f"letters_{options.seed}{'h' if options.hard else ''}_{number:03d}.npz"
        np.savez(path, ids=np.array(ids), names=np.array(names), greys=np.stack(greys), cells=np.stack(cells))
        print(path.name, flush=True)


if __name__ == "__main__":
    main()
