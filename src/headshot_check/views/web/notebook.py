"""Report -> what a notebook shows of it: the marked photo, small, and the report's text."""

from __future__ import annotations

import base64
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Final

from headshot_check.errors import PhotoError
from headshot_check.photo import load
from headshot_check.report import Report
from headshot_check.views.picture.overlay import draw_overlay

_SIDE_PX: Final = 480
_STYLE: Final = "display:flex;flex-wrap:wrap;gap:1em;align-items:flex-start"


def notebook_html(report: Report) -> str:
    """A fragment of HTML that needs nothing else; without the picture where the photo was no file, or is gone."""
    image = ""
    if picture := _picture(report):
        image = f'<img alt="the photo, marked" style="max-width:100%" src="data:image/jpeg;base64,{picture}">'
    return f'<div style="{_STYLE}">{image}<pre style="margin:0">{escape(report.summary())}</pre></div>'


def _picture(report: Report) -> str:
    """The overlay as a JPEG in base64; empty where the photo cannot be read (again)."""
    from PIL import Image

    if report.photo is None or not Path(report.source).is_file():
        return ""
    try:
        photo = load(report.source)
    except PhotoError:
        return ""
    image = Image.fromarray(draw_overlay(photo.rgb, report))
    image.thumbnail((_SIDE_PX, 2 * _SIDE_PX))
    file = BytesIO()
    image.save(file, "JPEG", quality=80)
    return base64.b64encode(file.getvalue()).decode("ascii")
