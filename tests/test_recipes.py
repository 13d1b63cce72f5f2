"""The recipes of training/ and the benchmarks import names that are there: they need packages that no test installs."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import pytest
from fixture_photos import ROOT

FOLDERS = {"training": ROOT, "benchmarks": ROOT, "build_networks": ROOT, "headshot_check": ROOT / "src"}
FILES = sorted(
    path for name in ("training", "benchmarks") for path in (ROOT / name).rglob("*.py") if "out" not in path.parts
)


def home(module: str) -> Path | None:
    """The file of a module of ours, or its folder."""
    top = module.partition(".")[0]
    if top not in FOLDERS:
        return None
    path = FOLDERS[top] / Path(*module.split("."))
    return path if path.is_dir() else path.with_suffix(".py")


@cache
def names_in(path: Path) -> set[str]:
    """What a module has: its own names and those that it imports; of a package its modules as well."""
    names: set[str] = set()
    if path.is_dir():
        names = {one.stem for one in path.iterdir()}
        path /= "__init__.py"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if path.exists() else ():
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names


def missing(path: Path) -> list[str]:
    """Imports of ours that name what is not there."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.ImportFrom) and node.module and not node.level):
            continue
        target = home(node.module)
        if target is None:
            continue
        if not target.exists():
            found.append(node.module)
            continue
        there = names_in(target)
        lazy = "__getattr__" in there  # as headshot_check itself has
        found += [f"{node.module}.{alias.name}" for alias in node.names if alias.name not in there and not lazy]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_recipe_imports_is_there(path: Path) -> None:
    assert missing(path) == []


def test_a_name_that_is_gone_is_found(tmp_path: Path) -> None:
    path = tmp_path / "recipe.py"
    path.write_text("from training.car.export import no_such_name, maps_of\nfrom training.nowhere import x\n")
    assert missing(path) == ["training.car.export.no_such_name", "training.nowhere"]
