"""Does the suggested crop pass all framing checks, whenever the pixels allow it?

    python -m benchmarks.quality.crop --photos ../shared/photos [--count 200] [--target linkedin] [--sheet FOLDER]

Photos with one face that is off-centre (beyond 0.10 of the width), low (eyes beyond half of the height) or small (head
under 0.36 of the height), at most 60 of one source, until `--count` of them allow a crop. Each is cropped as
`headshot-check crop` does it, and the crop is checked like any photo.

Whether the pixels allow it is asked of a search of its own, not of the crop's: some rectangle of the target's shape,
out of some 20,000 per photo, holds all framing limits by the head's outline in the whole photo, the face has the
pixels, the shoulders show in the photo and the hair is not cut by it. `--sheet` writes the crops, failures first, to
look at (outside the repository).
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from benchmarks.photo_set import Row, read_rows, share_with_interval, shuffled
from headshot_check.checker import Checker
from headshot_check.crop import TARGETS, Target
from headshot_check.crop.result import CroppedPhoto
from headshot_check.measures.framing import shoulders
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import Policy
from headshot_check.report import Finding, Report
from headshot_check.scene import NotAssessed, Scene
from headshot_check.scene.circle import cut_by_circle

MOST_OF_A_SOURCE = 60


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--photos", type=Path, required=True)
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("--target", default="linkedin", choices=TARGETS)
    arguments.add_argument("--sheet", type=Path)
    given = arguments.parse_args()
    cv2.setNumThreads(1)
    target = TARGETS[given.target]
    checker, nets = Checker(target.policy), Nets()
    taken: dict[str, int] = defaultdict(int)
    results: list[tuple[Row, CroppedPhoto]] = []
    passed_over: Counter[str] = Counter()
    for row in shuffled(read_rows(given.photos)):
        if len(results) == given.count:
            break
        if row["faces"] != "1" or taken[row["source_repo"]] >= MOST_OF_A_SOURCE:
            continue
        photo = load(given.photos / row["file"])
        scene = Scene(photo, nets)
        if not wants_a_crop(scene):
            continue
        obstacle = in_the_way(scene, target, checker.policy)
        if obstacle:
            passed_over[obstacle] += 1
            continue
        taken[row["source_repo"]] += 1
        results.append((row, checker.crop(photo, target.name)))
    show(results, passed_over)
    if given.sheet is not None:
        sheet(results, given.sheet)


def wants_a_crop(scene: Scene) -> bool:
    """A face with a mesh that is off-centre, low or small."""
    try:
        head = scene.head
    except NotAssessed:
        return False
    x0, _, x1, _ = scene.main.box
    low = float(scene.eye_centres[:, 1].mean()) / scene.height
    return abs((x0 + x1) / 2 / scene.width - 0.5) > 0.10 or low > 0.5 or head.height / scene.height < 0.36


def framing_complaints(report: Report) -> list[Finding]:
    """What of the framing warns or fails."""
    return [one for one in report.findings if one.check.startswith("framing.") and one.status in ("warn", "fail")]


def new_complaints(crop: CroppedPhoto) -> list[str]:
    """Checks that are worse on the crop."""
    order = {"pass": 0, "not_assessed": 0, "warn": 1, "fail": 2}
    was = {one.check: order[one.status] for one in crop.before.findings}
    return [one.check for one in crop.report.findings if order[one.status] > was[one.check]]


def in_the_way(scene: Scene, target: Target, policy: Policy) -> str:
    """Why no upright rectangle holds all framing limits, by the head's outline in the photo; "" where one does."""

    def within(check: str, value: float) -> bool:
        if check not in policy.rules:
            return True
        limits = policy.rules[check].limits
        low = limits.warn_below if limits.warn_below is not None else limits.fail_below
        high = limits.warn_above if limits.warn_above is not None else limits.fail_above
        return (low is None or value >= low) and (high is None or value <= high)

    head, points = scene.head, scene.mesh.points[:, :2]
    if not within("framing.inter_eye_distance", scene.inter_eye_px / scene.photo.scale):
        return "the face has too few pixels"
    if head.crown_cut or not ((points >= 0) & (points <= (scene.width, scene.height))).all():
        return "hair or face are cut by the photo"
    if not within("framing.shoulders", float(shoulders(scene))):
        return "the shoulders do not show in the photo"
    x0, _, x1, _ = scene.main.box
    eyes, middle = float(scene.eye_centres[:, 1].mean()), (x0 + x1) / 2
    most = min(scene.height, scene.width / target.aspect)
    for high in np.linspace(head.height, most, 30) if most > head.height else ():
        wide = high * target.aspect
        for left in np.linspace(0, scene.width - wide, 25):
            for top in np.linspace(0, scene.height - high, 25):
                if (
                    within("framing.head_height", head.height / high)
                    and within("framing.eye_line", (eyes - top) / high)
                    and within("framing.offset", abs((middle - left) / wide - 0.5))
                    and within("framing.headroom", (head.crown_y - top) / head.height)
                    and points[:, 0].min() >= left
                    and points[:, 0].max() <= left + wide
                    and head.chin_y <= top + high
                    and (not target.circle or within("framing.circle_cut", cut_by_circle(head, left, top, wide)))
                ):
                    return ""
    return "no rectangle of this shape holds the limits"


