"""Examples for fit.py, as the trunk sees them: python -m training.medium.cache --photos ../shared/photos --out DIR

Real pictures as a camera or a page might have changed them, and the same made into drawings, screens, prints and
pictures with something laid over. Pieces of 250 examples are written one after another, all kinds in each, so that
fitting can begin before all are there. DIR stays outside the repository.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from headshot_check.nets.blazeface import FaceDetector
from headshot_check.nets.car_views import thumbnail
from headshot_check.nets.medium import ANSWERS, SIZE, piece
from headshot_check.pixels.shrinking import Halves
from training import sources
from training.medium import (
    calls,
    calls_apart,
    composed,
    copies,
    drawn,
    filters,
    lined,
    marks,
    marks_apart,
    overlays,
    overlays_apart,
    painted,
    stamps,
)
from training.medium.ordinary import Plain, sized
from training.medium.screen_parts import Others
from training.rows import Row

PIECE = 250
SHARES = {
    "plain": 0.4,
    "filter": 0.12,
    "drawn": 0.02,
    "screen": 0.1,
    "print": 0.04,
    "call": 0.12,
    "overlay": 0.2,
    "lined": 0,
    "coarse": 0,
    "thin": 0,
    "large": 0,
    "marks": 0,
}
"""of an example's kinds; `lined` and `coarse` have caches of their own, the last three are only measured on"""
_FILTERS = filters.FITTED + painted.FITTED
_CALLS = calls.FITTED + composed.FITTED + composed.FITTED
_OVERLAYS = overlays.FITTED + marks.FITTED + stamps.FITTED
_IS = {
    "filter": "drawing",
    "drawn": "drawing",
    "lined": "drawing",
    "screen": "screen",
    "call": "call",
    "print": "print",
    "overlay": "overlay",
    "thin": "overlay",
    "large": "overlay",
    "marks": "overlay",
}
_APART = {
    "overlay": overlays.KEPT_APART,
    "thin": overlays_apart.KEPT_APART,
    "large": overlays_apart.LARGE_APART,
    "marks": marks_apart.KEPT_APART,
}


def known_rows(photos: Path, out: Path) -> list[Row]:
    """Everything that may be fitted on, people and places, kept in out/rows.pkl."""
    kept = out / "rows.pkl"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(sources.rows(photos)))
    found: list[Row] = pickle.loads(kept.read_bytes())
    return found


def made(
    kind: str, rgb: np.ndarray, rng: np.random.Generator, others: Others = (), *, apart: bool
) -> tuple[np.ndarray, tuple[int, ...], str]:
    """A picture of a kind made from a real one; what it is, by ANSWERS; and the name of what was done.

    others
        Pictures of other people, for what shows several.
    apart
        What fitting never sees: only to be measured on.
    """
    rgb = sized(rgb, int(rng.integers(420, 800) if rng.random() < 0.25 else rng.integers(220, 420)))
    name = kind
    if kind == "filter":
        does = filters.KEPT_APART if apart else _FILTERS
        do = does[int(rng.integers(len(does)))]
        rgb, name = do(rgb, rng), do.__name__
    elif kind == "lined":
        do = lined.FITTED[int(rng.integers(len(lined.FITTED)))]
        rgb, name = do(rgb, rng), do.__name__
    elif kind == "drawn":
        draws = drawn.KEPT_APART if apart else drawn.FITTED
        draw = draws[int(rng.integers(len(draws)))]
        rgb, name = draw(int(rng.integers(220, 900)), rng), draw.__name__
    elif kind == "screen":
        rgb = copies.screen(rgb, rng, apart=apart)
    elif kind == "print":
        rgb = copies.print_out(rgb, rng, apart=apart)
    elif kind == "call":
        layouts = calls_apart.KEPT_APART if apart else _CALLS
        layout = layouts[int(rng.integers(len(layouts)))]
        rgb, name = layout(rgb, rng, others), layout.__name__
    elif kind in _APART:
        lays = _APART[kind] if apart else _OVERLAYS
        lay = lays[int(rng.integers(len(lays)))]
        rgb, name = (lay(rgb, rng) if apart else _visibly(lay, rgb, rng)), lay.__name__
    return rgb, tuple(int(answer == _IS.get(kind)) for answer in ANSWERS), name


