"""How well the driver's seat is recognised, beside its peers, on photos that nothing was fitted on.

    python -m benchmarks.car.accuracy [../shared] [--out table.md] [--sheet DIR] [--first car.tflite] [--use measure]

The folder holds photos/ (labels.csv, images/) and models/ (an ImageNet MobileNetV2: its largest car class and its
seat-belt class, each the maximum over a centre crop and a letterboxed frame). The first version of the network is read
from the project's history. Rows with `use` = measure are for evaluation only: they may be looked at now and then, and
nothing may be chosen by them; --use train shows rows that were fitted on, to develop this script. Markdown; intervals
are 95 %, by bootstrap over groups (person, car or event). A photo without a face counts as 0 for the detector.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from benchmarks.car.car_photos import SELFIES, YAWDD, CarPhoto, look, read_rows
from benchmarks.car.car_rivals import FirstVersion, ImageNetPeer, first_version
from benchmarks.car.error_sheet import write_sheets
from benchmarks.scores import MEASURES, Scores, auc, calibration_error, draws, gain, share, with_interval

OURS, FIRST, PEER, BELT = "detector", "first version", "ImageNet, cars", "ImageNet, seat belt"
SAID_PRIOR = 0.20
"""Share of cars that the probability refers to (training/calibrate.py)."""
LEAST = 3
"""A source or kind with fewer photos has no row of its own."""
Systems = dict[str, Scores]


def table(rows: list[list[str]]) -> str:
    """Markdown, the first row is its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def parts_of(photos: list[CarPhoto]) -> dict[str, list[int]]:
    """In-car photos, pooled and by how and where they were taken: name to their indices."""
    cars = [k for k, p in enumerate(photos) if p.car]
    sources = Counter(photos[k].row["source_repo"] for k in cars)
    parts = {"all in cars": cars, "without YawDD": [k for k in cars if photos[k].row["source_repo"] != YAWDD]}
    parts["hand-held selfies"] = [k for k in cars if photos[k].kind in SELFIES]
    for kind in sorted({photos[k].kind for k in cars}):
        parts[f"subtype {kind}"] = [k for k in cars if photos[k].kind == kind]
    for source, _ in sources.most_common():
        parts[f"source {source}"] = [k for k in cars if photos[k].row["source_repo"] == source]
    kept: dict[str, list[int]] = {}
    for name, members in parts.items():
        if len(members) >= LEAST and members not in kept.values():
            kept[name] = members
    return kept


def recognition(photos: list[CarPhoto], systems: Systems) -> str:
    """Every system on every part of the in-car photos against all negatives."""
    others = [k for k, p in enumerate(photos) if not p.car]
    rows = [["in-car photos", "n", "system", *MEASURES]]
    for name, members in parts_of(photos).items():
        chosen = np.array(members + others)
        yes = np.arange(len(chosen)) < len(members)
        picks = draws(yes, [photos[k].row["group"] for k in chosen])
        for system, score in systems.items():
            cells = [with_interval(m, yes, score[chosen], picks) for m in MEASURES.values()]
            rows.append([name, str(len(members)), system, *cells])
    return table(rows)


def gains(photos: list[CarPhoto], systems: Systems) -> str:
    """How much the detector is ahead of each rival on the same photos."""
    yes = np.array([p.car for p in photos])
    picks = draws(yes, [p.row["group"] for p in photos])
    rows = [["detector ahead of", *MEASURES]]
    for system in (name for name in systems if name != OURS):
        cells = [gain(m, yes, systems[OURS], systems[system], picks) for m in MEASURES.values()]
        rows.append([system, *cells])
    return table(rows)


def against_kinds(photos: list[CarPhoto], systems: Systems) -> str:
    """AUC of all in-car photos against each kind of negative, and against each source's negatives."""
    cars = [k for k, p in enumerate(photos) if p.car]
    rows = [["negatives", "n", *(f"AUC, {name}" for name in systems)]]
    others = [k for k, p in enumerate(photos) if not p.car]
    names = {f"kind {kind}": [k for k in others if photos[k].kind == kind] for kind in _kinds(photos)}
    for source, _ in Counter(photos[k].row["source_repo"] for k in others).most_common():
        names[f"source {source}"] = [k for k in others if photos[k].row["source_repo"] == source]
    for name, members in names.items():
        if len(members) < LEAST:
            continue
        chosen = np.array(cars + members)
        yes = np.arange(len(chosen)) < len(cars)
        picks = draws(yes, [photos[k].row["group"] for k in chosen])
        rows.append([name, str(len(members)), *(with_interval(auc, yes, s[chosen], picks) for s in systems.values())])
    return table(rows)


def verdicts(photos: list[CarPhoto]) -> str:
    """What the whole checker says, by kind: its own face search, limits and "not assessed"."""
    rows = [["photos", "n", "likely", "possible", "unlikely", "not assessed"]]
    named = {f"not in a car: {kind}": [p for p in photos if not p.car and p.kind == kind] for kind in _kinds(photos)}
    named["not in a car: all"] = [p for p in photos if not p.car]
    named |= {name: [photos[k] for k in members] for name, members in parts_of(photos).items() if "source" not in name}
    for name, members in named.items():
        groups = [p.row["group"] for p in members]
        said = np.array([p.seat.verdict for p in members])
        cells = [share(said == word, groups) for word in ("likely", "possible", "unlikely", "not_assessed")]
        rows.append([name, str(len(members)), *cells])
    return table(rows)


