"""The look and the report view that the local page and the scan's HTML report share: plain CSS and ES modules.

The page's server serves the files as they are. A self-contained page inlines them: `style()` in a <style>, `script()`
at the start of its own <script type="module">.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from headshot_check.views.web.names import names_module

FOLDER: Final = Path(__file__).parent
STYLES: Final = ("base.css", "detail.css", "card.css", "spread.css", "photo_print.css")
NAMES: Final = "names.js"
"""the module that is written by `names.names_module`, not a file"""
MODULES: Final = (
    "dom.js",
    "beside.js",
    NAMES,
    "words.js",
    "gauge.js",
    "mark_labels.js",
    "zoom.js",
    "overlay.js",
    "report_text.js",
    "detail.js",
    "card.js",
    "spread.js",
    "key_help.js",
)
"""each before those that import it; no two define the same name"""

_IMPORT: Final = re.compile(r"^import [^;]*;\n", re.MULTILINE)
_EXPORT: Final = re.compile(r"^export (?=const |function |class |async )", re.MULTILINE)


def style(names: Sequence[str] = STYLES) -> str:
    """The style sheets as one text for a <style> element."""
    return "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in names)


def module(name: str) -> str:
    """The text of one module."""
    return names_module() if name == NAMES else (FOLDER / name).read_text(encoding="utf-8")


def script(names: Sequence[str] = MODULES) -> str:
    """The modules as one text for a module script: what imports each other there is in one scope here.

    It holds no "</script" and no "<!--", so that it may stand inside a <script> element as it is.
    """
    texts = (module(name) for name in names)
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", text)) for text in texts)
