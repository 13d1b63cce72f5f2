"""The gallery: every fixture as the overlay shows it."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import Image

from headshot_check import Report
from headshot_check.checker import Checker
from headshot_check.photo import load
from headshot_check.views.picture.overlay import draw_overlay

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "fixtures" / "images"
WIDTH_PX = 480


@dataclass(frozen=True)
class Shown:
    """One fixture, checked."""

    name: str
    report: Report
    picture: bytes
    in_car: bool


@lru_cache(maxsize=1)
def fixtures() -> list[Shown]:
    """All fixtures with their overlays."""
    checker, shown = Checker(), []
    for path in sorted(IMAGES.glob("*.jpg")):
        photo = load(path)
        report = checker.check_photo(photo)
        truth = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        shown.append(Shown(path.stem, report, jpeg(draw_overlay(photo.rgb, report), WIDTH_PX), bool(truth["in_car"])))
    return shown


def pictures() -> dict[str, bytes]:
    """Every overlay by its place in the site's sources."""
    return {f"gallery/{one.name}.jpg": one.picture for one in fixtures()}


def figures(*, in_car: bool) -> str:
    """Those taken in a car, or the others."""
    shown = [_figure(one.name, one.report) for one in fixtures() if one.in_car is in_car]
    return '<div class="gallery">\n' + "\n".join(shown) + "\n</div>"


def extremes(check: str) -> str:
    """The fixtures with the least and the largest value of a check; empty where it gives no numbers, or always one."""
    values = {
        one.name: float(finding.value)
        for one in fixtures()
        for finding in one.report.findings
        if finding.check == check and isinstance(finding.value, int | float) and not isinstance(finding.value, bool)
    }
    least, most = (f(values, key=values.__getitem__, default="") for f in (min, max))
    if not values or values[least] == values[most]:
        return ""
    shown = [
        f'<figure><img src="../../gallery/{name}.jpg" alt="{name.replace("_", " ")}, marked">'
        f"<figcaption>{how} of the fixtures: {values[name]:.2g}</figcaption></figure>"
        for how, name in (("least", least), ("most", most))
    ]
    return '<div class="gallery pair" data-search-exclude>' + "".join(shown) + "</div>"


def _figure(name: str, report: Report) -> str:
    picture, seat = f"gallery/{name}.jpg", report.drivers_seat
    worst = [one.label for one in report.findings if one.status in ("fail", "warn")][:2]
    more = seat.title or ", ".join(worst) or "nothing to say"
    alt = f"{name.replace('_', ' ')}, marked: {report.verdict}"
    return (
        f'<figure><a href="{picture}"><img src="{picture}" alt="{alt}" loading="lazy"></a>'
        f"<figcaption><code>{name}</code><br>{report.verdict}, {report.score}: {more}</figcaption></figure>"
    )


def jpeg(rgb: Any, width: int) -> bytes:
    """The picture as a JPEG of that width at most."""
    image = Image.fromarray(rgb)
    if image.width > width:
        image = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    image.save(file, "JPEG", quality=82, optimize=True)
    return file.getvalue()
