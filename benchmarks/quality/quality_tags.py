"""How well measures tell the photos that carry a quality tag: area under the ROC curve, by tag, use and source.

    python -m benchmarks.quality.quality_tags ../shared/photos [--tag sunglasses ...] [--kept DIR] [--worst TAG N]

A photo counts as positive when it has the tag and as negative when it has not; rows that others of the listed tags make
meaningless for it are left out. Tags are not exhaustive: some of the untagged rows that a measure ranks highest have
the defect, so the figures lean low. Intervals are 95 %, by bootstrap over groups. Rows with `use` = train were open to
fitting and to the choice of limits, rows with `use` = measure were not. Markdown on standard output; `--kept` caches
what was measured, outside the repository; `--worst` lists ids for the developer's eyes.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.photo_set import Row, interval, read_rows, tags
from headshot_check.errors import PhotoError
from headshot_check.measures import measure_all
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.report import Value
from headshot_check.scene import Scene

Taken = dict[str, tuple[Value | None, str | None]]
"""check: value and cause"""
FEWEST = 3
"""positives of a source that get a line of their own"""


@dataclass(frozen=True)
class Question:
    """A tag, the measure that should tell it, and how its value becomes a score that rises with the defect."""

    tag: str
    check: str
    score: Callable[[float], float] = float
    also: tuple[str, ...] = ()
    """causes that answer the question themselves when the measure is not assessed: the face is turned so far that..."""
    leave_out: tuple[str, ...] = ()


QUESTIONS = (
    Question("sunglasses", "covering.sunglasses", leave_out=("noface",)),
    Question("mask", "covering.mask", leave_out=("noface",)),
    Question("occluded", "covering.hand", leave_out=("noface",)),
    Question("bw", "colour.variety", score=lambda value: -value),
    Question("dark", "lighting.dark", leave_out=("noface",)),
    Question("dark", "lighting.low_key", leave_out=("noface",)),
    Question("sidelight", "lighting.balance", leave_out=("noface",)),
    Question("backlight", "lighting.backlight", leave_out=("noface",)),
    Question("bright", "lighting.blown", leave_out=("noface",)),
    Question("blur", "sharpness.face_blur", leave_out=("noface",)),
    Question("multiface", "faces.second_face", leave_out=("noface",)),
    Question("noface", "faces.found"),
    Question("profile", "pose.yaw", score=abs, also=("mesh_doubtful",), leave_out=("noface",)),
    Question("smallface", "framing.head_height", score=lambda value: -value, leave_out=("noface",)),
)
ALWAYS = 1e9
_WORDS = {"found": 0.0, "too_close": 0.5, "too_small": 0.6, "rotated": 0.7, "too_dark": 0.8, "turned_away": 0.9}
"""of faces.found, in the order of how little face there is; "nobody" is 1"""


def score_of(question: Question, taken: Taken) -> float:
    """Rises with the defect; nan where the measure has nothing to say."""
    value, cause = taken[question.check]
    if cause is not None:
        return ALWAYS if cause in question.also else math.nan
    if isinstance(value, str):
        return _WORDS.get(value, 1.0)
    return question.score(float(value or 0.0))


def auc(positive: NDArray[np.bool_], score: NDArray[np.float64]) -> float:
    """Ties count half; nan without both kinds."""
    if positive.all() or not positive.any():
        return math.nan
    rest = np.sort(score[~positive])
    below = np.searchsorted(rest, score[positive], "left") + np.searchsorted(rest, score[positive], "right")
    return float(below.mean() / 2 / len(rest))


def measured(photos: Path, rows: list[Row], checks: list[str], kept: Path | None) -> list[Taken]:
    """What the measures say of each row; read from `kept` where that has it."""
    known: dict[str, dict[str, list[Value | None]]] = {}
    file = kept / "quality_tags.json" if kept else None
    if file and file.exists():
        known = json.loads(file.read_text(encoding="utf-8"))
    nets = Nets()
    for row in rows:
        of_row = known.setdefault(row["id"], {})
        missing = [check for check in checks if check not in of_row]
        if not missing:
            continue
        try:
            taken = measure_all(Scene(load(photos / row["file"]), nets), missing)
            of_row.update({check: [each.value, each.cause] for check, each in taken.items()})
        except PhotoError as error:
            of_row.update({check: [None, error.code] for check in missing})
    if file:
        file.write_text(json.dumps(known), encoding="utf-8")
    return [{check: (known[row["id"]][check][0], known[row["id"]][check][1]) for check in checks} for row in rows]  # type: ignore[misc]


def line(name: str, positive: NDArray[np.bool_], score: NDArray[np.float64], groups: list[str], use: str) -> str:
    assessed = ~np.isnan(score)
    p, s = positive[assessed], score[assessed]
    kept = [group for group, ok in zip(groups, assessed, strict=True) if ok]
    counts = f"{int(p.sum())} / {len(p) - int(p.sum())}"
    missing = f"{int(positive.sum() - p.sum())} / {int((~assessed).sum() - (positive.sum() - p.sum()))}"
    value = auc(p, s)
    if math.isnan(value):
        return f"| {name} | {use} | {counts} | {missing} | - |"
    low, high = interval(lambda index: auc(p[index], s[index]), kept)
    return f"| {name} | {use} | {counts} | {missing} | {value:.3f} ({low:.3f}-{high:.3f}) |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--tag", nargs="+", choices=[question.tag for question in QUESTIONS])
    parser.add_argument("--kept", type=Path)
    parser.add_argument("--worst", type=int, default=0, metavar="N", help="ids of the N worst on either side, per tag")
    options = parser.parse_args()
    asked = [question for question in QUESTIONS if not options.tag or question.tag in options.tag]
    rows = read_rows(options.photos)
    taken = measured(options.photos, rows, sorted({question.check for question in asked}), options.kept)
    print("| tag, measure | use, source | tagged / others | not assessed: tagged / others | AUC |")
    print("|---|---|---|---|---|")
    for question in asked:
        title = f"{question.tag}, {question.check}"
        for use in ("train", "measure"):
            chosen = [k for k, row in enumerate(rows) if row["use"] == use and not tags(row) & set(question.leave_out)]
            positive = np.array([question.tag in tags(rows[k]) for k in chosen])
            score = np.array([score_of(question, taken[k]) for k in chosen])
            groups = [rows[k]["group"] for k in chosen]
            print(line(title, positive, score, groups, use))
            sources = np.array([rows[k]["source_repo"] for k in chosen])
            for source in sorted(set(sources[positive])):
                if int((positive & (sources == source)).sum()) >= FEWEST:
                    of_source = ~positive | (sources == source)  # against the untagged of all sources
                    here = [group for group, ok in zip(groups, of_source, strict=True) if ok]
                    print(line("", positive[of_source], score[of_source], here, f"{use}, {source}"))
            if options.worst:
                order = np.argsort(np.nan_to_num(score, nan=-1e12))
                low = [rows[chosen[k]]["id"] for k in order if positive[k]][: options.worst]
                high = [rows[chosen[k]]["id"] for k in order[::-1] if not positive[k]][: options.worst]
                print(f"| | {use}: tagged and lowest {' '.join(low)}; untagged and highest {' '.join(high)} | | | |")


if __name__ == "__main__":
    main()
