"""The example notebook's cells, as Markdown."""

from __future__ import annotations

import json
from pathlib import Path

NOTEBOOK = Path(__file__).resolve().parents[1] / "examples" / "notebook" / "profile_pictures.ipynb"


def cells() -> str:
    """Text as it is, code as blocks."""
    found = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    written = (("".join(cell["source"]), cell["cell_type"]) for cell in found)
    return "\n\n".join(f"```python\n{text}\n```" if kind == "code" else text for text, kind in written)