def cue_quality(photos: list[CarPhoto], first: dict[str, Scores] | None, belt_peer: Scores | None) -> str:
    """AUC of each cue by its own labels: over all photos, cars that have it against all without, and elsewhere.

    Sofas, chair backs and trains are labelled "yes" for head restraint and window too: "yes" is not only in cars.
    """
    rows = [["cue", "photos", "yes", "no", OURS, FIRST, BELT]]
    for cue in ("belt", "headrest", "window"):
        for where, inside in (("all", None), ("yes in cars, no anywhere", True), ("not in cars", False)):
            chosen = [
                k
                for k, p in enumerate(photos)
                if p.evidence
                and p.row[cue] in ("yes", "no")
                and (inside in (None, p.car) or (inside and p.row[cue] == "no"))
            ]
            yes = np.array([photos[k].row[cue] == "yes" for k in chosen], bool)
            if not yes.sum() or yes.all():
                continue
            picks = draws(yes, [photos[k].row["group"] for k in chosen])
            ours = np.array([getattr(photos[k].evidence, cue) for k in chosen])
            cells = [with_interval(auc, yes, ours, picks)]
            cells.append(with_interval(auc, yes, first[cue][chosen], picks) if first else "-")
            peer = belt_peer is not None and cue == "belt"
            cells.append(with_interval(auc, yes, belt_peer[chosen], picks) if peer else "-")  # type: ignore[index]
            rows.append([cue, where, str(yes.sum()), str((~yes).sum()), *cells])
    return table(rows)


def straps(photos: list[CarPhoto]) -> str:
    """How often a seat belt is outlined, by what is there."""
    rows = [["photos", "n", "strap outlined"]]
    named = {f"belt {word}": [p for p in photos if p.car and p.row["belt"] == word] for word in ("yes", "no")}
    named |= {kind: [p for p in photos if not p.car and p.kind == kind] for kind in _kinds(photos)}
    for name, members in named.items():
        if members:
            hits = np.array([p.strap_outlined for p in members])
            rows.append([name, str(len(members)), share(hits, [p.row["group"] for p in members])])
    return table(rows)


def calibration(photos: list[CarPhoto], systems: Systems) -> str:
    """Expected calibration error, as the photos are and weighted to the prior that the probability refers to."""
    yes = np.array([p.car for p in photos])
    picks = draws(yes, [p.row["group"] for p in photos])
    rows = [["system", f"as they are, {yes.mean():.1%} in cars", f"weighted to {SAID_PRIOR:.0%} in cars"]]
    for name in (n for n in (OURS, FIRST) if n in systems):
        cells = [
            with_interval(lambda y, s, at=prior: calibration_error(y, s, at), yes, systems[name], picks)  # type: ignore[misc]
            for prior in (None, SAID_PRIOR)
        ]
        rows.append([name, *cells])
    return table(rows)


def _kinds(photos: list[CarPhoto]) -> list[str]:
    return sorted({p.kind for p in photos if not p.car})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=Path(__file__).resolve().parents[3] / "shared")
    parser.add_argument("--use", choices=("measure", "train"), default="measure")
    parser.add_argument("--every", type=int, default=1, help="only every so many photos, for a quick look")
    parser.add_argument("--out", type=Path, help="the tables as Markdown")
    parser.add_argument("--sheet", type=Path, help="folder for pictures of the worst errors (never to be committed)")
    parser.add_argument("--first", type=Path, help="the first version's car.tflite, where there is no history")
    options = parser.parse_args()
    if not (options.shared / "photos/labels.csv").exists():
        print(f"{options.shared} has no photos/labels.csv", file=sys.stderr)
        return 2
    photos = look(options.shared / "photos", read_rows(options.shared / "photos", options.use)[:: options.every])
    systems: Systems = {OURS: np.array([p.probability for p in photos])}
    content = first_version(options.first)
    cues: dict[str, Scores] | None = None
    if content is not None:
        net = FirstVersion(content)
        said = [net(p.rgb, p.face) if p.face else (0.0, dict.fromkeys(net.cues, 0.0)) for p in photos]
        systems[FIRST] = np.array([probability for probability, _ in said])
        cues = {cue: np.array([each[cue] for _, each in said]) for cue in net.cues}
    peer = ImageNetPeer(options.shared / "models/mobilenet_v2_imagenet_quant.tflite")
    answers = np.array([peer(p.rgb) for p in photos])
    systems[PEER], systems[BELT] = answers[:, 0], answers[:, 1]
    spent = np.nanmedian([p.milliseconds for p in photos])
    found = sum(p.face is not None for p in photos)
    warned = " **These rows were fitted on: no measure of anything.**" if options.use == "train" else ""
    head = (
        f"{len(photos)} photos (`use` = {options.use}), {sum(p.car for p in photos)} in cars, a face in {found}; "
        f"the detector takes {spent:.1f} ms at the median, one thread, warm.{warned}"
    )
    text = "\n\n".join(
        [
            head,
            *("### In-car photos against all others", recognition(photos, systems), gains(photos, systems)),
            *("### By kind and source of the others", against_kinds(photos, systems)),
            *("### What the checker says", verdicts(photos)),
            *("### Cues", cue_quality(photos, cues, answers[:, 1]), straps(photos)),
            *("### Calibration error, 10 bins", calibration(photos, systems)),
        ]
    )
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    if options.sheet:
        for path in write_sheets(photos, options.sheet):
            print(path, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
