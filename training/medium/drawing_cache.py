"""Examples for drawing.py, as the shipped network's head hears them.

    python -m training.medium.drawing_cache --photos ../shared/photos --out DIR --seed 1         # and more seeds
    python -m training.medium.drawing_cache --photos ../shared/photos --out DIR --as-is          # each picture once
    python -m training.medium.drawing_cache --photos ../shared/photos --out DIR --held-out       # to measure on

Pictures of people, and what is made of them, in several forms each (forms.py), as the product looks at them: its
decoding, its face, its networks. Kept of each are the 768 means and largest values that the hidden units hear. DIR
stays outside the repository.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter

from headshot_check.nets.all import Nets
from headshot_check.nets.medium import ANSWERS, piece
from headshot_check.nets.runtime import WEIGHTS
from headshot_check.photo import load
from headshot_check.scene import Scene
from training.medium.cache import known_rows, made, read, saved
from training.medium.forms import FIXED, any_forms
from training.medium.ordinary import Plain, sized
from training.rows import Row
from training.tflite_writer import packed

PIECE = 400
"""examples in a file"""
SHARES = {
    "plain": 0.45,
    "filter": 0.38,
    "lined": 0.05,
    "drawn": 0.03,
    "screen": 0.01,
    "print": 0.01,
    "call": 0.02,
    "overlay": 0.05,
}
DRAWINGS = ("filter", "lined", "drawn")
SELDOM = {"heic 60": 0.1, "avif 60": 0.3}
"""share of the pictures to measure on that are saved so: it takes long"""
EACH = 3
"""forms of one picture"""
_JOINED = 5
"""means and largest values that are joined to what the hidden units hear"""


class Example(NamedTuple):
    id: str
    kind: str
    name: str
    form: str
    is_drawn: bool
    rgb: np.ndarray
    again: bool = False
    """the picture before in another form"""


class Heard:
    """What the head hears of a picture, or None where the product finds no face."""

    def __init__(self) -> None:
        self._nets = Nets()
        self._last: Scene | None = None
        model: Any = schema.ModelT.InitFromPackedBuf((WEIGHTS / "medium.tflite").read_bytes(), 0)
        graph = model.subgraphs[0]
        (flat,) = (one.outputs[0] for one in graph.operators if len(one.inputs) == _JOINED)
        graph.outputs = np.array([*graph.outputs, flat], np.int32)
        self._net = Interpreter(model_content=packed(model), num_threads=1)
        self._net.allocate_tensors()
        self._into = [one["index"] for one in self._net.get_input_details()]
        self._out = [one["index"] for one in self._net.get_output_details()]

    def __call__(self, rgb: np.ndarray, *, again: bool = False) -> tuple[np.ndarray, ...] | None:
        """Log-odds (ANSWERS,), and the (768,) means and largest values.

        again
            The same picture in another form: the face is where it was, which saves half of the time.
        """
        scene = Scene(load(np.ascontiguousarray(rgb)), self._nets)
        if again and self._last is not None and self._last.photo.rgb.shape == scene.photo.rgb.shape:
            scene.__dict__["search"] = self._last.search
        self._last = scene
        if not scene.search.faces:
            return None
        self._net.set_tensor(self._into[0], scene._early)
        shown = piece(scene.halves, scene.main.box)[None].astype(np.float32) * np.float32(2 / 255) - 1
        self._net.set_tensor(self._into[1], shown)
        self._net.invoke()
        return tuple(self._net.get_tensor(index)[0] for index in self._out)


def examples(rows: list[Row], seed: int, only: str) -> Iterator[Example]:
    """Endless; of one kind `only`, where it is named."""
    rng, plain = np.random.default_rng(seed), Plain()
    kinds, shares = list(SHARES), np.array(list(SHARES.values()))
    while True:
        kind = only or str(rng.choice(kinds, p=shares))
        row = rows[int(rng.integers(len(rows)))]
        rgb, name = read(row), kind
        others = [read(rows[k]) for k in rng.integers(0, len(rows), 3)] if kind == "call" else ()
        if kind == "plain" and rng.random() < 0.6:
            name = "as is"
            if rng.random() < 0.5:
                rgb = sized(rgb, int(np.clip(max(rgb.shape[:2]) * rng.uniform(0.6, 1.5), 130, 800)))
        elif kind == "plain":
            rgb = plain(rgb, rng)
        else:
            rgb, _, name = made(kind, rgb, rng, others, apart=False)
            if rng.random() < 0.3:
                rgb = saved(rgb, rng)
        rgb = np.ascontiguousarray(rgb)
        for k, form in enumerate(any_forms(EACH, rng)):
            yield Example(row.id, kind, name, form.__name__, kind in DRAWINGS, form(rgb, rng), k > 0)


def as_they_are(rows: list[Row]) -> Iterator[Example]:
    """Every person's picture, once."""
    for row in rows:
        yield Example(row.id, "plain", "as is", "file", False, read(row))


