"""How well the driver's seat is recognised, beside its rivals, on photos that nothing was fitted on.

    python -m benchmarks.car.accuracy [../shared] [--out table.md] [--sheet DIR] [--use measure]

The folder holds photos/ (labels.csv, outlines.json, images/, pool/) and models/. Rivals: the version before the network
that began with ImageNet's knowledge, run from the project's history, and three ImageNet networks that were never taught
this (car_rivals.py). Rows with `use` = measure are for evaluation only: they may be looked at now and then (each look
is counted in benchmarks/out/looks.txt), and nothing may be chosen by them; --use train shows rows that were fitted on,
to develop this script. Markdown; intervals are 95 %, by bootstrap over groups (person, car or event).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.car import answers
from benchmarks.car.car_photos import pool_rows, read_rows
from benchmarks.car.car_rivals import rival_answers
from benchmarks.car.error_sheet import write_sheets
from benchmarks.car.invariance import grey
from benchmarks.car.seen import LEAST, Seen, add_tones, look, note_look, parts_of
from benchmarks.scores import MEASURES, Scores, auc, calibration_error, draws, gain, share, with_interval
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.scene import Scene

OURS, BEFORE = "detector", "before"
SAID_PRIOR = 0.20
"""Share of cars that the probability refers to (training/car/calibrate.py)."""
Systems = dict[str, Scores]


def table(rows: list[list[str]]) -> str:
    """Markdown, the first row is its head."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|---" * len(rows[0]) + "|", *lines[1:]])


def recognition(seen: list[Seen], systems: Systems) -> str:
    """Every system on every part of the in-car photos against all negatives."""
    others = [k for k, one in enumerate(seen) if not one.car]
    rows = [["in-car photos", "n", "system", *MEASURES]]
    for name, members in parts_of(seen).items():
        chosen = np.array(members + others)
        yes = np.arange(len(chosen)) < len(members)
        picks = draws(yes, [seen[k].row["group"] for k in chosen])
        for system, score in systems.items():
            cells = [with_interval(m, yes, score[chosen], picks) for m in MEASURES.values()]
            rows.append([name, str(len(members)), system, *cells])
    return table(rows)


def gains(seen: list[Seen], systems: Systems) -> str:
    """How much the detector is ahead of each rival on the same photos."""
    yes = np.array([one.car for one in seen])
    picks = draws(yes, [one.row["group"] for one in seen])
    rows = [["detector ahead of", *MEASURES]]
    for system in (name for name in systems if name != OURS):
        cells = [gain(m, yes, systems[OURS], systems[system], picks) for m in MEASURES.values()]
        rows.append([system, *cells])
    return table(rows)


def of_whom(seen: list[Seen], photos: Path) -> str:
    """The in-car photos by skin tone, however few, those in black and white, and all of them made black and white."""
    others = np.array([one.now.probability for one in seen if not one.car])
    cars = [one for one in seen if one.car]
    darker = ("medium skin", "dark skin")
    named = {tone: [o for o in cars if tone in o.tones] for tone in sorted({t for o in cars for t in o.tones})}
    for reading in ("as the photo has it", "white made white"):
        named[f"medium or dark skin, {reading}"] = [
            o for o in cars if any(t.startswith(darker) and t.endswith(reading) for t in o.tones)
        ]
    answered = {name: [o.now for o in members] for name, members in named.items()}
    groups = {name: [o.row["group"] for o in members] for name, members in named.items()}
    checker, nets = answers.seat_checker(), Nets()
    name = "all, made black and white"
    answered[name], groups[name] = [], [o.row["group"] for o in cars]
    for one in cars:
        photo = load(grey(np.asarray(load(photos / one.row["file"]).rgb)))
        seat = checker.check_photo(photo).drivers_seat
        answered[name].append(answers.answer(one.row["id"], photo, Scene(photo, nets), seat))
    rows = [["in-car photos", "n", "likely or possible", "recall at 0.5%", "recall at 1.0%"]]
    for name, members in answered.items():
        flagged = np.array([a.verdict in ("likely", "possible") for a in members], bool)
        cells = [share(flagged, groups[name])]
        for alarms in (0.005, 0.01):
            limit = np.sort(others)[::-1][int(alarms * len(others))]
            cells.append(share(np.array([a.probability > limit for a in members], bool), groups[name]))
        rows.append([name, str(len(members)), *cells])
    return table(rows)


