"""A small plot of each measure along its own graded defect, with the picture before and after, from the fixtures."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2

from benchmarks.quality.degradation_plan import PLANS, Plan
from benchmarks.quality.degradations import Pixels, Sitter
from benchmarks.quality.sensitivity import sitter
from build_docs.gallery import IMAGES, jpeg
from headshot_check.measures import known_measures, measure_all
from headshot_check.nets.all import Nets
from headshot_check.photo import load
from headshot_check.policy import load_policy
from headshot_check.report import Limits
from headshot_check.scene import Scene

FIXTURE = "soft_office"
OTHERS = {"soft background": "outdoors"}
"""where another fixture has more to lose"""
WIDTH_PX = 220
WIDTH, HEIGHT = 320, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 58, 16, 30
_LINE = 11
"""px between two lines of text"""


@dataclass(frozen=True)
class Example:
    """What is shown of one check."""

    html: str
    pictures: dict[str, bytes]
    """by their place in the site's sources"""


def examples() -> dict[str, Example]:
    """By check, for those that a graded defect moves; of several defects the first."""
    cv2.setNumThreads(1)
    nets, rules, sitters = Nets(), load_policy("linkedin").rules, {}
    shown: dict[str, Example] = {}
    for plan in PLANS:
        new = [check for check in plan.moves if check not in shown and check in known_measures()]
        if not new:
            continue
        name = OTHERS.get(plan.name, FIXTURE)
        if name not in sitters:
            sitters[name] = sitter(load(IMAGES / f"{name}.jpg").rgb, nets)
        who = sitters[name]
        assert who is not None, name
        columns = _measured(who, plan, new, nets)
        pictures = _pictures(who, plan)
        for check in new:
            limits = rules[check].limits if check in rules else Limits()
            shown[check] = Example(_figure(check, plan, columns[check], limits, [*pictures]), pictures)
    return shown


def _measured(who: Sitter, plan: Plan, checks: Sequence[str], nets: Nets) -> dict[str, list[float | None]]:
    """The values at each step; None where the measure cannot tell."""
    columns: dict[str, list[float | None]] = {check: [] for check in checks}
    for amount in plan.amounts:
        taken = measure_all(Scene(load(plan.spoil(who, amount)), nets), checks)
        for check in checks:
            value = taken[check].value
            columns[check].append(None if value is None or isinstance(value, str) else float(value))
    return columns


def _pictures(who: Sitter, plan: Plan) -> dict[str, bytes]:
    """Undamaged, at the middle step and at the last one."""
    steps = (0, len(plan.amounts) // 2, len(plan.amounts) - 1)
    folder, name = "explanation/checks/pictures", plan.name.replace(" ", "-").replace("'", "").replace(",", "")
    return {f"{folder}/{name}-{step}.jpg": _picture(plan.spoil(who, plan.amounts[step])) for step in steps}


def _picture(spoiled: Pixels | bytes) -> bytes:
    return jpeg(load(spoiled).rgb, WIDTH_PX)


def _figure(check: str, plan: Plan, values: list[float | None], limits: Limits, pictures: list[str]) -> str:
    steps = zip(pictures, ("none", "in the middle", "most"), strict=True)
    shown = "".join(
        f'<img src="pictures/{Path(place).name}" alt="{html.escape(plan.name)}, {how}" width="{WIDTH_PX // 2}">'
        for place, how in steps
    )
    caption = f"<figcaption>{plan.name}, painted into a fixture step by step</figcaption>"
    return (
        f'<figure class="graded" data-search-exclude>{plot(check, values, limits)}<div>{shown}</div>{caption}</figure>'
    )


def plot(check: str, values: Sequence[float | None], limits: Limits) -> str:
    """An SVG of the values over the steps, with the limits that lie within reach as lines; "" without any value."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    reach = max(known) - min(known) or 1.0
    near = {
        name: at
        for name in ("warn_below", "fail_below", "warn_above", "fail_above")
        if (at := getattr(limits, name)) is not None and min(known) - reach <= at <= max(known) + reach
    }
    low, high = min([*known, *near.values()]), max([*known, *near.values()])
    low, high = low - 0.06 * (high - low or 1), high + 0.06 * (high - low or 1)

    def at_y(value: float) -> float:
        return round(_TOP + (high - value) / (high - low) * (HEIGHT - _TOP - _BOTTOM), 1)

    def at_x(step: int) -> float:
        return round(_LEFT + step / (len(values) - 1) * (WIDTH - _LEFT - _RIGHT), 1)

    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">',
        f"<title>{check} along the defect: {_list(values)}</title>",
        f'<path class="axis" d="M{_LEFT} {_TOP}V{HEIGHT - _BOTTOM}H{WIDTH - _RIGHT}"/>',
    ]
    taken: list[float] = []
    for name, at in near.items():
        kind, y = name.partition("_")[0], at_y(at) + 4
        while any(abs(y - other) < _LINE for other in taken):  # two limits close together
            y -= 1
        taken.append(y)
        parts.append(f'<path class="{kind}" d="M{_LEFT} {at_y(at)}H{WIDTH - _RIGHT}"/>')
        parts.append(f'<text class="{kind}" x="{WIDTH - _RIGHT + 4}" y="{y:.1f}">{kind}s</text>')
    ends = (min(known), max(known))
    parts += [f'<text class="number" x="{_LEFT - 6}" y="{at_y(end) + 4}">{end:.2g}</text>' for end in ends]
    points = [(at_x(step), at_y(value)) for step, value in enumerate(values) if value is not None]
    parts.append(f'<polyline class="line" points="{" ".join(f"{x},{y}" for x, y in points)}"/>')
    parts += [f'<circle class="dot" cx="{x}" cy="{y}" r="3"/>' for x, y in points]
    parts.append(f'<text x="{_LEFT}" y="{HEIGHT - 10}">none</text>')
    parts.append(f'<text class="number" x="{WIDTH - _RIGHT}" y="{HEIGHT - 10}">most</text></svg>')
    return "".join(parts)


def _list(values: Sequence[float | None]) -> str:
    return ", ".join("not assessed" if value is None else f"{value:.3g}" for value in values)
