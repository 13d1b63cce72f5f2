"""How far off yaw, pitch and roll are, on rendered heads whose pose is known.

    bpyenv/bin/python fixtures/render/pose_set.py FOLDER     # four people, thirteen views each
    python benchmarks/head_pose.py FOLDER

Where a head's pitch is zero is a convention (ours: the median of conference speakers), and a rendered person's forehead
and chin need not follow it, so pitch is also given without each person's own offset. Markdown on standard output;
intervals are 95 %, by bootstrap over people.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from photo_set import interval

from headshot_check.photo import load
from headshot_check.scene import Nets, NotAssessed, Scene

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fixtures" / "render"))
from develop import Look, develop

LIMIT_DEG = 3.0
WIDEST_YAW_DEG = 31.0


def measure(folder: Path) -> tuple[list[str], NDArray[np.float64], NDArray[np.float64], int]:
    """People, true and measured (N, 3) yaw, pitch, roll, and how many views had no pose."""
    nets, people, true, got, missing = Nets(), [], [], [], 0
    for path in sorted(folder.glob("*.npz")):
        with np.load(path) as kept:
            pictures, poses = kept["linear"].astype(np.float32), kept["pose"]
        for linear, pose in zip(pictures, poses, strict=True):
            nowhere = np.zeros(linear.shape[:2], np.bool_)
            try:
                found = Scene(load(develop(linear, Look(face_weight=0.0), nowhere, seed=1)), nets).pose
            except NotAssessed:
                missing += 1
                continue
            people.append(path.stem)
            true.append(pose)
            got.append((found.yaw_deg, found.pitch_deg, found.roll_deg))
    return people, np.array(true, float), np.array(got, float), missing


def main() -> int:
    """The command line; 1 when an angle is off by more than the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    people, true, got, missing = measure(options.folder)
    off = got - true
    near = np.abs(true[:, 0]) <= WIDEST_YAW_DEG
    print(f"{len(off)} views of {len(set(people))} people, {missing} without a pose\n")
    print("| angle | mean absolute error, degrees | 95 % | largest | mean offset |\n|---|---:|---|---:|---:|")
    names = np.array(people)
    own = off.copy()
    for person in set(people):
        own[names == person] -= np.median(off[names == person], axis=0)
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
    print("\n| true yaw | " + " | ".join(f"{a:+.0f}" for a in (-30, -20, -10, 0, 10, 20, 30)) + " |")
    print("|---|" + "---:|" * 7 + "\n| measured, mean |", end="")
    level = (np.abs(true[:, 1]) < 1) & (np.abs(true[:, 2]) < 1)
    for angle in (-30, -20, -10, 0, 10, 20, 30):
        print(f" {got[level & (np.abs(true[:, 0] - angle) < 1), 0].mean():+.1f} |", end="")
    print(f"\n\nwithin {LIMIT_DEG:.0f} degrees: {'yes' if worst <= LIMIT_DEG else 'NO'}")
    return int(worst > LIMIT_DEG)


if __name__ == "__main__":
    sys.exit(main())
