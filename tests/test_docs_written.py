"""The pages in docs/ are complete and up to date as they lie in the repository."""

from __future__ import annotations

from build_docs.written import DOCS, PART, outdated


def test_what_docs_hold_of_the_code_is_up_to_date() -> None:
    assert outdated() == [], "run python -m build_docs"


def test_a_part_that_only_the_site_shows_leaves_no_hole() -> None:
    """A page that ends a sentence with a colon has something after it."""
    for path in DOCS.rglob("*.md"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and "<!--" not in line]
        for line, after in zip(lines, [*lines[1:], ""], strict=True):
            assert not line.endswith(":") or (after and not after.startswith("#")), (path.name, line)


def test_every_part_has_text() -> None:
    for path in DOCS.rglob("*.md"):
        for part in PART.finditer(path.read_text(encoding="utf-8")):
            assert len(part[0].splitlines()) > 5, (path.name, part["name"])
