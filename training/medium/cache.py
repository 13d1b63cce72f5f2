"""Examples for fit.py, as the trunk sees them: python -m training.medium.cache --photos ../shared/photos --out DIR

Real pictures as a camera or a page might have changed them, and the same made into drawings, screens, prints and
pictures with something laid over. Pieces of 250 examples are written one after another, all kinds in each, so that
fitting can begin before all are there. DIR stays outside the repository.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from headshot_check.nets.blazeface import FaceDetector
from headshot_check.nets.car_views import thumbnail
from headshot_check.nets.medium import ANSWERS, SIZE, piece
from headshot_check.nets.selfie import SelfieSegmenter
from headshot_check.pixels.shrinking import Halves
from training import sources
from training.medium import calls, copies, drawn, filters, marks, overlays, painted
from training.medium.letters import cover, laid, words
from training.medium.screen_parts import Others
from training.rows import Row

PIECE = 250
SHARES = {"plain": 0.4, "filter": 0.16, "drawn": 0.03, "screen": 0.08, "print": 0.05, "call": 0.08, "overlay": 0.2}
"""of an example's kinds"""
_FILTERS = filters.FITTED + painted.FITTED
_OVERLAYS = overlays.FITTED + marks.FITTED
_IS = {
    "filter": "drawing",
    "drawn": "drawing",
    "screen": "screen",
    "call": "call",
    "print": "print",
    "overlay": "overlay",
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
    rgb = _sized(rgb, int(rng.integers(420, 800) if rng.random() < 0.25 else rng.integers(220, 420)))
    name = kind
    if kind == "filter":
        does = filters.KEPT_APART if apart else _FILTERS
        do = does[int(rng.integers(len(does)))]
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
        layouts = calls.KEPT_APART if apart else calls.FITTED
        layout = layouts[int(rng.integers(len(layouts)))]
        rgb, name = layout(rgb, rng, others), layout.__name__
    elif kind == "overlay":
        lays = overlays.KEPT_APART if apart else _OVERLAYS
        lay = lays[int(rng.integers(len(lays)))]
        rgb, name = (lay(rgb, rng) if apart else _visibly(lay, rgb, rng)), lay.__name__
    return rgb, tuple(int(answer == _IS.get(kind)) for answer in ANSWERS), name


class Plain:
    """What cameras, pages and their owners do to an ordinary picture that leaves it a photograph."""

    def __init__(self) -> None:
        self._mask = SelfieSegmenter()

    def __call__(self, rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        if rng.random() < 0.6:
            rgb = _sized(rgb, int(rng.integers(160, 800)))
        if rng.random() < 0.1:  # words and signs on the wall behind, as of conferences
            mask = cv2.resize(self._mask(np.ascontiguousarray(rgb)), (rgb.shape[1], rgb.shape[0]))[..., None]
            rgb = (rgb * mask + _wall(rgb, rng) * (1 - mask)).astype(np.uint8)
        chance = rng.random()
        if chance < 0.12:  # cut out before a plain colour
            mask = cv2.resize(self._mask(np.ascontiguousarray(rgb)), (rgb.shape[1], rgb.shape[0]))[..., None]
            ramp = np.linspace(1, rng.uniform(0.8, 1.1), rgb.shape[0])[:, None, None]
            rgb = np.clip(rgb * mask + rng.uniform(0, 255, 3) * ramp * (1 - mask), 0, 255).astype(np.uint8)
        elif chance < 0.2:  # background blurred
            mask = cv2.resize(self._mask(np.ascontiguousarray(rgb)), (rgb.shape[1], rgb.shape[0]))[..., None]
            soft = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(3, 12))
            rgb = (rgb * mask + soft * (1 - mask)).astype(np.uint8)
        elif chance < 0.28:  # a round picture on a plain ground
            high, wide = rgb.shape[:2]
            inside = cv2.ellipse(
                np.zeros((high, wide), np.uint8), (wide // 2, high // 2), (wide // 2, high // 2), 0, 0, 360, 1, -1
            )
            rgb = np.where(inside[..., None] > 0, rgb, np.uint8(rng.choice([0, 255])))
        elif chance < 0.34:  # plain bars
            bar = int(max(rgb.shape[:2]) * rng.uniform(0.05, 0.25))
            sides = (bar, bar, 0, 0) if rng.random() < 0.5 else (0, 0, bar, bar)
            rgb = cv2.copyMakeBorder(rgb, *sides, cv2.BORDER_CONSTANT, value=[float(rng.choice([0, 255]))] * 3)
        values = rgb.astype(np.float32)
        if rng.random() < 0.12:
            values = np.repeat(values.mean(2, keepdims=True), 3, 2)
        elif rng.random() < 0.3:
            grey = values.mean(2, keepdims=True)
            values = grey + (values - grey) * rng.uniform(0.5, 1.5)
        if rng.random() < 0.4:  # exposure, contrast, white balance
            values = 255 * np.clip(values / 255, 0, 1) ** rng.uniform(0.55, 1.8)
            values = (values - 128) * rng.uniform(0.8, 1.3) + 128
            values *= rng.uniform(0.85, 1.15, 3)
        rgb = np.clip(values, 0, 255).astype(np.uint8)
        if rng.random() < 0.15:  # skin made smooth
            rgb = cv2.addWeighted(rgb, 0.4, cv2.bilateralFilter(rgb, 7, 25, 5), 0.6, 0)
        if rng.random() < 0.2:
            rgb = cv2.addWeighted(rgb, 1.8, cv2.GaussianBlur(rgb, (0, 0), 1.2), -0.8, 0)
        return rgb


def _wall(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture with words and signs printed on it, seen from aside and a little soft: to show behind a person."""
    high, wide = rgb.shape[:2]
    printed = np.zeros((high, wide), np.float32)[..., None].repeat(3, 2)
    tall, mark = high * rng.uniform(0.05, 0.25), marks.emblem(int(high * 0.15), rng)
    if rng.random() < 0.8:
        mark = cover(words(rng), max(7, tall), rng)
    many = rng.random() < 0.6
    for _ in range(int(rng.integers(6, 30)) if many else 2):
        laid(printed, mark, rng.uniform(0, wide), rng.uniform(0, high), np.full(3, 255.0), 1)
    corners = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    moved = corners + rng.uniform(-0.12, 0.12, (4, 2)).astype(np.float32) * (wide, high)
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    share = cv2.GaussianBlur(cv2.warpPerspective(printed, matrix, (wide, high)), (0, 0), rng.uniform(0.6, 3)) / 255
    share *= rng.uniform(0.5, 1)
    light = cv2.GaussianBlur(rgb, (0, 0), max(high, wide) / 30) / 160  # the print is lit as the wall is
    return np.clip(rgb * (1 - share) + rng.uniform(0, 255, 3) * light * share, 0, 255)


def saved(rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """As a file: some smaller, soft or grainy, and compressed."""
    if rng.random() < 0.4:
        rgb = _sized(rgb, max(130, int(max(rgb.shape[:2]) * rng.uniform(0.45, 1))))
    if rng.random() < 0.2:
        rgb = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(0.4, 1.5))
    if rng.random() < 0.25:
        rgb = np.clip(rgb + rng.normal(0, rng.uniform(1, 9), rgb.shape), 0, 255).astype(np.uint8)
    if rng.random() < 0.85:
        _, data = cv2.imencode(
            ".jpg",
            rgb[..., ::-1],
            [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(*((15, 40) if rng.random() < 0.12 else (40, 97))))],
        )
        rgb = cv2.imdecode(data, cv2.IMREAD_COLOR)[..., ::-1]
    return np.ascontiguousarray(rgb)


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


def examples(rows: list[Row], seed: int, *, apart: bool) -> Iterator[Example]:
    """Row, kind, what was done, what it is and views; endless."""
    rng, plain, look = np.random.default_rng(seed), Plain(), Looker()
    kinds, shares = list(SHARES), np.array(list(SHARES.values()))
    people = [row for row in rows if row.kind not in ("place", "car_place")]
    order: list[Row] = []
    while True:
        kind = str(rng.choice(kinds, p=shares))
        if kind == "plain":
            if not order:
                order = [rows[k] for k in rng.permutation(len(rows))]
            row = order.pop()
        else:
            row = people[int(rng.integers(len(people)))]
        rgb = _read(row)
        if kind == "plain":
            rgb, what, name = plain(rgb, rng), (0,) * len(ANSWERS), kind
        else:
            others = [_read(people[k]) for k in rng.integers(0, len(people), 3)] if kind == "call" else ()
            rgb, what, name = made(kind, rgb, rng, others, apart=apart)
        seen = look(saved(rgb, rng), place=row.kind in ("place", "car_place"), rng=rng)
        if seen is not None:
            yield row, kind, name, what, seen


def _visibly(lay: overlays.Overlay, rgb: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture with something laid over it that can be seen: white on white teaches nothing."""
    for _ in range(6):
        out = lay(rgb, rng)
        if (np.abs(out.astype(np.int16) - rgb).max(2) > 24).mean() > 0.0015:
            break
    return out


def _read(row: Row) -> np.ndarray:
    rgb = sources.read(row.path)
    return _sized(rgb, 1024) if max(rgb.shape[:2]) > 1024 else rgb


def _sized(rgb: np.ndarray, long_side: int) -> np.ndarray:
    scale = long_side / max(rgb.shape[:2])
    size = (max(32, round(rgb.shape[1] * scale)), max(32, round(rgb.shape[0] * scale)))
    return cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pieces", type=int, default=72)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--held-out", action="store_true", help="people kept back and what is never fitted on")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    rows = known_rows(options.photos, options.out)
    rows = [row for row in rows if row.held_out == options.held_out]
    if options.held_out:
        rows = [row for row in rows if row.kind not in ("place", "car_place")]
    drawn_from = examples(rows, options.seed, apart=options.held_out)
    if not (options.out / "trunk.tflite").exists():
        from training.medium.model import write_trunk

        write_trunk(np.stack([next(drawn_from)[-1] for _ in range(120)]), options.out)
    from ai_edge_litert.interpreter import Interpreter

    net = Interpreter(str(options.out / "trunk.tflite"), num_threads=1)
    net.allocate_tensors()
    into, outs = net.get_input_details()[0]["index"], [one["index"] for one in net.get_output_details()]
    for number in range(options.pieces):
        path = options.out / f"{'held' if options.held_out else 'fit'}_{options.seed}_{number:03d}.npz"
        found = [next(drawn_from) for _ in range(PIECE)]
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
