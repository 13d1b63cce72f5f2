"""No arrow runs back: what the modules of src import, held against the layers of ARCHITECTURE.md.

Imports inside functions count, and those for types alone: whoever reads the code has to follow them too. An import of
a package's name counts as one of the module that it is in, as far as the name is a module.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path

import pytest
from fixture_photos import ROOT

SRC = ROOT / "src" / "headshot_check"
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
# From the bottom up. A room imports from rows below its own only; those of a row do not know each other.
LAYERS = (
    (
        "at_exit",
        "cached_property",
        "defaults",
        "errors",
        "limits",
        "memory",
        "part_files",
        "pixels",
        "processors",
        "text",
    ),
    ("file_names",),
    ("decoding", "nets", "words"),
    ("photo", "report_parts"),
    ("report_reading",),
    ("report",),
    ("scene", "turned_report"),
    ("measures",),
    ("checks",),
    ("policy",),
    ("advice", "crop", "workers"),
    ("assessment",),
    ("cropping",),
    ("checker", "coaching"),
    ("scan",),
    ("views",),
    ("app", "desktop", "doctor"),
    ("cli",),
    ("__init__", "__main__"),
)
# A worker's process checks as everybody does; what starts it does not import it. A report has its own text and picture
# from the views, which are imported when they are asked for.
UPWARDS = {
    ("headshot_check.workers.worker", "headshot_check.checker"),
    ("headshot_check.report", "headshot_check.views.terminal.report_page"),
    ("headshot_check.report", "headshot_check.views.web.notebook"),
}
# The package itself is loaded before anything in it; this name is there by then.
OF_THE_PACKAGE = {"__version__"}

Edge = tuple[str, str]


def modules(package: Path) -> dict[str, Path]:
    """A package's modules by their dotted names."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(package: Path) -> set[Edge]:
    """(module that imports, module that it imports), both of the package."""
    known = modules(package)
    return {
        (name, target)
        for name, path in known.items()
        for target in _imported(ast.parse(path.read_text(encoding="utf-8")), name, path, known)
        if target in known and target != name
    }


def _imported(tree: ast.Module, name: str, path: Path, known: dict[str, Path]) -> Iterator[str]:
    within = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = within[: len(within) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            for alias in node.names:
                if f"{base}.{alias.name}" in known:
                    yield f"{base}.{alias.name}"
                elif "." in base or alias.name not in OF_THE_PACKAGE:
                    yield base


def room(module: str, package: str) -> str:
    """The folder or file right below the package that a module is in."""
    return module.removeprefix(package).lstrip(".").partition(".")[0] or "__init__"


def not_downwards(edges: Iterable[Edge], layers: Iterable[Iterable[str]], package: str) -> list[str]:
    """What runs upwards or aside, in words; a room that no layer names is an error of its own."""
    height = {name: row for row, names in enumerate(layers) for name in names}
    faults = set()
    for edge in edges:
        here, there = (room(module, package) for module in edge)
        if unlisted := {here, there} - height.keys():
            faults.add(f"no layer names {', '.join(sorted(unlisted))}: list it in LAYERS and in ARCHITECTURE.md")
        elif here != there and height[there] >= height[here]:
            faults.add(f"{edge[0]} imports {edge[1]}, which is not below it")
    return sorted(faults)


def circle(edges: Iterable[Edge]) -> list[str]:
    """The modules of one circle, each importing the next; empty when there is none."""
    graph: dict[str, set[str]] = {}
    for here, there in edges:
        graph.setdefault(here, set()).add(there)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_imports_run_downwards() -> None:
    edges = imports(SRC)
    assert len(edges) > 500
    assert edges >= UPWARDS, "UPWARDS names an import that is gone"
    assert not_downwards(edges - UPWARDS, LAYERS, "headshot_check") == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(imports(SRC) - UPWARDS) == []


def test_architecture_has_the_same_layers() -> None:
    rows = re.findall(r"^[|] (\d+) [|] `([\w/]+)(?:[.]py)?` [|]", ARCHITECTURE, re.MULTILINE)
    said = {name: int(layer) for layer, name in rows}
    assert said == {name: layer for layer, names in enumerate(LAYERS, 1) for name in names if name[0] != "_"}
    assert set(said) | {"__init__", "__main__"} == {room(module, "headshot_check") for module in modules(SRC)} | {
        "__main__"
    }


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "CONTRIBUTING.md"])
def test_the_files_that_are_named_are_there(document: str) -> None:
    named = set(
        re.findall(r"`([\w./-]+/|[\w./-]+[.](?:py|toml|js|md))`", (ROOT / document).read_text(encoding="utf-8"))
    )
    assert len(named) > 5
    assert [name for name in sorted(named) if not (SRC / name).exists() and not (ROOT / name).exists()] == []


# The reader itself, on made-up packages.


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    package = tmp_path / "house"
    for name, text in {
        "__init__.py": "__version__ = '1'\n",
        "roof/__init__.py": "from house.walls import brick\nfrom house import __version__\n",
        "roof/tile.py": "import house.walls.brick\nfrom . import ridge\nfrom .ridge import HIGH\n",
        "roof/ridge.py": "HIGH = 1\n",
        "walls/__init__.py": "",
        "walls/brick.py": "import os\n",
    }.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    return package


HOUSE = (("walls",), ("roof",), ("__init__",))


def test_all_forms_of_imports_are_read(tree: Path) -> None:
    assert imports(tree) == {
        ("house.roof", "house.walls.brick"),
        ("house.roof.tile", "house.walls.brick"),
        ("house.roof.tile", "house.roof.ridge"),
    }
    assert not_downwards(imports(tree), HOUSE, "house") == []
    assert circle(imports(tree)) == []


@pytest.mark.parametrize(
    "text",
    [
        "from house.roof.ridge import HIGH\n",
        "def build():\n    from house.roof import ridge\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..roof.ridge import HIGH\n",
    ],
)
def test_an_import_upwards_is_found(tree: Path, text: str) -> None:
    (tree / "walls/brick.py").write_text(text, encoding="utf-8")
    assert not_downwards(imports(tree), HOUSE, "house") == [
        "house.walls.brick imports house.roof.ridge, which is not below it"
    ]


def test_an_import_of_the_whole_package_is_upwards(tree: Path) -> None:
    (tree / "walls/brick.py").write_text("from house import Roof\n", encoding="utf-8")
    assert not_downwards(imports(tree), HOUSE, "house") == ["house.walls.brick imports house, which is not below it"]


def test_a_circle_is_found(tree: Path) -> None:
    (tree / "roof/ridge.py").write_text("def late():\n    import house.roof.gutter\n", encoding="utf-8")
    (tree / "roof/gutter.py").write_text("from house.roof.tile import SLATE\n", encoding="utf-8")
    assert not_downwards(imports(tree), HOUSE, "house") == []
    found = circle(imports(tree))
    assert found[0] == found[-1]
    assert {*found} == {"house.roof.tile", "house.roof.ridge", "house.roof.gutter"}
    assert {*pairwise(found)} <= imports(tree)


def test_a_room_that_no_layer_names_is_said(tree: Path) -> None:
    (tree / "cellar.py").write_text("import house.walls.brick\n", encoding="utf-8")
    (fault,) = not_downwards(imports(tree), HOUSE, "house")
    assert fault.startswith("no layer names cellar")
