"""Where the time of one warm check goes: the processor's time of each stage without what it calls, on one core.

    python -m benchmarks.speed.stages [--shape "12 MP"] [--photo FILE] [--rounds 40] [--all]

Stages are told apart by wrapping their functions, which adds about 1 ms to a check. `benchmarks/speed/micro` times them
one by one, with warmer caches.
"""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import headshot_check.assessment as assessment
import headshot_check.checker as checker_module
import headshot_check.measures as measures
from benchmarks.phone_photos import SHAPES, make
from headshot_check import Checker
from headshot_check.nets.runtime import Network
from headshot_check.scene import Scene

FIXTURE = Path(__file__).resolve().parents[2] / "fixtures" / "images" / "soft_office.jpg"
_OF_SCENE = ("search", "main", "_any_mesh", "eyes", "pose", "glance", "mask", "head", "face_crop", "car")


class Clock:
    """Time by stage, what a stage calls taken off."""

    def __init__(self) -> None:
        self.rounds: list[dict[str, float]] = []
        self._inner: list[float] = []

    def begin(self) -> None:
        """A new round."""
        self.rounds.append(defaultdict(float))

    def run(self, stage: str, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Call a function as a stage."""
        start = time.process_time()
        self._inner.append(0.0)
        try:
            return function(*args, **options)
        finally:
            took = time.process_time() - start
            self.rounds[-1][stage] += took - self._inner.pop()
            if self._inner:
                self._inner[-1] += took

    def wrap(self, owner: Any, name: str, stage: str) -> None:
        """Make a function of a module or class a stage."""
        function = getattr(owner, name)
        setattr(owner, name, lambda *args, **options: self.run(stage, function, *args, **options))

    def medians(self) -> dict[str, float]:
        """ms by stage."""
        stages = {stage for one in self.rounds for stage in one}
        return {stage: 1e3 * statistics.median(one[stage] for one in self.rounds) for stage in stages}


def instrument(clock: Clock) -> None:
    """Make stages of what a check is made of."""
    clock.wrap(checker_module, "load", "decode")
    for name in ("assess", "in_words", "suggested_crop"):
        clock.wrap(assessment, name, f"report: {name}")
    run_network, take, once = Network.__call__, measures._take, Scene.once
    Network.__call__ = lambda self, *inputs: clock.run(f"network: {self.name}", run_network, self, *inputs)  # type: ignore[method-assign]
    measures._take = lambda scene, check, *rest: clock.run(  # type: ignore[assignment]
        f"measure: {check.split('.')[0]}", take, scene, check, *rest
    )

    def asked_once(scene: Scene, function: Callable[[Scene], Any]) -> Any:
        if function in scene._kept:
            return once(scene, function)
        return clock.run(f"measure: {function.__module__.split('.')[-1]} (shared)", once, scene, function)

    Scene.once = asked_once  # type: ignore[method-assign]
    for name in _OF_SCENE:
        found = Scene.__dict__[name]
        stage, function = f"scene: {name.strip('_')}", found._function
        found._function = lambda scene, stage=stage, function=function: clock.run(stage, function, scene)


def milliseconds(function: Callable[[], Any], rounds: int) -> float:
    """Median of the processor's time."""
    function()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        function()
        times.append(time.process_time() - start)
    return 1e3 * statistics.median(times)


def main() -> None:
    """Print a table, the largest stage first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shape", default="12 MP", choices=[shape.name for shape in SHAPES])
    parser.add_argument("--photo", type=Path, help="a file of one's own instead of a made one")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--all", action="store_true", help="also stages under 0.1 ms")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as folder:
        shape = next(shape for shape in SHAPES if shape.name == options.shape)
        data = (options.photo or make(FIXTURE, shape, Path(folder))).read_bytes()
    checker = Checker()
    coded = np.frombuffer(data, np.uint8)
    floor = milliseconds(lambda: cv2.imdecode(coded, cv2.IMREAD_REDUCED_COLOR_8), options.rounds)
    whole = milliseconds(lambda: checker.check(data), options.rounds)
    clock = Clock()
    instrument(clock)
    for _ in range(options.rounds):
        clock.begin()
        clock.run("rest", checker.check, data)
    times = whole / floor
    print(f"{len(data) / 1e6:.2f} MB; decode at 1/8 {floor:.1f} ms; check {whole:.1f} ms, {times:.2f} times that\n")
    print("| stage | ms | share |\n|---|---:|---:|")
    for stage, took in sorted(clock.medians().items(), key=lambda item: -item[1]):
        if took >= 0.1 or options.all:
            print(f"| {stage} | {took:.2f} | {took / whole:.1%} |")


if __name__ == "__main__":
    main()