def saved(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As a file: some smaller, soft or grainy, and compressed."""
    if rng.random() < 0.4:
        rgb = sized(rgb, max(130, int(max(rgb.shape[:2]) * rng.uniform(0.45, 1))))
    if rng.random() < 0.2:
        rgb = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(0.4, 1.5))
    if rng.random() < 0.25:
        rgb = np.clip(rgb + rng.normal(0, rng.uniform(1, 9), rgb.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.85:
        rgb = compressed(rgb, int(rng.integers(*((15, 40) if rng.random() < 0.12 else (40, 97)))))
    return np.ascontiguousarray(rgb)


def compressed(rgb: np.ndarray, quality: int) -> np.ndarray:
    """As a JPEG of this quality has it."""
    _, data = cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1])


def views(halves: Halves, face_box: tuple[float, float, float, float]) -> np.ndarray:
    """(2, SIZE, SIZE, 3): the whole frame, and a piece of the face."""
    return np.stack([thumbnail(halves, SIZE), piece(halves, face_box)])


class Looker:
    """Both views of a picture that shows a face."""

    def __init__(self) -> None:
        self._ranges = (FaceDetector("short"), FaceDetector("full"))

    def __call__(self, rgb: np.ndarray, *, place: bool, rng: np.random.Generator) -> np.ndarray | None:
        halves = Halves(rgb)
        for detector in self._ranges:
            if found := detector(halves):
                return views(halves, max(found, key=lambda face: face.box[2] - face.box[0]).box)
        if not place:
            return None
        x, y = rng.uniform(0, rgb.shape[1]), rng.uniform(0, rgb.shape[0])
        return views(halves, (x, y, x, y))


Example = tuple[Row, str, str, tuple[int, ...], np.ndarray]


def examples(rows: list[Row], seed: int, *, apart: bool, only: str = "") -> Iterator[Example]:
    """Row, kind, what was done, what it is and views; endless. Of one kind `only`, where it is named."""
    rng, plain, look = np.random.default_rng(seed), Plain(), Looker()
    kinds, shares = list(SHARES), np.array(list(SHARES.values()))
    people = [row for row in rows if row.kind not in ("place", "car_place")]
    order: list[Row] = []
    while True:
        kind = only or str(rng.choice(kinds, p=shares))
        if kind == "plain":
            if not order:
                order = [rows[k] for k in rng.permutation(len(rows))]
            row = order.pop()
        else:
            row = people[int(rng.integers(len(people)))]
        rgb = read(row)
        several = kind == "call" or (kind == "plain" and rng.random() < 0.15)
        others = [read(people[k]) for k in rng.integers(0, len(people), 3)] if several else ()
        if kind in ("plain", "coarse"):
            rgb, what, name = plain(rgb, rng, others), (0,) * len(ANSWERS), kind
        else:
            rgb, what, name = made(kind, rgb, rng, others, apart=apart)
        rgb = saved(rgb, rng)
        if kind == "coarse":
            rgb = compressed(rgb, int(rng.integers(26, 55)))
        seen = look(rgb, place=row.kind in ("place", "car_place"), rng=rng)
        if seen is not None:
            yield row, kind, name, what, seen


def as_they_are(rows: list[Row], seed: int) -> Iterator[Example]:
    """The same of every person's picture, once each and unaltered."""
    rng, look = np.random.default_rng(seed), Looker()
    for row in rows:
        if row.kind in ("portrait", "pool"):
            seen = look(read(row), place=False, rng=rng)
            if seen is not None:
                yield row, "plain", "as is", (0,) * len(ANSWERS), seen


def _visibly(lay: overlays.Overlay, rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture with something laid over it that can be seen: white on white teaches nothing."""
    for _ in range(6):
        out = lay(rgb, rng)
        if (np.abs(out.astype(np.int16) - rgb).max(2) > 24).mean() > 0.0015:
            break
    return out


def read(row: Row) -> np.ndarray:
    """The picture, 1,024 px at most."""
    rgb = sources.read(row.path)
    return sized(rgb, 1024) if max(rgb.shape[:2]) > 1024 else rgb


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pieces", type=int, default=72)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-out", action="store_true", help="people kept back and what is never fitted on")
    parser.add_argument("--as-is", action="store_true", help="every person's picture once, unaltered, and nothing else")
    parser.add_argument("--only", choices=sorted(SHARES), default="", help="examples of this kind alone")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    rows = known_rows(options.photos, options.out)
    rows = [row for row in rows if row.held_out == options.held_out]
    if options.held_out:
        rows = [row for row in rows if row.kind not in ("place", "car_place")]
    drawn_from = examples(rows, options.seed, apart=options.held_out, only=options.only)
    if options.as_is:
        drawn_from = as_they_are(rows, options.seed)
    if not (options.out / "trunk.tflite").exists():
        from training.medium.model import write_trunk

        write_trunk(np.stack([next(drawn_from)[-1] for _ in range(120)]), options.out)
    from ai_edge_litert.interpreter import Interpreter

    net = Interpreter(str(options.out / "trunk.tflite"), num_threads=1)
    net.allocate_tensors()
    into, outs = net.get_input_details()[0]["index"], [one["index"] for one in net.get_output_details()]
    for number in range(options.pieces):
        path = options.out / f"{'held' if options.held_out else 'fit'}_{options.seed}_{number:03d}.npz"
        found = list(islice(drawn_from, PIECE))
        if not found:
            break
        features: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
        for *_, seen in found:
            net.set_tensor(into, seen.astype(np.float32) / 127.5 - 1)
            net.invoke()
            for kept, out in zip(features, outs, strict=True):
                kept.append(net.get_tensor(out))
        ids, kinds, names = (np.array(column) for column in zip(*[(r.id, k, n) for r, k, n, *_ in found], strict=True))
        np.savez(
            path,
            ids=ids,
            kinds=kinds,
            names=names,
            what=np.array([one[3] for one in found], np.uint8),
            fine=np.stack(features[0]),
            coarse=np.stack(features[1]),
            thumbs=np.stack([cv2.resize(one[4][0], (80, 80), interpolation=cv2.INTER_AREA) for one in found]),
        )
        print(path.name, flush=True)


if __name__ == "__main__":
    main()
