"""Does everybody get the same answer? Rendered scenes with ten skin tones, and real photos by tone group.

    python -m benchmarks.quality.equality --renders FOLDER            # made by fixtures/render/equality_set.py
    python -m benchmarks.quality.equality --photos ../shared/photos [--keep FOLDER] [--use measure]

**Renders**: every picture of a scene is developed with one exposure rule, the whole frame metered as a phone does; a
scene x check pair is alike when the check has one status over all tones (or looks). The car verdict counts as a check.
Monk's orbs span more than skin does, so the pairs are also given for tones 4 to 9; and `--without backlit` leaves
scenes out. Intervals are 95 %, by bootstrap over checks.

**Photos**: failure rate of each light and colour check in three groups of skin tone, by two readings that err in
different ways (skin_tone.py); once for all, and once without the photos that are tagged as defective (side light, dark,
sunglasses ...), whose groups differ for reasons of their own. Intervals are 95 %, by bootstrap over groups; the
difference is the largest between two groups.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from benchmarks.photo_set import Row, interval, read_rows, shuffled, tags
from benchmarks.quality.skin_tone import tone_group
from benchmarks.quality.survey import Record, survey
from fixtures.render.develop import Look, develop, encode
from headshot_check.measures import measure_all
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import judge, load_policy
from headshot_check.scene import Scene

ALIKE, MOST_APART = 0.98, 0.03
SUBJECTS = ("lighting.", "colour.", "sharpness.", "eyes.", "covering.", "background.")
"""checks that skin could mislead, for photos"""
GROUPS = ("light", "medium", "dark")
Statuses = dict[str, str]


def developed(path: Path) -> bytes:
    """A phone's picture of the linear light in the file: the whole frame metered."""
    with np.load(path) as kept:
        linear = kept["linear"].astype(np.float32)
    pixels = develop(linear, Look(face_weight=0.0), np.zeros(linear.shape[:2], np.bool_), seed=1)
    return encode(pixels, 90, 200_000)


def statuses(picture: bytes, nets: Nets, policy: str) -> tuple[Statuses, dict[str, object]]:
    """Each check's status and value."""
    rules = load_policy(policy).rules
    measured = measure_all(Scene(load(picture), nets), rules)
    return {c: judge(rules[c], m).status for c, m in measured.items()}, {c: m.value for c, m in measured.items()}


def alike(found: dict[str, tuple[Statuses, dict[str, object]]], variants: list[str], scenes: list[str]) -> list[str]:
    """Lines: the share of alike pairs, over all and by scene, then each pair that is not.

    Where a face is not found at all in some pictures of a scene, its pairs that only differ by being not assessed there
    are counted, but told in one line.
    """
    same, checks, unlike, by_scene = [], [], [], []
    for scene in scenes:
        here = {v: found[f"{scene}--{v}"] for v in variants if f"{scene}--{v}" in found}
        if len(here) < 2:
            continue
        seen_all = [v for v in here if here[v][0]["faces.found"] == "pass"]
        first, hidden = len(same), 0
        for check in next(iter(here.values()))[0]:
            seen = {v: here[v][0][check] for v in here}
            same.append(len(set(seen.values())) == 1)
            checks.append(check)
            if not same[-1] and check != "faces.found" and len({seen[v] for v in seen_all}) == 1:
                hidden += 1
            elif not same[-1]:
                told = ", ".join(f"{v.split('-')[-1]} {s} {_short(here[v][1][check])}" for v, s in seen.items())
                unlike.append(f"- {scene}, {check}: {told}")
        if hidden:
            unlike.append(f"- {scene}: {hidden} more checks that are not assessed where no face is found")
        by_scene.append(f"{scene} {sum(same[first:])} of {len(same) - first}")
    share, values = float(np.mean(same)), np.array(same, float)
    low, high = interval(lambda index: float(values[index].mean()), checks)
    head = f"{sum(same)} of {len(same)} pairs alike: {100 * share:.1f} % ({100 * low:.1f} to {100 * high:.1f}; "
    return [head + f"{'met' if share >= ALIKE else 'NOT met'}); {', '.join(by_scene)}", *unlike]