def against_kinds(seen: list[Seen], systems: Systems) -> str:
    """AUC of all in-car photos against each kind of negative, and against each source's negatives."""
    cars = [k for k, one in enumerate(seen) if one.car]
    others = [k for k, one in enumerate(seen) if not one.car]
    rows = [["negatives", "n", *(f"AUC, {name}" for name in systems)]]
    names = {f"kind {kind}": [k for k in others if seen[k].row["subtype"] == kind] for kind in _kinds(seen)}
    for source, _ in Counter(seen[k].row["source_repo"] for k in others).most_common():
        names[f"source {source}"] = [k for k in others if seen[k].row["source_repo"] == source]
    for name, members in names.items():
        if len(members) < LEAST:
            continue
        chosen = np.array(cars + members)
        yes = np.arange(len(chosen)) < len(cars)
        picks = draws(yes, [seen[k].row["group"] for k in chosen])
        rows.append([name, str(len(members)), *(with_interval(auc, yes, s[chosen], picks) for s in systems.values())])
    return table(rows)


def words(seen: list[Seen]) -> str:
    """What the whole checker says, by kind: its own face search, limits and "not assessed"."""
    rows = [["photos", "n", "likely", "possible", "not assessed", "setting other vehicle", "likely before"]]
    elsewhere = [one for one in seen if not one.car]
    named = {f"not in a car: {kind}": [o for o in elsewhere if o.row["subtype"] == kind] for kind in _kinds(seen)}
    ordinary = [one for one in elsewhere if one.row["subtype"] in ("plain", "pool")]
    named |= {"not in a car: plain and pool": ordinary, "not in a car: all": elsewhere}
    named |= {name: [seen[k] for k in members] for name, members in parts_of(seen).items() if "source" not in name}
    for name, members in named.items():
        groups = [one.row["group"] for one in members]
        said = np.array([one.now.verdict for one in members])
        cells = [share(said == word, groups) for word in ("likely", "possible", "not_assessed")]
        cells.append(share(np.array([one.now.setting == "other_vehicle" for one in members]), groups))
        cells.append(share(np.array([one.before.verdict == "likely" for one in members]), groups))
        rows.append([name, str(len(members)), *cells])
    return table(rows)


def cue_quality(seen: list[Seen]) -> str:
    """AUC of each cue by its own labels: over all photos, cars that have it against all without, and elsewhere.

    Sofas, chair backs and trains are labelled "yes" for head restraint and window too: "yes" is not only in cars.
    """
    rows = [["cue", "photos", "yes", "no", OURS, BEFORE]]
    for cue in ("belt", "headrest", "window"):
        for where, inside in (("all", None), ("yes in cars, no anywhere", True), ("not in cars", False)):
            chosen = [
                one
                for one in seen
                if one.row.get(cue) in ("yes", "no")
                and (inside in (None, one.car) or (inside and one.row[cue] == "no"))
            ]
            yes = np.array([one.row[cue] == "yes" for one in chosen], bool)
            if not yes.sum() or yes.all():
                continue
            picks = draws(yes, [one.row["group"] for one in chosen])
            said = [[a.seen.get(cue, 0.0) for a in (one.now, one.before)] for one in chosen]
            cells = [with_interval(auc, yes, score, picks) for score in np.array(said).T]
            rows.append([cue, where, str(yes.sum()), str((~yes).sum()), *cells])
    return table(rows)


def shown(seen: list[Seen]) -> str:
    """How often each cue is named (0.5 or more) and outlined, by what the labels say is there."""
    rows = [["photos", "n", *(f"{cue} {what}" for cue in _CUES for what in ("named", "outlined"))]]
    named = {f"in cars, belt {word}": [o for o in seen if o.car and o.row["belt"] == word] for word in ("yes", "no")}
    named |= {f"not in a car: {k}": [o for o in seen if not o.car and o.row["subtype"] == k] for k in _kinds(seen)}
    for name, members in named.items():
        cells = []
        for cue in _CUES:
            cues = [next((c for c in one.now.cues if c[0] == cue), (cue, None, None)) for one in members]
            hits = np.array([((c[1] or 0) >= 0.5, c[2] is not None) for c in cues]).reshape(-1, 2).T
            cells += [share(hit, [one.row["group"] for one in members]) for hit in hits]
        rows.append([name, str(len(members)), *cells])
    return table(rows)


