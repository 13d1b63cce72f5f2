"""Does each measure move with its own defect, and with no other? A matrix of graded defects against all measures.

    python -m benchmarks.quality.sensitivity ../shared/photos [--photos 60] [--only NAME ...] [--matrix]
    python -m benchmarks.quality.sensitivity --quick

Photos are `train` rows with one large face, half of them speakers' own pictures and half tight portraits; `--quick`
takes the project's own fixtures instead. Each is spoiled in five steps (degradation_plan.py) and measured.

- A cell that should move counts a photo when the measure never goes back by more than its slack from step to step and
  ends beyond where it began by more than that; the slack is a tenth of its tolerance, or a fiftieth of its whole way if
  that is more. Steps at which the measure is not assessed are left out; so is a photo with fewer than three steps
  assessed, or that has nothing left to lose (a plain wall's clutter).
- Of these the table also says in how many photos the status (linkedin policy) never gets better from step to step.
- A cell that should not move counts a photo when the measure stays within its tolerance of the undamaged photo at the
  first two steps (about a warning's worth of the defect). A yes/no or a word must stay the same.
- The tolerance is half of the way from the warning to the failing limit of the linkedin policy, but a fifth of the
  warning limit at least (three tenths where there is no failing limit); checks without limits are left out of the cells
  that should not move.

Markdown on standard output; intervals are 95 %, by bootstrap over groups.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import cv2
import numpy as np

from benchmarks.photo_set import SOURCES_OF_SPEAKERS, read_rows, share_with_interval, shuffled, tags
from benchmarks.quality.degradation_plan import PLANS, Plan
from benchmarks.quality.degradations import Pixels, Sitter
from headshot_check.measures import Measurement, known_measures, measure_all
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import Rule, judge, load_policy
from headshot_check.report import Limits, Value
from headshot_check.scene import NotAssessed, Scene

TARGET = 0.95
LARGEST_PX = 512
LEAST_EYES_PX = 44
FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "images"
QUICK = ("studio_light_skin", "plain_wall_glasses", "soft_office", "outdoors")
FAIR_STEPS = 2
"""steps at which unrelated measures must hold still"""

Values = dict[str, list[Value]]
Found = dict[tuple[str, str], list[tuple[str, "bool | None"]]]
"""per (defect, check): each photo's group and whether the measure did what it should; None = not judged"""


def tolerance(limits: Limits) -> float | None:
    """How much a measure may move with a defect that is not its own; None where nothing is ever complained of."""
    ways = []
    for warn, fail in ((limits.warn_below, limits.fail_below), (limits.warn_above, limits.fail_above)):
        if warn is not None and fail is not None:
            ways.append(max(abs(fail - warn) / 2, 0.2 * abs(warn)))
        elif (only := fail if warn is None else warn) is not None:
            ways.append(0.3 * abs(only))
    return min(ways) if ways else None


