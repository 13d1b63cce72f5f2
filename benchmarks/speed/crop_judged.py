"""Does a suggested crop get the same verdict from what is known of the photo as from a check of its own?

    python -m benchmarks.speed.crop_judged --photos ../shared/photos [--count 500] [--megapixels 12]

Photos that may be fitted on (use = train), in an order that has nothing to do with them, until `--count` of them have
been cropped, whether or not they need it. Each crop is judged twice: with the face and what covers it carried over from
the whole photo, as a check does it, and anew, all networks looking at the crop; and a third time as it would be
written, from the file's own pixels, which shows how far two checks of their own agree. Checks that no crop changes (the
car, the camera) are the whole photo's each time and not counted. `--megapixels` enlarges the photos first, as phones
take them. Status 1 when fewer than 99.5 % of the checks or of the verdicts agree.
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
from headshot_check.assessment import assess, report_on
from headshot_check.crop import target_for
from headshot_check.crop.frame import best_frame
from headshot_check.crop.pixels import snapped
from headshot_check.crop.result import cropped_photo, judged_photo, known_scene
from headshot_check.crop.suggest import CARRIED, roll_limit
from headshot_check.errors import PhotoError
from headshot_check.nets.all import Nets
from headshot_check.photo import Photo, load
from headshot_check.policy import load_policy
from headshot_check.report import Report
from headshot_check.scene import NotAssessed, Scene

ASKED = 0.995


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
    return [
        (one.check, one.status, was[one.check])
        for one in report.findings
        if one.status != was[one.check] and one.check != "file.size"  # only what is written has one
    ]


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
    pairs = ("known / anew", "known / written", "anew / written")
    differ: dict[str, Counter[tuple[str, str, str]]] = {pair: Counter() for pair in pairs}
    verdicts: dict[str, list[bool]] = {pair: [] for pair in pairs}
    times, seen, doubtful = [], 0, 0
    for row in shuffled(read_rows(options.photos)):
        if len(times) == options.count:
            break
        photo = loaded(options.photos / row["file"], options.megapixels) if row["use"] == "train" else None
        if photo is None:
            continue
        seen += 1
        scene = Scene(photo, nets)
        whole = assess(scene, policy)
        try:
            frame = snapped(best_frame(scene, target, roll_limit(policy)), photo)
            start = time.process_time()
            crop, same = known_scene(scene, frame, target)
        except NotAssessed:
            doubtful += 1
            continue
        reports = {"known": report_on(crop, policy, whole, same=same)}
        middle = time.process_time()
        reports["anew"] = report_on(Scene(judged_photo(scene, frame, target), nets), policy, whole)
        times.append((1e3 * (middle - start), 1e3 * (time.process_time() - middle)))
        written, _ = cropped_photo(photo, frame, target, target.sizes[0], enlarge=False)
        reports["written"] = report_on(Scene(written, nets), policy, whole)
        for pair in pairs:
            one, other = (reports[name] for name in pair.split(" / "))
            differ[pair].update(compared(one, other))
            verdicts[pair].append(one.verdict == other.verdict)
    print(f"{seen} photos, {len(times)} cropped, {doubtful} without a face that is known")
    for pair in pairs:
        same_status, alike = 1 - differ[pair].total() / (counted * len(times)), statistics.mean(verdicts[pair])
        print(f"\n{pair}: same status {same_status:.2%} of {counted * len(times)} checks, same verdict {alike:.1%}")
        print("; ".join(f"{n} {check} {a} / {b}" for (check, a, b), n in differ[pair].most_common(12)))
    for what, column in (("from what is known", 0), ("anew", 1)):
        took = [pair[column] for pair in times]
        print(
            f"{what}: {statistics.mean(took):.1f} ms of the processor in the mean, median {statistics.median(took):.1f}"
        )
    first = pairs[0]
    enough = statistics.mean(verdicts[first]) >= ASKED and differ[first].total() <= (1 - ASKED) * counted * len(times)
    return int(not enough)


if __name__ == "__main__":
    sys.exit(main())
