"""Does a suggested crop get the same verdict from what is known of the photo as from a check of its own?

    python -m benchmarks.speed.crop_judged --photos ../shared/photos [--count 500] [--megapixels 12]

Photos that may be fitted on (use = train), in an order that has nothing to do with them, until `--count` of them had a
crop to judge. Each crop is judged twice: with the face, the person and what covers the face carried over from the whole
photo, as a check does it, and anew, all networks looking at the crop. Checks that no crop changes (the car, the camera)
are the whole photo's both ways and not counted. `--megapixels` enlarges the photos first, as phones take them.
Status 1 when fewer than 99.5 % of the checks or of the verdicts agree.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.photo_set import read_rows, shuffled
from benchmarks.speed.photo_files import developed
from headshot_check import assessment
from headshot_check.crop import target_for
from headshot_check.crop.frame import CropFrame, best_frame
from headshot_check.crop.pixels import snapped
from headshot_check.crop.result import judged_photo, known_scene
from headshot_check.crop.suggest import CARRIED, crop_wanted, promising, roll_limit
from headshot_check.errors import PhotoError
from headshot_check.nets.all import Nets
from headshot_check.photo import Photo, load
from headshot_check.policy import Policy, load_policy
from headshot_check.report import Report
from headshot_check.scene import NotAssessed, Scene

ASKED = 0.995


def frame_to_judge(scene: Scene, policy: Policy, known: assessment.Assessment) -> CropFrame | None:
    """The frame that a check would judge, if it would."""
    target = target_for(policy.name, policy.base)
    wrong = crop_wanted(known.judged)
    if not wrong:
        return None
    try:
        frame = best_frame(scene, target, roll_limit(policy))
    except NotAssessed:
        return None
    return snapped(frame, scene.photo) if promising(scene, frame, policy, known.judged, wrong) else None


def loaded(path: Path, megapixels: float | None) -> Photo | None:
    """The photo, None where it cannot be read."""
    try:
        if megapixels is None:
            return load(path)
        with Image.open(path) as image:
            return load(developed(np.asarray(image.convert("RGB")), megapixels))
    except (PhotoError, OSError):
        return None


def compared(report: Report, anew: Report) -> list[tuple[str, str, str]]:
    """Checks that differ: name, status from what is known, status anew."""
    was = {one.check: one.status for one in anew.findings}
    return [(one.check, one.status, was[one.check]) for one in report.findings if one.status != was[one.check]]


def main() -> int:
    """Judge, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--megapixels", type=float)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    policy, nets = load_policy("linkedin"), Nets()
    target = target_for(policy.name, policy.base)
    counted = len([check for check in policy.rules if not check.startswith(CARRIED)])
    differ: Counter[tuple[str, str, str]] = Counter()
    verdicts, scores, times, seen, doubtful = [], [], [], 0, 0
    for row in shuffled(read_rows(options.photos)):
        if len(verdicts) == options.count:
            break
        if row["use"] != "train":
            continue
        photo = loaded(options.photos / row["file"], options.megapixels)
        if photo is None:
            continue
        seen += 1
        scene = Scene(photo, nets)
        known = assessment.assess(scene, policy)
        frame = frame_to_judge(scene, policy, known)
        if frame is None:
            continue
        start = time.process_time()
        try:
            carried = known_scene(scene, frame, target)
        except NotAssessed:
            doubtful += 1
            continue
        first = assessment.report_on(carried, policy, nets, known, face_known=True)
        middle = time.process_time()
        second = assessment.report_on(Scene(judged_photo(scene, frame, target), nets), policy, nets, known)
        times.append((1e3 * (middle - start), 1e3 * (time.process_time() - middle)))
        apart = compared(first, second)
        differ.update(apart)
        verdicts.append(first.verdict == second.verdict)
        scores.append((first.score or 0) - (second.score or 0))
        if not verdicts[-1]:
            print(row["id"], first.verdict, second.verdict, apart, flush=True)
    same = 1 - differ.total() / (counted * len(verdicts))
    alike = sum(verdicts) / len(verdicts)
    print(f"\n{seen} photos, {len(verdicts)} crops judged both ways, {doubtful} more by their own check only")
    print(f"same status: {same:.2%} of {counted * len(verdicts)} checks; same verdict: {alike:.1%}")
    print(f"score apart: median {statistics.median(map(abs, scores)):.0f}, p95 {np.percentile(np.abs(scores), 95):.0f}")
    for what, column in (("from what is known", 0), ("anew", 1)):
        took = [pair[column] for pair in times]
        print(
            f"{what}: {statistics.mean(took):.1f} ms of the processor in the mean, median {statistics.median(took):.1f}"
        )
    print(*(f"{count} {check}: {now} / {then}" for (check, now, then), count in differ.most_common(25)), sep="\n")
    return int(min(same, alike) < ASKED)


if __name__ == "__main__":
    sys.exit(main())
