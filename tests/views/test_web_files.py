"""What the two web pages share: the same words, colours and limits as the other views; safe to inline."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from headshot_check.crop.targets import TARGETS
from headshot_check.views.palette import CUES, INK, TONES
from headshot_check.views.web import FOLDER, MODULES, NAMES, module, script, style
from headshot_check.words import CUES_IN_WORDS, SUBJECT_NAMES, WORDS


def tables() -> dict[str, Any]:
    """What names.js exports: each constant stands on one line, as JSON."""
    lines = re.findall(r"^export const (\w+) = (.*);$", module(NAMES), re.MULTILINE)
    return {name: json.loads(text) for name, text in lines}


def test_the_scripts_say_what_the_package_says() -> None:
    said = tables()
    assert said["CHECK_NAMES"] == {**{check: WORDS[check].name for check in WORDS}, "file.readable": "file readable"}
    assert list(said["SUBJECT_NAMES"].items()) == list(SUBJECT_NAMES.items())
    assert set(said["ROUND_TARGETS"]) == {target.name for target in TARGETS.values() if target.circle}
    assert said["VERDICT_NAMES"]["retake"] == "Retake"


def test_no_script_has_names_or_numbers_of_its_own() -> None:
    """What stands in names.js or in a report's JSON is written in Python only."""
    own = {words.name for words in WORDS.values() if " " in words.name} | set(CUES_IN_WORDS.values())
    folders = (FOLDER, FOLDER.parents[1] / "app/static")
    for path in (path for folder in folders for path in folder.rglob("*.js")):
        text = path.read_text("utf-8")
        assert not [name for name in own if f'"{name}"' in text], path.name
        assert not re.search(r"stops below white|CIELAB|inter-eye distance", text), path.name


def test_colours_are_those_of_the_overlay_picture() -> None:
    text = (FOLDER / "base.css").read_text("utf-8")
    tokens = {"on-tone": INK, **TONES, **{name.replace("_", "-"): colour for name, colour in CUES.items()}}
    for name, (red, green, blue) in tokens.items():
        assert f"--{name}: #{red:02x}{green:02x}{blue:02x};" in text, name


def test_modules_share_one_scope_without_clashes() -> None:
    names: list[str] = []
    for name in MODULES:
        text = module(name)
        names += re.findall(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", text, re.MULTILINE)
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


def test_modules_stand_after_what_they_import() -> None:
    for at, name in enumerate(MODULES):
        imported = re.findall(r'from "\./([\w.]+)"', module(name))
        assert set(imported) <= set(MODULES[:at]), name


def test_inlined_text_stays_inside_its_element() -> None:
    joined = script()
    assert not re.search(r"^(?:import|export) ", joined, re.MULTILINE)
    for text in (joined, style()):
        assert "</" not in text
        assert "<!--" not in text


@pytest.mark.parametrize("name", MODULES)
def test_no_markup_is_made_out_of_data(name: str) -> None:
    text = module(name)
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)


def test_no_other_sheet_restyles_what_is_drawn_on_a_photo() -> None:
    """A class of an SVG mark is styled in detail.css only; a page's own class of that name would hit the marks too."""
    drawn = {"mark", "leaders", "pointed"}
    for name in ("overlay.js", "mark_labels.js"):
        for line in re.findall(r"^.*(?:\bs|strokes)\(.*$", module(name), re.MULTILINE):
            drawn |= {one for names in re.findall(r'class: "([\w -]+)"', line) for one in names.split()}
    assert {"line", "shade", "outside"} <= drawn
    folders = (FOLDER, FOLDER.parents[1] / "app/static")
    for sheet in (path for folder in folders for path in folder.rglob("*.css") if path.name != "detail.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        for selector in (one.strip() for group in re.findall(r"([^{}]+)\{", text) for one in group.split(",")):
            hit = set(re.findall(r"\.([\w-]+)", selector))
            assert re.search(r"[\s#]", selector) or not hit or not hit <= drawn, f"{sheet.name}: {selector}"
