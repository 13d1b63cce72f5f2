"""Every check is complete: measured and described, limited with an origin, named, and put in words for every cause."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
from fixture_photos import ROOT

import headshot_check
from build_docs.graded import plot
from headshot_check.coaching.instructions import INSTRUCTIONS
from headshot_check.measures import SUBJECTS, known_measures
from headshot_check.policy import built_in, load_policy
from headshot_check.report import CueName, Limits
from headshot_check.scene.face_search import How
from headshot_check.words import CAUSES, CUES_IN_WORDS, SUBJECT_NAMES, WORDS, check_label
from headshot_check.words.record import strange_places

SOURCES = Path(headshot_check.__file__).parent
CHECKS = sorted({check for name in built_in() for check in load_policy(name).rules} | set(known_measures()))
SENTENCES = ("good", *(f"{part}{side}" for part in ("", "do_", "why_") for side in ("low", "high")))
SENTENCES += ("sided_high", "sided_do_high", "sided_why_high", "beyond_low", "beyond_why_low")


@pytest.mark.parametrize("check", CHECKS)
def test_a_check_is_measured_named_and_put_in_words(check: str) -> None:
    function, _ = known_measures()[check]
    described = (function.__doc__ or "").strip()
    assert len(described) > 20, "the docstring says what it is, its range and where it misleads"
    assert described.split("\n")[0].endswith((".", ":", ","))
    words = WORDS[check]
    assert words.good or words.answers
    label = check_label(check)
    assert label
    assert "_" not in label
    assert check.partition(".")[0] in SUBJECT_NAMES


@pytest.mark.parametrize("policy", built_in())
def test_every_limit_says_where_it_is_from(policy: str) -> None:
    for check, rule in load_policy(policy).rules.items():
        assert len(rule.origin) > 10, check


def test_each_subject_has_its_page_in_the_documentations_list() -> None:
    listed = re.findall(r"^ *- explanation/checks/(\w+)\.md$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M)
    assert sorted(listed) == sorted(["index", *SUBJECTS])


def test_a_plot_without_a_value_is_left_out() -> None:
    assert plot("medium.drawing", [None, None, None], Limits()) == ""
    assert "along the defect: not assessed, 0.5, 0.7" in plot("medium.drawing", [None, 0.5, 0.7], Limits())


def test_no_two_checks_bear_one_name() -> None:
    labels = [check_label(check) for check in CHECKS]
    assert sorted(set(labels)) == sorted(labels)


def test_every_check_is_judged_by_a_policy_and_nothing_has_words_for_nothing() -> None:
    assert set(WORDS) == set(CHECKS)
    assert {check.partition(".")[0] for check in CHECKS} <= {*SUBJECTS, "mouth"}


def test_every_cause_in_the_sources_is_put_in_words() -> None:
    raised = set()
    for path in SOURCES.rglob("*.py"):
        raised |= set(re.findall(r"""NotAssessed\(\s*["']([a-z_]+)["']""", path.read_text(encoding="utf-8")))
    assert len(raised) > 8
    assert raised <= set(CAUSES), raised - set(CAUSES)
    for cause, words in CAUSES.items():
        assert re.fullmatch(r"[a-z].*[^.]", words), cause


def test_every_cue_has_its_words() -> None:
    assert set(CUES_IN_WORDS) == set(get_args(CueName))


@pytest.mark.parametrize("check", sorted(WORDS))
def test_the_sentences_of_a_check_are_well_made(check: str) -> None:
    words = WORDS[check]
    assert not strange_places(words)
    for code in filter(
        None, (words.coach_low, words.coach_high, *(one.coach for one in (words.answers or {}).values()))
    ):
        assert code in INSTRUCTIONS
    for text in (words.name, words.wrong, words.less):
        assert re.fullmatch(r"|[a-zJ].*[^.]", text), text
    for field in SENTENCES:
        text = getattr(words, field)
        assert "!" not in text
        assert "  " not in text
        if text and "why" in field:
            assert re.fullmatch(r"[a-z{].*[^.:]", text), (field, text)
            assert ": " not in text, (field, text)
        elif text:
            assert re.fullmatch(r"[A-Z{].*\.", text), (field, text)
        if "do" in field.split("_"):
            assert ": " not in text, (field, "the reason follows after a colon")
    for answer in (words.answers or {}).values():
        assert answer.seen.endswith(".")
        assert not answer.do or (answer.do.endswith(".") and ": " not in answer.do)


def test_words_that_a_policy_may_list_are_all_that_their_checks_answer() -> None:
    found = {"found" if how == "plain" else how for how in get_args(How)} | {"turned_away", "nobody"}
    assert set(WORDS["faces.found"].values) == found
    assert set(WORDS["capture.software"].values) == set(WORDS["capture.software"].answers or ())
    assert set(WORDS["faces.found"].answers or ()) <= found
    for check, words in WORDS.items():
        assert bool(words.values) == (words.kind == "word"), check