def to_measure(rows: list[Row], seed: int, each: int) -> Iterator[Example]:
    """Every person in every form; and what is made of people, by what was fitted and by what never is."""
    rng = np.random.default_rng(seed)
    kinds = [(kind, apart) for kind in DRAWINGS for apart in (False, True) if (kind, apart) != ("lined", True)]
    people = [rows[k] for k in rng.permutation(len(rows))]
    for part in np.array_split(np.arange(len(people)), each):
        for row in (people[k] for k in part):
            yield from _in_all_forms(row, "plain", "as is", read(row), rng)
        for kind, apart in kinds:
            row = rows[int(rng.integers(len(rows)))]
            rgb, _, name = made(kind, read(row), rng, apart=apart)
            yield from _in_all_forms(row, f"{kind}{' apart' if apart else ''}", name, np.ascontiguousarray(rgb), rng)


def _in_all_forms(row: Row, kind: str, name: str, rgb: np.ndarray, rng: np.random.Generator) -> Iterator[Example]:
    for form, do in FIXED.items():
        if rng.random() < SELDOM.get(form, 1):
            yield Example(row.id, kind, name, form, kind != "plain", do(rgb), form != "as it is")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pieces", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=100, help="pictures of a kind to measure on")
    parser.add_argument("--only", choices=sorted(SHARES), default="", help="examples of this kind alone")
    parser.add_argument("--held-out", action="store_true", help="people kept back")
    parser.add_argument("--as-is", action="store_true", help="every picture once, of people kept back, too")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    people = [row for row in known_rows(options.photos, options.out) if row.kind in ("portrait", "pool")]
    apart = [row for row in people if row.held_out]
    if options.as_is:
        found, prefix = as_they_are(people), "whole"
    elif options.held_out:
        found, prefix = to_measure(apart, options.seed, options.each), "held"
    else:
        found, prefix = examples([row for row in people if not row.held_out], options.seed, options.only), "fit"
    heard, held = Heard(), {row.id for row in apart}
    for number in range(options.pieces):
        columns: dict[str, list[Any]] = {}
        for one in islice(found, PIECE):
            told = heard(one.rgb, again=one.again)
            values = {
                "ids": one.id,
                "kinds": one.kind,
                "names": one.name,
                "forms": one.form,
                "drawn": one.is_drawn,
                "held": one.id in held,
                "faces": told is not None,
                "told": np.zeros(len(ANSWERS), np.float32) if told is None else told[0],
                "flat": np.zeros(768, np.float16) if told is None else told[1].astype(np.float16),
            }
            for key, value in values.items():
                columns.setdefault(key, []).append(value)
        if not columns:
            break
        np.savez(
            options.out / f"{prefix}_{options.seed}_{number:03d}.npz", **{k: np.array(v) for k, v in columns.items()}
        )
        print(prefix, number, flush=True)


if __name__ == "__main__":
    main()
