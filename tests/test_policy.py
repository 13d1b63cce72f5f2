"""Policies: limits from TOML, judged monotonically, with errors that name the key."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headshot_check.errors import PolicyError
from headshot_check.measures import Measurement, known_measures
from headshot_check.policy import Rule, built_in, judge, load_policy
from headshot_check.report import Limits
from headshot_check.sentences import WORDS

LINKEDIN = load_policy("linkedin")


def measured(value: float | str | bool | None, cause: str | None = None) -> Measurement:
    return Measurement("x.y", value, None, cause=cause)


def test_linkedin_judges_every_measure_but_the_plain_count() -> None:
    assert set(known_measures()) - set(LINKEDIN.rules) == {"faces.count"}


def test_every_rule_says_where_its_limits_are_from() -> None:
    for check, rule in LINKEDIN.rules.items():
        assert len(rule.origin) > 10, check


def test_every_limit_has_its_words() -> None:
    for name in built_in():
        for check, rule in load_policy(name).rules.items():
            words, limits = WORDS[check], rule.limits
            assert words.good or words.answers, check
            if limits.warn_above is not None or limits.fail_above is not None:
                assert check == "car.drivers_seat" or (words.high and words.do_high), check
            if limits.warn_below is not None or limits.fail_below is not None:
                assert words.low, check
                assert words.do_low, check
            for answer in (*(limits.warn_in or ()), *(limits.fail_in or ())):
                assert (words.answers or {}).get(str(answer)) or (words.low and words.do_low), (check, answer)
            if words.topic == "":
                assert limits == Limits(), check


@given(st.floats(-100, 100), st.floats(0, 100), st.floats(0, 100))
def test_severity_never_falls_as_the_defect_grows(start: float, step: float, further: float) -> None:
    rule = Rule(Limits(warn_above=10, fail_above=20, warn_below=-10, fail_below=-30), 1, "")
    for sign in (1, -1):
        values = [sign * abs(start), sign * (abs(start) + step), sign * (abs(start) + step + further)]
        severities = [judge(rule, measured(value)).severity for value in values]
        assert severities == sorted(severities)


@pytest.mark.parametrize(
    ("value", "status"),
    [(0, "pass"), (10, "pass"), (10.1, "warn"), (20, "warn"), (20.1, "fail"), (-10.1, "warn"), (-31, "fail")],
)
def test_limits_are_crossed_beyond_not_at(value: float, status: str) -> None:
    rule = Rule(Limits(warn_above=10, fail_above=20, warn_below=-10, fail_below=-30), 1, "")
    assert judge(rule, measured(value)).status == status


def test_words_and_answers_are_held_against_lists() -> None:
    rule = Rule(Limits(warn_in=("HEIF",), fail_in=(True,)), 1, "")
    assert judge(rule, measured("HEIF")).status == "warn"
    assert judge(rule, measured("JPEG")).status == "pass"
    assert judge(rule, measured(True)).status == "fail"
    assert judge(rule, measured(False)).status == "pass"


def test_what_was_not_assessed_is_not_judged() -> None:
    assert judge(LINKEDIN.rules["lighting.dark"], measured(None, "no_face")).status == "not_assessed"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[checks.'lighting.drak']\nwarn_above = 1", "lighting.drak"),
        ("[checks.'lighting.dark']\nwarn_abov = 1", "warn_abov"),
        ("[checks.'lighting.dark']\nwarn_above = 'much'", "warn_above"),
        ("[checks.'lighting.dark']\nwarn_above = true", "warn_above"),
        ("[checks.'lighting.dark']\nweight = 3", "weight"),
        ("[checks.'lighting.dark']\nwarn_above = 3\nfail_above = 2", "fail_above"),
        ("[checks.'file.format']\nwarn_in = 'HEIF'", "warn_in"),
        ("[cheks.'file.format']\nwarn_in = ['HEIF']", "cheks"),
        ("checks = 3", "checks"),
        ("title = 'x'", "checks"),
        ("[checks", "TOML"),
    ],
)
def test_bad_policy_names_the_file_and_the_key(tmp_path: Path, text: str, names: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert names in caught.value.message
    assert "mine.toml" in caught.value.message


def test_unknown_policy_lists_the_known_ones() -> None:
    with pytest.raises(PolicyError, match="linkedin"):
        load_policy("linkedout")


def test_own_policy_is_used(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text("name = 'own'\n[checks.'file.short_side']\nfail_below = 5000\n", encoding="utf-8")
    from fixture_photos import fixture

    from headshot_check import check

    report = check(fixture("drivers_seat_selfie"), policy=path)
    assert report.policy == "own"
    assert [finding.check for finding in report.findings] == ["file.short_side"]
    assert report.verdict == "retake"
    assert report.drivers_seat.cause == "not_in_policy"
