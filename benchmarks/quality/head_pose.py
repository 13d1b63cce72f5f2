"""How far off yaw, pitch and roll are, on rendered heads whose pose is known.

    bpyenv/bin/python fixtures/render/pose_set.py FOLDER    # four people, thirteen views each
    export PYTHONPATH=fixtures/render                       # its modules know each other by their bare names
    python -m benchmarks.quality.head_pose FOLDER
    python -m benchmarks.quality.head_pose --fixtures       # the kept base renders of the fixtures, up to 10 degrees

Where a head's pitch is zero is a convention (ours: the median of conference speakers), and a rendered person's forehead
and chin need not follow it, so pitch is also given without each person's own offset. Markdown on standard output;
intervals are 95 %, by bootstrap over people.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np
from catalogue import SHOTS
from develop import Look, develop
from numpy.typing import NDArray
from true_pose import true_pose

from benchmarks.photo_set import interval
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.scene import NotAssessed, Scene

RENDER = Path(__file__).resolve().parents[2] / "fixtures" / "render"
Linear = NDArray[np.float32]
Pose = tuple[float, ...]
LIMIT_DEG = 3.0
WIDEST_YAW_DEG = 31.0


def rendered(folder: Path) -> Iterator[tuple[str, Linear, Pose]]:
    """Person, picture and pose of what pose_set.py made."""
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as kept:
            for linear, pose in zip(kept["linear"].astype(np.float32), kept["pose"], strict=True):
                yield path.stem, linear, tuple(float(angle) for angle in pose)


def fixtures() -> Iterator[tuple[str, Linear, Pose]]:
    """The same of the fixtures' base renders that are there."""
    for name, shot in SHOTS.items():
        path = RENDER / "work" / f"{name}.npz"
        if path.exists():
            with np.load(path) as kept:
                yield name, kept["linear"].astype(np.float32), true_pose(shot)


def measure(
    heads: Iterable[tuple[str, Linear, Pose]],
) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64], int]:
    """People, true and measured (N, 3) yaw, pitch, roll, and how many views had no pose."""
    nets, people, true, got, missing = Nets(), [], [], [], 0
    for person, linear, pose in heads:
        nowhere = np.zeros(linear.shape[:2], np.bool_)
        try:
            found = Scene(load(develop(linear, Look(face_weight=0.0), nowhere, seed=1)), nets).pose
        except NotAssessed:
            missing += 1
            continue
        people.append(person)
        true.append(pose)
        got.append((found.yaw_deg, found.pitch_deg, found.roll_deg))
    return people, np.array(true, float), np.array(got, float), missing


def main() -> int:
    """The command line; 1 when an angle is off by more than the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--fixtures", action="store_true")
    options = parser.parse_args()
    if options.folder is None and not options.fixtures:
        parser.error("give the folder of renders, or --fixtures")
    cv2.setNumThreads(1)
    heads = fixtures() if options.fixtures else rendered(options.folder)
    people, true, got, missing = measure(heads)
    if not people:
        parser.error("there are no renders with a pose: make them first (fixtures/render/README.md)")
    off = got - true
    near = np.abs(true[:, 0]) <= WIDEST_YAW_DEG
    print(f"{len(off)} views of {len(set(people))} people, {missing} without a pose\n")
    print("| angle | mean absolute error, degrees | 95 % | largest | mean offset |\n|---|---:|---|---:|---:|")
    names = np.array(people)
    own = off.copy()
    for person in set(people):
        own[names == person] -= np.median(off[names == person], axis=0)
    if options.fixtures:  # one view of each person: only the offset of all can be taken off
        own = off - np.median(off, axis=0)
    rows = (("yaw", off[:, 0]), ("pitch", off[:, 1]), ("roll", off[:, 2]), ("pitch, own offset taken off", own[:, 1]))
    worst = 0.0
    for name, errors in rows:
        error = np.abs(errors[near])
        low, high = interval(lambda index, e=error: float(e[index].mean()), list(names[near]))  # type: ignore[misc]
        print(
            f"| {name} | {error.mean():.1f} | {low:.1f} to {high:.1f} | {error.max():.1f} "
            f"| {errors[near].mean():+.1f} |"
        )
        worst = max(worst, float(error.mean()))
    slope = float(np.polyfit(true[near, 0], got[near, 0], 1)[0])
    print(f"\nmeasured yaw grows by {slope:.2f} degrees per degree")
    print(f"true yaw {true[:, 0].min():.0f} to {true[:, 0].max():.0f}")
    print(f"within {LIMIT_DEG:.0f} degrees: {'yes' if worst <= LIMIT_DEG else 'NO'}")
    return int(worst > LIMIT_DEG)


if __name__ == "__main__":
    sys.exit(main())
