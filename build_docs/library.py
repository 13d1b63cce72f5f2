"""The public names of the library: a table in the repository, their docstrings on the site."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Sequence
from pathlib import Path

from build_docs.markdown import table, told

SOURCES = Path(__file__).resolve().parents[1] / "src"
_CHECKS = "headshot_check.checks"
SECTIONS = {
    "check": [f"headshot_check.{name}" for name in ("check", "rank", "Checker", "schema")],
    "report": [
        f"headshot_check.{name}"
        for name in (
            *("Report", "DriversSeat", "Cue", "Finding", "Limits", "Face", "PhotoFacts", "Region"),
            *("Crop", "CroppedPhoto", "RankedPhoto", "PhotoLimits"),
        )
    ],
    "policies": ["headshot_check.load_policy", "headshot_check.Policy"],
    "custom checks": [f"{_CHECKS}.{name}" for name in ("Check", "Words", "Answer", "Reading", "NotAssessed", "Scene")],
    "clusters": ["headshot_check.scan.ray.check_dataset"],
    "errors": [
        f"headshot_check.{name}"
        for name in (
            *("HeadshotCheckError", "PhotoError", "PolicyError", "CheckError", "WeightsError", "WorkerError"),
            "CropError",
        )
    ],
}


def table_of(names: Sequence[str]) -> Callable[[], str]:
    """A row for each name: its place in the sources and the first paragraph of its docstring."""
    return lambda: table(["name", "what"], [_row(name) for name in names])


def docstrings(section: str) -> str:
    """What mkdocstrings replaces by signatures and docstrings."""
    return "\n\n".join(f"::: {name}\n    options: {{heading_level: 3}}" for name in SECTIONS[section])


def _row(name: str) -> tuple[str, str]:
    module, _, own = name.rpartition(".")
    thing = getattr(importlib.import_module(module), own)
    folder = SOURCES.joinpath(*inspect.unwrap(thing).__module__.split("."))
    file = folder / "__init__.py" if folder.is_dir() else folder.with_suffix(".py")
    link = f"../../src/{file.relative_to(SOURCES).as_posix()}"
    return f'<a id="{name}"></a>[`{own}`]({link})', told(thing).split("\n\n")[0]
