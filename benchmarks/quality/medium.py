"""Photographs and what only looks like them: python -m benchmarks.quality.medium ../shared/photos [--use measure]

For each kind, pictures made from people whom no fit has seen, by filters, screens, prints and overlays that no fit has
seen either (training/medium/), but for `lined`, which has none kept apart: the share that is complained of. And
ordinary pictures as they are: the share that is. Held-out people of the train rows and the pool; with `--use measure`
the rows that are for measuring only, a look that is to be counted. Four minutes.
"""

from __future__ import annotations

import argparse
import pickle
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from headshot_check.errors import PhotoError
from headshot_check.measures import measure_all
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import judge, load_policy
from headshot_check.scene import Scene
from training import sources
from training.medium.cache import made, saved
from training.medium.fit import seen_by_eye
from training.rows import Row

CHECKS = ("medium.drawing", "medium.copy", "medium.screenshot", "medium.overlay")
ALARMS = 0.003
"""share of ordinary pictures that may be complained of"""
MEANT = {
    "filter": 0,
    "drawn": 0,
    "lined": 0,
    "screen": 1,
    "print": 1,
    "call": 2,
    "overlay": 3,
    "thin": 3,
    "large": 3,
    "marks": 3,
}


def examples(rows: list[Row], each: int, kinds: list[str], *, apart: bool) -> Iterator[tuple[str, str, np.ndarray]]:
    """Kind, what was done, picture; of more than there are people some several times."""
    for kind in kinds:
        rng = np.random.default_rng(7)
        for k in np.resize(rng.permutation(len(rows)), each):
            others = [sources.read(rows[n].path) for n in rng.integers(0, len(rows), 3)] if kind == "call" else ()
            rgb, _, name = made(kind, sources.read(rows[k].path), rng, others, apart=apart)
            yield kind, name, saved(rgb, rng)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--rows", type=Path, help="rows.pkl that training.medium.cache has left, to save a minute")
    parser.add_argument("--use", choices=("train", "measure"), default="train")
    parser.add_argument("--seen", type=Path, help="as for training.medium.fit: ordinary pictures that are none")
    parser.add_argument("--each", type=int, default=100)
    parser.add_argument("--kinds", nargs="+", default=list(MEANT), choices=list(MEANT))
    parser.add_argument("--fitted", action="store_true", help="made as the examples that fitting saw, of other people")
    parser.add_argument("--policy", default="linkedin")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    nets, rules = Nets(), load_policy(options.policy).rules

    def told(scene: Scene) -> tuple[list[str], list[float]]:
        """The status of each check, "nobody" where there is no face, and its value."""
        taken = measure_all(scene, CHECKS)
        if not scene.search.faces:
            return ["nobody"] * len(CHECKS), [0.0] * len(CHECKS)
        values = [one.value if isinstance(one.value, float) else 0.0 for one in taken.values()]
        return [judge(rules[check], taken[check]).status for check in CHECKS], values

    caught: dict[str, list[tuple[str, float]]] = defaultdict(list)
    if options.use == "measure":
        people = [row for row in sources.measured(options.photos) if not row.car]
    else:
        kept = pickle.loads(options.rows.read_bytes()) if options.rows else sources.rows(options.photos)
        people = [row for row in kept if row.kind in ("portrait", "pool") and row.held_out]
        for kind, name, rgb in examples(people, options.each, options.kinds, apart=not options.fitted):
            statuses, values = told(Scene(load(rgb), nets))
            one = statuses[MEANT[kind]], values[MEANT[kind]]
            caught[kind].append(one)
            caught[f"  {kind}: {name}"].append(one)
    seen = seen_by_eye(options.seen)
    ordinary: list[tuple[str, list[str], list[float]]] = []
    for row in people:
        try:
            scene = Scene(load(row.path), nets)
        except PhotoError:
            continue
        if scene.search.faces and row.id not in seen:
            ordinary.append((row.id, *told(scene)))
    limits = []
    print(f"{len(ordinary)} ordinary pictures")
    for k, check in enumerate(CHECKS):
        alarms = sorted(((values[k], f"{name} {statuses[k]}") for name, statuses, values in ordinary), reverse=True)
        limits.append(alarms[int(ALARMS * len(alarms))][0])
        some = [(value, one) for value, one in alarms if one.endswith(("warn", "fail"))]
        fails = sum(one.endswith("fail") for _, one in some)
        print(f"{check}: {len(some)} complaints ({len(some) / len(ordinary):.2%}), {fails} fails; ", end="")
        print(f"{ALARMS:.1%} are above {limits[-1]:.3f}")
        print("   ", ", ".join(f"{one} {value:.3f}" for value, one in some))
    print("kind: examples; complained of, of which fails, nobody; above what the ordinary reach, or nobody")
    for kind in sorted(caught, key=str.strip):
        told_of = [status for status, _ in caught[kind]]
        nobody, fails = told_of.count("nobody"), told_of.count("fail")
        limit = limits[MEANT[kind.strip().partition(":")[0]]]
        above = sum(value > limit for _, value in caught[kind])
        told_off, failed, seen_nobody, above_it = (
            f"{100 * count / len(told_of):3.0f} %"
            for count in (told_of.count("warn") + fails + nobody, fails, nobody, above + nobody)
        )
        print(f"{kind:28} {len(told_of):4} {told_off} {failed} {seen_nobody} {above_it}")


if __name__ == "__main__":
    main()