def show(results: list[tuple[Row, CroppedPhoto]], passed_over: Counter[str]) -> None:
    """Tables of how many pass, and of what does not."""
    by_source: dict[str, list[tuple[Row, CroppedPhoto]]] = defaultdict(list)
    for row, crop in results:
        for name in (row["source_repo"], f"use = {row['use']}", "all"):
            by_source[name].append((row, crop))
    print("| source | photos | framing passes before | after the crop | 95 % |")
    print("|---|---:|---:|---:|---:|")
    for source, rows in sorted(by_source.items(), key=lambda pair: ("/" not in pair[0], -len(pair[1]))):
        before = sum(not framing_complaints(crop.before) for _, crop in rows)
        after = [not framing_complaints(crop.report) for _, crop in rows]
        share, low, high = share_with_interval(after, [row["group"] for row, _ in rows])
        print(f"| {source} | {len(rows)} | {before} | {sum(after)} ({share:.1%}) | {low:.1%}-{high:.1%} |")
    print("\nNot passing:")
    for row, crop in results:
        if left := framing_complaints(crop.report):
            said = [(one.check, one.status, round(float(one.value or 0), 3)) for one in left]
            print(row["id"], crop.crop.size, said)
    print(f"\npassed over because the pixels do not allow it: {dict(passed_over)}")
    before_mean = np.mean([crop.before.score or 0 for _, crop in results])
    after_mean = np.mean([crop.report.score or 0 for _, crop in results])
    print(f"score, mean: {before_mean:.0f} before, {after_mean:.0f} after")
    spoilt = [crop for _, crop in results if (crop.report.score or 0) < (crop.before.score or 0)]
    print(f"lower score after: {len(spoilt)}, with these checks worse:")
    print(Counter(check for crop in spoilt for check in new_complaints(crop)).most_common(12))
    print(f"straightened: {sum(crop.crop.rotation_deg != 0 for _, crop in results)}")


def sheet(results: list[tuple[Row, CroppedPhoto]], folder: Path) -> None:
    """Contact sheets of the crops, those that do not pass first."""
    folder.mkdir(parents=True, exist_ok=True)
    ordered = sorted(results, key=lambda one: (not framing_complaints(one[1].report), one[0]["id"]))
    for page in range(0, len(ordered), 60):
        paper = Image.new("RGB", (10 * 160, 6 * 160), "white")
        for place, (_, crop) in enumerate(ordered[page : page + 60]):
            image = Image.fromarray(crop.pixels)
            image.thumbnail((156, 156))
            paper.paste(image, (place % 10 * 160, place // 10 * 160))
        paper.save(folder / f"crops-{page // 60}.jpg", quality=85)


if __name__ == "__main__":
    main()