def sitter(rgb: Pixels, nets: Nets) -> Sitter | None:
    """The photo with what the networks see in it; None without a face that all measures can judge."""
    largest = max(rgb.shape[:2])
    if largest > LARGEST_PX:
        scale = LARGEST_PX / largest
        rgb = np.asarray(cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    scene = Scene(load(np.ascontiguousarray(rgb)), nets)
    try:
        head, points = scene.head, scene.mesh.points
    except NotAssessed:
        return None
    if scene.inter_eye_px < LEAST_EYES_PX or len(scene.search.faces) != 1 or scene.search.how != "plain":
        return None
    person = cv2.resize(scene.mask, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    box = (head.left_x, head.crown_y, head.right_x, head.chin_y)
    return Sitter(scene.photo.rgb, points[:, :2].copy(), np.asarray(person, np.float32), scene.inter_eye_px, box)


def measured(who: Sitter, plan: Plan, nets: Nets, checks: Iterable[str] | None = None) -> Values:
    """The measures (default: all) at the steps at which they are asked: those that must move at every one."""
    values: Values = {check: [] for check in (known_measures() if checks is None else checks)}
    for step, amount in enumerate(plan.amounts):
        asked = [check for check in values if step <= FAIR_STEPS or check in plan.moves]
        taken = measure_all(Scene(load(plan.spoil(who, amount)), nets), asked)
        for check in asked:
            values[check].append(taken[check].value)
    return values


def moves(column: Sequence[Value], way: int, slack: float) -> bool | None:
    """Whether the values go the right way; None when too few steps are assessed, or the first is 0 already."""
    known = [float(value) for value in column if value is not None and not isinstance(value, str)]
    if column[0] is None or len(known) < 3:
        return None
    if way < 0 and min(known) >= 0 and known[0] <= 2 * slack:
        return None
    signed = np.array(known) * way
    slack = max(slack, 0.02 * float(np.ptp(signed)))
    return bool((np.diff(signed) >= -slack).all() and signed[-1] > signed[0] + slack)


def holds(column: Sequence[Value], allowed: float | None) -> bool | None:
    """Whether the values stay near the first; None when the first or all others are not assessed."""
    first, others = column[0], [value for value in column[1 : 1 + FAIR_STEPS] if value is not None]
    if first is None or not others:
        return None
    if isinstance(first, (bool, str)):
        return all(value == first for value in others)
    if allowed is None:
        return None
    return all(abs(float(value) - float(first)) <= allowed for value in others)


def never_better(column: Sequence[Value], rule: Rule) -> bool:
    """Whether the status stays or gets worse from step to step; steps that are not assessed are left out."""
    order = {"pass": 0, "warn": 1, "fail": 2}
    told = [order[judge(rule, Measurement("", value, None)).status] for value in column if value is not None]
    return told == sorted(told)


def _signed(check: str, column: list[Value], plan: Plan) -> list[Value]:
    """Pose turns away from where it was: the plan's amount has a sign of its own there."""
    if plan.name == "mirrored" and check in ("pose.yaw", "pose.roll"):
        return [column[0], *(-value if isinstance(value, float) else value for value in column[1:])]
    return column


def cells(
    sitters: Iterable[tuple[str, Sitter]],
    plans: Sequence[Plan],
    nets: Nets,
    kept: Path | None = None,
    statuses: Found | None = None,
) -> Found:
    """Spoil, measure and judge.

    Parameters
    ----------
    sitters
        Photos with their groups.
    plans
        The defects.
    nets
        The networks.
    kept
        Takes the values as JSON lines (outside the repository for photos).
    statuses
        Is filled with whether the status never gets better, of the measures that should move.
    """
    rules = load_policy("linkedin").rules
    found: Found = {}
    for count, (group, who) in enumerate(sitters):
        for plan in plans:
            for check, column in measured(who, plan, nets).items():
                allowed = tolerance(rules.get(check, Rule(Limits(), 0.0, "")).limits)
                if check in plan.moves:
                    answer = moves(column, plan.moves[check], 0.1 * (allowed or 0.0))
                    if statuses is not None and answer is not None and check in rules:
                        statuses.setdefault((plan.name, check), []).append((group, never_better(column, rules[check])))
                elif plan.may_move(check):
                    continue
                else:
                    answer = holds(_signed(check, column, plan), allowed)
                found.setdefault((plan.name, check), []).append((group, answer))
                if kept:
                    with kept.open("a") as file:
                        file.write(json.dumps([count, plan.name, check, answer, column]) + "\n")
        print(f"{count + 1} photos", file=sys.stderr)
    return found


def photo_sitters(photos: Path, wanted: int, nets: Nets) -> Iterable[tuple[str, Sitter]]:
    """Train photos with one large face, from speakers and tight portraits in turn."""
    rows = [
        row
        for row in shuffled(read_rows(photos))
        if row["use"] == "train"
        and row["label"] == "not_car"
        and row["faces"] == "1"
        and not tags(row) - {"lowres", "tight"}
    ]
    pools = [[r for r in rows if (r["source_repo"] in SOURCES_OF_SPEAKERS) is speaker] for speaker in (True, False)]
    for pool, share in zip(pools, (wanted - wanted // 2, wanted // 2), strict=True):
        given = 0
        for row in pool:
            if given == share:
                break
            who = sitter(load(photos / row["file"]).rgb, nets)
            if who is not None:
                given += 1
                yield row["group"], who


def fixture_sitters(names: Sequence[str], nets: Nets) -> Iterable[tuple[str, Sitter]]:
    """The project's own pictures."""
    for name in names:
        who = sitter(load(FIXTURES / f"{name}.jpg").rgb, nets)
        if who is not None:
            yield name, who


def share(answers: list[tuple[str, bool | None]]) -> tuple[float, float, float, int]:
    """Share of photos that did right, its interval, and how many were judged."""
    judged = [(group, answer) for group, answer in answers if answer is not None]
    return (*share_with_interval([a for _, a in judged], [g for g, _ in judged]), len(judged))


def intended_table(found: Found, plans: Sequence[Plan], statuses: Found) -> list[str]:
    """The cells that should move."""
    lines = [
        "| defect | component | measure | moves the right way % | 95 % | status never better % | photos |",
        "|---|---|---|---:|---|---:|---:|",
    ]
    for plan in plans:
        for check, way in plan.moves.items():
            name = f"{check} {'up' if way > 0 else 'down'}"
            if (plan.name, check) not in found:
                lines.append(f"| {plan.name} | {plan.component} | {name} | no such measure | | | |")
                continue
            right, low, high, count = share(found[plan.name, check])
            bold = "**" if count and right < TARGET else ""
            lines.append(
                f"| {plan.name} | {plan.component} | {name} | {bold}{100 * right:.0f}{bold} "
                f"| {100 * low:.0f} to {100 * high:.0f} | {_percent(statuses.get((plan.name, check), []))} | {count} |"
            )
    return lines


def _percent(answers: list[tuple[str, bool | None]]) -> str:
    return f"{100 * share(answers)[0]:.0f}" if answers else ""


def unrelated_table(found: Found, plans: Sequence[Plan]) -> list[str]:
    """The cells that should hold still, those that do not by name."""
    lines = [
        "| defect | should hold still | do in 95 % of photos | those that do not: % of photos |",
        "|---|---:|---:|---|",
    ]
    for plan in plans:
        still = {c: share(a) for (name, c), a in found.items() if name == plan.name and c not in plan.moves}
        still = {check: result for check, result in still.items() if result[3]}
        weak = sorted((result[0], check) for check, result in still.items() if result[0] < TARGET)
        named = ", ".join(f"{check} {100 * right:.0f}" for right, check in weak)
        lines.append(f"| {plan.name} | {len(still)} | {len(still) - len(weak)} | {named} |")
    return lines


def matrix_table(found: Found, plans: Sequence[Plan]) -> list[str]:
    """All cells: `+97` should move and does in 97 %, `99` should hold still and does, empty: may move or not judged."""
    checks = sorted({check for _, check in found})
    lines = ["| measure | " + " | ".join(plan.name for plan in plans) + " |", "|---|" + "---:|" * len(plans)]
    for check in checks:
        line = []
        for plan in plans:
            right, _, _, count = share(found[plan.name, check]) if (plan.name, check) in found else (0, 0, 0, 0)
            line.append("" if not count else f"{'+' if check in plan.moves else ''}{100 * right:.0f}")
        lines.append(f"| {check} | " + " | ".join(line) + " |")
    return lines


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="the photos: labels.csv, images/")
    parser.add_argument("--photos", type=int, default=60, help="how many")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only these defects")
    parser.add_argument("--values", type=Path, help="write all values to this file, outside the repository")
    parser.add_argument("--matrix", action="store_true", help="the whole matrix as well")
    parser.add_argument("--quick", action="store_true", help="on four fixtures")
    options = parser.parse_args()
    if options.folder is None and not options.quick:
        parser.error("give the folder of photos, or --quick")
    cv2.setNumThreads(1)
    plans = [plan for plan in PLANS if not options.only or plan.name in options.only]
    nets, statuses = Nets(), Found()
    if options.quick:
        found = cells(fixture_sitters(QUICK, nets), plans, nets, options.values, statuses)
    else:
        found = cells(photo_sitters(options.folder, options.photos, nets), plans, nets, options.values, statuses)
    print("\n".join(intended_table(found, plans, statuses)) + "\n")
    print("\n".join(unrelated_table(found, plans)))
    if options.matrix:
        print("\n" + "\n".join(matrix_table(found, plans)))


if __name__ == "__main__":
    main()