_CUES = ("seat_belt", "headrest", "car_window", "roof")


def calibration(seen: list[Seen], systems: Systems) -> str:
    """Expected calibration error, as the photos are and weighted to the prior that the probability refers to."""
    yes = np.array([one.car for one in seen])
    picks = draws(yes, [one.row["group"] for one in seen])
    rows = [["system", f"as they are, {yes.mean():.1%} in cars", f"weighted to {SAID_PRIOR:.0%} in cars"]]
    for name in (OURS, BEFORE):
        cells = [
            with_interval(lambda y, s, at=prior: calibration_error(y, s, at), yes, systems[name], picks)  # type: ignore[misc]
            for prior in (None, SAID_PRIOR)
        ]
        rows.append([name, *cells])
    return table(rows)


def cost(seen: list[Seen]) -> str:
    """Processor time of the network with its views and of outlining, here and now: compare within the table only."""
    rows = [["photos", "n", "system", "network, mean ms", "median", "outlines, mean ms", "median"]]
    ordinary = [one for one in seen if not one.car and one.row["subtype"] in ("plain", "pool", "press")]
    for name, members in {"ordinary": ordinary, "in cars": [one for one in seen if one.car]}.items():
        for system, field in ((OURS, "now"), (BEFORE, "before")):
            spent: Any = np.array([(getattr(o, field).car_ms, getattr(o, field).cues_ms) for o in members])
            cells = [f"{f(spent[:, k]):.1f}" for k in (0, 1) for f in (np.nanmean, np.nanmedian)]
            rows.append([name, str(len(members)), system, *cells])
    return table(rows)


def _kinds(seen: list[Seen]) -> list[str]:
    return sorted({one.row["subtype"] for one in seen if not one.car})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=answers.ROOT.parent / "shared")
    parser.add_argument("--use", choices=("measure", "train"), default="measure")
    parser.add_argument("--every", type=int, default=1, help="only every so many photos, for a quick look")
    parser.add_argument("--out", type=Path, help="the tables as Markdown")
    parser.add_argument("--sheet", type=Path, help="folder for pictures of the worst errors (never to be committed)")
    options = parser.parse_args()
    photos = options.shared / "photos"
    if not (photos / "labels.csv").exists():
        print(f"{options.shared} has no photos/labels.csv", file=sys.stderr)
        return 2
    if options.use == "measure":
        note_look("accuracy", options.every)
    seen = look(read_rows(photos, options.use)[:: options.every], photos)
    add_tones(seen, photos)
    pool = look(pool_rows(photos)[:: options.every], photos)
    systems: Systems = {
        OURS: np.array([one.now.probability for one in seen]),
        BEFORE: np.array([one.before.probability for one in seen]),
        **rival_answers([one.row for one in seen], options.shared),
    }
    warned = " **These rows were fitted on: no measure of anything.**" if options.use == "train" else ""
    found = sum(one.now.face is not None for one in seen)
    head = (
        f"{len(seen)} photos (`use` = {options.use}), {sum(one.car for one in seen)} in cars, a face in {found}; and "
        f"{len(pool)} pictures of pool/ that were kept from fitting.{warned}"
    )
    text = "\n\n".join(
        [
            head,
            *("### In-car photos against all others", recognition(seen, systems), gains(seen, systems)),
            *("### Of whom", of_whom(seen, photos)),
            *("### By kind and source of the others", against_kinds(seen, systems)),
            *("### What the checker says", words(seen + pool)),
            *("### Cues", cue_quality(seen), shown(seen + pool)),
            *("### Calibration error, 10 bins", calibration(seen, systems)),
            *("### Cost", cost(seen + pool)),
        ]
    )
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    if options.sheet:
        for path in write_sheets([(one.row, one.now) for one in seen + pool], photos, options.sheet):
            print(path, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
