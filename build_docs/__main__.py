"""`python -m build_docs`: see written.py."""

from __future__ import annotations

import sys

from build_docs.written import DOCS, outdated, pages

if "--check" in sys.argv[1:]:
    for path in (old := outdated()):
        print(f"{path.relative_to(DOCS.parent)} is not up to date: run python -m build_docs")
    sys.exit(1 if old else 0)
for path, text in pages().items():
    path.write_text(text, encoding="utf-8", newline="\n")