def _short(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def renders(folder: Path, policy: str, without: list[str]) -> list[str]:
    """The share of alike pairs over tones and over looks."""
    nets = Nets()
    chosen = [path for path in sorted(folder.glob("*--*.npz")) if path.stem.split("--")[0] not in without]
    found = {path.stem: statuses(developed(path), nets, policy) for path in chosen}
    scenes = sorted({name.split("--")[0] for name in found})
    variants = sorted({name.split("--")[1] for name in found})
    tones = [v for v in variants if v.startswith("tone-")]
    looks = [v for v in variants if v.startswith("look-")]
    lines = [f"{len(found)} pictures, scenes: {', '.join(scenes)}"]
    for title, some in (("Ten tones", tones), ("Tones 4 to 9", tones[3:9]), ("Looks", looks)):
        if len(some) > 1:
            lines += [f"\n### {title}\n", *alike(found, some, scenes)]
    return lines


def grouped(rows: list[Row], records: dict[str, Record], estimate: str) -> list[str]:
    """One line per check: the share that fails in each group, and the largest difference."""
    known = [row for row in rows if row["id"] in records and records[row["id"]][estimate] is not None]
    tone = np.array([tone_group(records[row["id"]][estimate]) for row in known])
    members = [row["group"] for row in known]
    counts = ", ".join(f"{name} {int((tone == name).sum())}" for name in GROUPS)
    lines = [
        f"\n### By typology angle{', the picture white made white' if estimate == 'ita_white' else ''}: {counts}\n",
        "| check | status | light % | medium % | dark % | largest difference, points | 95 % |",
        "|---|---|---:|---:|---:|---:|---|",
    ]
    for check in records[known[0]["id"]]["checks"]:
        if not check.startswith(SUBJECTS):
            continue
        for status, counted in (("fails", ("fail",)), ("fails or warns", ("fail", "warn"))):
            hit = np.array([records[row["id"]]["checks"][check][1] in counted for row in known], float)
            if not hit.any():
                continue

            def apart(index: np.ndarray, hit: np.ndarray = hit) -> float:
                means = [hit[index][tone[index] == name].mean() for name in GROUPS if (tone[index] == name).any()]
                return float(max(means) - min(means))

            shares = [100 * float(hit[tone == name].mean()) for name in GROUPS]
            difference = apart(np.arange(len(known)))
            low, high = interval(apart, members, draws=400)
            bold = "**" if status == "fails" and difference > MOST_APART else ""
            lines.append(
                f"| {check} | {status} | {shares[0]:.1f} | {shares[1]:.1f} | {shares[2]:.1f} "
                f"| {bold}{100 * difference:.1f}{bold} | {100 * low:.1f} to {100 * high:.1f} |"
            )
    return lines


def photos(folder: Path, keep: Path | None, use: str | None, policy: str) -> list[str]:
    """Failure rates by tone group."""
    rows = [
        row
        for row in shuffled(read_rows(folder))
        if row["label"] == "not_car" and row["faces"] == "1" and (use is None or row["use"] == use)
    ]
    records = survey(folder, rows, keep, policy)
    lines = []
    fair = [row for row in rows if not tags(row) - {"lowres", "tight"}]
    for title, chosen in (("all", rows), ("without those tagged as defective", fair)):
        lines.append(f"\n{len(chosen)} photos ({use or 'train and measure'}), {title}")
        for estimate in ("ita", "ita_white"):
            lines += grouped(chosen, records, estimate)
    return lines


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--renders", type=Path)
    parser.add_argument("--without", nargs="+", default=[], metavar="SCENE", help="scenes to leave out")
    parser.add_argument("--photos", type=Path)
    parser.add_argument("--keep", type=Path, help="a folder outside the repository")
    parser.add_argument("--use", choices=("train", "measure"))
    parser.add_argument("--policy", default="linkedin")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.renders is None and options.photos is None:
        parser.error("give --renders or --photos")
    if options.renders:
        print("\n".join(["## Rendered scenes\n", *renders(options.renders, options.policy, options.without)]))
    if options.photos:
        print("\n".join(["\n## Photos\n", *photos(options.photos, options.keep, options.use, options.policy)]))


if __name__ == "__main__":
    main()
