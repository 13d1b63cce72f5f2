"""What the two web pages share: the same words, colours and limits as the other views; safe to inline."""

from __future__ import annotations

import json
import re

import pytest

from headshot_check.crop.targets import TARGETS
from headshot_check.views.palette import CUES, INK, TONES
from headshot_check.views.web import FOLDER, MODULES, script, style
from headshot_check.words import CUES_IN_WORDS
from headshot_check.words.check_names import CHECK_NAMES, SUBJECT_NAMES, SUBJECTS_IN_FULL


def table(name: str) -> dict[str, str]:
    """A table of words.js: its rows are written as in JSON but for the quotes around plain keys."""
    (body,) = re.findall(rf"export const {name} = {{\n(.*?)\n}};", (FOLDER / "words.js").read_text("utf-8"), re.DOTALL)
    rows = re.sub(r"^  (\w+):", r'  "\1":', body, flags=re.MULTILINE).rstrip(",")
    read: dict[str, str] = json.loads(f"{{{rows}}}")
    return read


def listed(name: str) -> list[str]:
    (body,) = re.findall(rf"export const {name} = (\[.*?\]);", (FOLDER / "words.js").read_text("utf-8"))
    read: list[str] = json.loads(body)
    return read


def test_words_are_those_of_the_other_views() -> None:
    assert table("CHECK_NAMES") == CHECK_NAMES
    assert table("SUBJECT_NAMES") == SUBJECT_NAMES
    assert list(table("SUBJECT_NAMES")) == list(SUBJECT_NAMES)
    assert table("CUES_IN_WORDS") == CUES_IN_WORDS
    assert set(listed("SUBJECTS_IN_FULL")) == SUBJECTS_IN_FULL
    assert set(listed("ROUND_TARGETS")) == {target.name for target in TARGETS.values() if target.circle}


def test_colours_are_those_of_the_overlay_picture() -> None:
    text = (FOLDER / "base.css").read_text("utf-8")
    tokens = {"on-tone": INK, **TONES, **{name.replace("_", "-"): colour for name, colour in CUES.items()}}
    for name, (red, green, blue) in tokens.items():
        assert f"--{name}: #{red:02x}{green:02x}{blue:02x};" in text, name


def test_modules_share_one_scope_without_clashes() -> None:
    names: list[str] = []
    for module in MODULES:
        text = (FOLDER / module).read_text("utf-8")
        names += re.findall(r"^(?:export )?(?:async )?(?:const|let|function|class) (\w+)", text, re.MULTILINE)
    assert len(names) == len(set(names)), sorted(name for name in names if names.count(name) > 1)


def test_modules_stand_after_what_they_import() -> None:
    for at, module in enumerate(MODULES):
        imported = re.findall(r'from "\./([\w.]+)"', (FOLDER / module).read_text("utf-8"))
        assert set(imported) <= set(MODULES[:at]), module


def test_inlined_text_stays_inside_its_element() -> None:
    joined = script()
    assert not re.search(r"^(?:import|export) ", joined, re.MULTILINE)
    for text in (joined, style()):
        assert "</" not in text
        assert "<!--" not in text


@pytest.mark.parametrize("module", MODULES)
def test_no_markup_is_made_out_of_data(module: str) -> None:
    text = (FOLDER / module).read_text("utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", text)
