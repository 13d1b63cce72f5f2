"""Policies: limits from TOML, judged monotonically, with errors that name the key."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headshot_check.errors import PolicyError
from headshot_check.measures import Measurement, known_measures
from headshot_check.policy import Judgement, Policy, Rule, built_in, judge, load_policy, project_file, score
from headshot_check.policy.score import HIDDEN
from headshot_check.policy.writing import to_dict, to_toml
from headshot_check.report import Limits
from headshot_check.words import CAUSES, WORDS

LINKEDIN = load_policy("linkedin")


def measured(value: float | str | bool | None, cause: str | None = None) -> Measurement:
    return Measurement("x.y", value, None, cause=cause)


def test_linkedin_judges_every_measure() -> None:
    assert set(known_measures()) == set(LINKEDIN.rules)


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
        ("[checks.'lighting.dark']\nsame_as = 'lighting.dark'", "same_as"),
        ("[checks.'lighting.dark']\nsame_as = 'lighting.drak'", "same_as"),
        ("[checks.'lighting.dark']\nsame_when = 'high'", "same_when"),
        ("[checks.'file.format']\nwarn_in = 'HEIF'", "warn_in"),
        ("[checks.'file.format']\nfail_in = ['JPG']", "never answers 'JPG': did you mean 'JPEG'?"),
        ("[checks.'file.format']\nfail_in = ['JPEG', 'XYZ']", "use one of JPEG, PNG,"),
        ("[checks.'file.format']\nwarn_in = [true]", "list of words"),
        ("[checks.'file.format']\nfail_above = 3", "answers with a word: use warn_in or fail_in"),
        ("[checks.'faces.found']\nfail_in = ['nobodyy']", "did you mean 'nobody'?"),
        ("[checks.'capture.software']\nfail_in = ['beauty']", "retouching, editing, camera"),
        ("[checks.'file.animated']\nwarn_in = ['yes']", "list of true or false"),
        ("[checks.'file.animated']\nwarn_above = 0.5", "answers with yes or no"),
        ("[checks.'lighting.dark']\nwarn_in = ['dark']", "gives a number: use warn_below"),
        ("[checks.'pose.yaw']\nsame_when = 'above'", "add same_as"),
        ("[checks.'pose.yaw']\nsame_as = 'file.format'\nsame_when = 'above'", "same_when is for numbers"),
        ("[cheks.'file.format']\nwarn_in = ['HEIF']", "cheks"),
        (
            "[checks.'framing.head_height']\nwarn_above = 80",
            "warn_above is 80, and this check gives a share from 0 to 1: 0.8?",
        ),
        (
            "[checks.'framing.headroom']\nfail_below = -28",
            "fail_below is -28, and this check gives a share from 0 to 1",
        ),
        ("[checks.'car.drivers_seat']\nwarn_above = 30", "gives a probability from 0 to 1: 0.3?"),
        ("[checks.'pose.yaw']\nfail_above = 1000", "gives an angle from -180 to 180 degrees"),
        ("[checks.'sharpness.noise']\nfail_above = 300", "gives levels from 0 to 255"),
        ("checks = 3", "checks"),
        ("title = 'x'", "checks"),
        ("[checks", "TOML"),
        *(
            (f"[checks.'lighting.dark']\n{key} = {value}", key)
            for key in ("warn_above", "fail_below", "weight")
            for value in ("inf", "-inf", "nan", "1e999", "1" + "0" * 400, "0x" + "f" * 5000)
        ),
        ("[checks.'lighting.dark']\nwarn_above = " + "[" * 200 + "]" * 200, "warn_above"),
        ("[checks.'lighting.dark']\norigin." + ".".join("a" * 900) + " = 1", "origin"),
        ("[checks.'lighting.dark']\nwarn_above = " + "[" * 90_000 + "]" * 90_000, "nested"),
        ("[checks.'lighting.dark']\nwarn_above = " + "1" * 5000, "is not valid TOML"),
        ("name = " + "0x" + "f" * 5000 + "\nextend = 'linkedin'", "name"),
        ("title = '" + "x" * (1 << 20) + "'", "bytes"),
        ("name = ''\nextend = 'linkedin'", "name is empty"),
        ('name = "a\\u001b[31m"\nextend = "linkedin"', r"name has characters that cannot be printed: 'a\x1b[31m'"),
        ('title = "a\\nb"\nextend = "linkedin"', "title has characters"),
    ],
)
def test_bad_policy_names_the_file_and_the_key(tmp_path: Path, text: str, names: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError) as caught:
        load_policy(path)
    assert names in caught.value.message
    assert "mine.toml" in caught.value.message
    assert len(caught.value.message) < 600 + len(str(tmp_path))


@pytest.mark.parametrize("length", [17, 1500])
def test_a_chain_of_policies_that_never_ends_is_refused(tmp_path: Path, length: int) -> None:
    for number in range(length):
        write(tmp_path / f"{number}.toml", f"extend = '{number + 1}.toml'\n")
    write(tmp_path / f"{length}.toml", "extend = 'linkedin'\n")
    with pytest.raises(PolicyError, match="extend leads through more than 16 files"):
        load_policy(tmp_path / "0.toml")
    assert load_policy(tmp_path / f"{length - 10}.toml").rules == LINKEDIN.rules


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_loop_of_links_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").symlink_to(tmp_path / "mine.toml")
    with pytest.raises(PolicyError, match=r"mine\.toml' cannot be read"):
        load_policy(tmp_path / "mine.toml")


def test_a_name_that_no_file_can_have_is_an_error() -> None:
    with pytest.raises(PolicyError, match=r"a.x00\.toml' cannot be read"):
        load_policy("a\0.toml")


def test_a_pyproject_whose_tools_are_no_table_is_passed_by_or_named(tmp_path: Path) -> None:
    path = write(tmp_path / "pyproject.toml", "tool = 'headshot-check'\n")
    assert project_file(tmp_path) in (None, project_file(tmp_path.parent))
    with pytest.raises(PolicyError, match=r"pyproject\.toml: tool\.headshot-check is missing"):
        load_policy(path)


@pytest.mark.parametrize("wrong", [None, 3, b"linkedin", {"name": "linkedin"}, load_policy("linkedin")])
def test_what_is_no_policy_is_refused(wrong: Any) -> None:
    with pytest.raises(PolicyError, match=f"must be a name or the path of a .toml file, not {type(wrong).__name__}"):
        load_policy(wrong)


def test_unknown_policy_lists_the_known_ones() -> None:
    with pytest.raises(PolicyError, match="linkedin"):
        load_policy("linkedout")


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def limits_of(policy: Policy, check: str) -> dict[str, object]:
    return policy.rules[check].limits.to_dict()


def test_four_policies_come_with_the_package() -> None:
    assert built_in() == ("id-photo", "linkedin", "resume", "team-page")


def test_every_policy_extends_linkedin_and_says_where_its_limits_are_from() -> None:
    for name in set(built_in()) - {"linkedin"}:
        policy = load_policy(name)
        assert policy.base == "linkedin"
        assert set(LINKEDIN.rules) - set(policy.rules) <= {"framing.circle_cut", "mouth.smile"}
        for check, rule in policy.rules.items():
            assert len(rule.origin) > 10, (name, check)
            assert rule.set_by in (name, "linkedin")
            assert (rule.set_by == name) == (rule.limits != LINKEDIN.rules[check].limits), (name, check)


def test_passport_photo_is_judged_by_the_figures_of_the_standard() -> None:
    policy = load_policy("id-photo")
    assert limits_of(policy, "framing.head_height").items() >= {"fail_below": 0.6, "fail_above": 0.9}.items()
    assert limits_of(policy, "framing.inter_eye_distance") == {"fail_below": 90.0}
    assert limits_of(policy, "pose.roll").items() >= {"warn_below": -8.0, "warn_above": 8.0}.items()
    for check in ("pose.yaw", "pose.pitch"):
        assert limits_of(policy, check).items() >= {"warn_below": -5.0, "warn_above": 5.0}.items()
    for check, rule in LINKEDIN.rules.items():  # nowhere more lenient
        if check in policy.rules and check.partition(".")[0] in ("framing", "pose", "eyes", "faces", "background"):
            for value in (value for side in beyond(rule) for value in side):
                strict = judge(policy.rules[check], measured(value))
                assert strict.severity >= judge(rule, measured(value)).severity, (check, value)


def test_file_that_extends_holds_only_what_differs(tmp_path: Path) -> None:
    text = """extend = "linkedin"
[checks."framing.head_height"]
warn_below = 0.4
[checks."lighting.dark"]
weight = 0.1
"""
    policy = load_policy(write(tmp_path / "mine.toml", text))
    assert policy.base == "linkedin"
    assert policy.name == "mine"
    head, base = policy.rules["framing.head_height"], LINKEDIN.rules["framing.head_height"]
    assert head.limits.warn_below == 0.4
    assert head.limits.fail_below == base.limits.fail_below
    assert head.weight == base.weight
    assert (head.origin, head.set_by) == ("set in mine.toml", "mine.toml")
    dark = policy.rules["lighting.dark"]
    assert dark.weight == 0.1
    assert (dark.limits, dark.origin) == (
        LINKEDIN.rules["lighting.dark"].limits,
        LINKEDIN.rules["lighting.dark"].origin,
    )


def test_limits_and_checks_can_be_switched_off(tmp_path: Path) -> None:
    text = """extend = "linkedin"
[checks]
"background.clutter" = "off"
[checks."framing.head_height"]
warn_above = "off"
fail_above = "off"
"""
    policy = load_policy(write(tmp_path / "mine.toml", text))
    assert "background.clutter" not in policy.rules
    assert set(limits_of(policy, "framing.head_height")) == {"warn_below", "fail_below"}


@pytest.mark.parametrize(
    ("own", "same"),
    [
        ("same_as = 'off'", (None, None)),
        ("same_when = 'off'", ("lighting.tones", None)),
        ("same_as = 'pose.roll'", ("pose.roll", None)),
        ("weight = 0.1", ("lighting.tones", "below")),
    ],
)
def test_what_says_the_same_can_be_set_and_switched_off(tmp_path: Path, own: str, same: tuple[str | None, ...]) -> None:
    text = f"extend = 'linkedin'\n[checks.'lighting.contrast']\n{own}\n"
    rule = load_policy(write(tmp_path / "mine.toml", text)).rules["lighting.contrast"]
    assert (rule.same_as, rule.same_when) == same


def test_check_names_need_no_quotation_marks(tmp_path: Path) -> None:
    text = 'extend = "linkedin"\n[checks.framing.head_height]\nwarn_below = 0.4\n[checks.mouth]\nsmile = "off"\n'
    policy = load_policy(write(tmp_path / "mine.toml", text))
    assert policy.rules["framing.head_height"].limits.warn_below == 0.4
    assert "mouth.smile" not in policy.rules


def test_file_extends_a_file_beside_it(tmp_path: Path) -> None:
    write(tmp_path / "base.toml", "extend = 'resume'\n[checks.'pose.yaw']\nwarn_above = 20\n")
    policy = load_policy(write(tmp_path / "mine.toml", "extend = 'base.toml'\n[checks.'pose.roll']\nwarn_above = 9\n"))
    assert policy.rules["pose.yaw"].limits.warn_above == 20
    assert policy.rules["pose.roll"].limits.warn_above == 9
    assert policy.rules["file.short_side"] == load_policy("resume").rules["file.short_side"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("extend = 'linkdin'", "did you mean 'linkedin'"),
        ("extend = 'gone.toml'", "gone.toml"),
        ("extend = 3", "extend"),
        ("extend = 'mine.toml'", "leads back"),
        ("extnd = 'linkedin'", "did you mean 'extend'"),
        ("extend = 'linkedin'\n[checks.'framing.head_hight']\nwarn_below = 1", "did you mean 'framing.head_height'"),
        ("extend = 'linkedin'\n[checks.'pose.roll']\nwarn_abov = 1", "did you mean 'warn_above'"),
        ("extend = 'linkedin'\n[checks.'framing.head_height']\nfail_above = 0.8", "warn_above (0.9)"),
        ("extend = 'linkedin'\n[checks.'pose.roll']\nwarn_above = -30\nfail_above = 9", "nothing could pass"),
        ("extend = 'linkedin'\n[checks.'lighting.backlight']\nfail_below = 9", "nothing could pass"),
        ("extend = 'linkedin'\n[checks]\n'pose.roll' = 3", "pose.roll"),
        ("extend = 'linkedin'\n[checks.'pose.roll']\nwarn_above = nan", "warn_above"),
    ],
)
def test_bad_extension_names_the_file_the_key_and_the_remedy(tmp_path: Path, text: str, names: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(write(tmp_path / "mine.toml", text))
    assert names in caught.value.message
    assert "mine.toml" in caught.value.message or "gone.toml" in names or "linkdin" in text


def test_project_file_is_found_above_and_others_are_passed_by(tmp_path: Path) -> None:
    below = tmp_path / "one" / "two"
    below.mkdir(parents=True)
    assert project_file(below) is None or tmp_path not in (project_file(below) or tmp_path).parents
    write(tmp_path / "pyproject.toml", "[tool.headshot-check]\npolicy = 'team-page'\n")
    write(tmp_path / "one" / "pyproject.toml", "[project\nbroken")
    assert project_file(below) == (tmp_path / "pyproject.toml").resolve()
    policy = load_policy(tmp_path / "pyproject.toml")
    assert (policy.name, policy.base) == ("team-page", "linkedin")
    assert policy.rules == load_policy("team-page").rules


def test_project_may_change_single_limits(tmp_path: Path) -> None:
    text = '[tool.headshot-check.checks."framing.head_height"]\nwarn_below = 0.4\n'
    policy = load_policy(write(tmp_path / "pyproject.toml", text))
    assert (policy.name, policy.base) == ("pyproject.toml", "linkedin")
    assert policy.rules["framing.head_height"].limits.warn_below == 0.4


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[tool.headshot-check]\npolice = 'resume'", "did you mean 'policy'"),
        ("[tool.headshot-check]\npolicy = 3", "policy"),
        ("[tool.headshot-check]\npolicy = 'resume'\nextend = 'resume'", "keep one"),
        ("[tool.other]\nx = 1", "tool.headshot-check is missing"),
        ("[tool.headshot-check", "TOML"),
    ],
)
def test_bad_project_table_names_the_file_and_the_key(tmp_path: Path, text: str, names: str) -> None:
    with pytest.raises(PolicyError) as caught:
        load_policy(write(tmp_path / "pyproject.toml", text))
    assert names in caught.value.message
    assert "pyproject.toml" in caught.value.message


@pytest.mark.parametrize("number", [0.1 + 0.2, 1e-12, 1 / 3, -1234567.891234, 2.0**40 + 0.5])
def test_limits_and_weights_as_toml_read_back_exactly(number: float, tmp_path: Path) -> None:
    weight = abs(number) % 1
    text = f"[checks.'lighting.backlight']\nwarn_above = {number!r}\nweight = {weight!r}\n"
    policy = load_policy(write(tmp_path / "mine.toml", text))
    assert policy.rules["lighting.backlight"].limits.warn_above == number
    again = load_policy(write(tmp_path / "again.toml", to_toml(policy)))
    assert again.rules["lighting.backlight"].limits == policy.rules["lighting.backlight"].limits
    assert again.rules["lighting.backlight"].weight == weight


@pytest.mark.parametrize("name", built_in())
def test_policy_as_toml_reads_back(name: str, tmp_path: Path) -> None:
    policy = load_policy(name)
    again = load_policy(write(tmp_path / "again.toml", to_toml(policy)))
    assert (again.name, again.title) == (policy.name, policy.title)
    assert [(check, rule.limits, rule.weight, rule.origin) for check, rule in again.rules.items()] == [
        (check, rule.limits, rule.weight, rule.origin) for check, rule in policy.rules.items()
    ]
    assert set(to_dict(policy)["checks"]) == set(policy.rules)


def beyond(rule: Rule) -> list[list[float | str | bool]]:
    """Values of growing defect, one list for each side on which the rule has a limit."""
    at, sides = rule.limits, []
    for warn, fail, sign in ((at.warn_above, at.fail_above, 1), (at.warn_below, at.fail_below, -1)):
        limits = [limit for limit in (warn, fail) if limit is not None]
        if limits:
            inside, outside = limits[0], limits[-1] + sign
            sides.append([inside, *(inside + (outside - inside) * k / 9 for k in range(1, 10)), outside + 9 * sign])
    if at.warn_in or at.fail_in:
        sides.append(["?", *(at.warn_in or ())[:1], *(at.fail_in or ())[:1]])
    return sides


@pytest.mark.parametrize("name", built_in())
def test_making_any_one_measure_worse_never_raises_the_score(name: str) -> None:
    rules = load_policy(name).rules
    best = {check: Judgement("pass") for check in rules}
    for others in (best, {check: Judgement("warn", 0.5) for check in rules}):
        for check, rule in rules.items():
            for values in beyond(rule):
                scores = [score(rules, others | {check: judge(rule, measured(value))}, {}) for value in values]
                assert scores == sorted(scores, reverse=True), check
                assert all(0 <= one <= 100 for one in scores)


BANDS = {"ready": (80, 100), "usable": (50, 79), "retake": (0, 49)}


def verdict(judged: Mapping[str, Judgement], mended: Collection[str]) -> str:
    status = {"usable" if check in mended and one.status == "fail" else one.status for check, one in judged.items()}
    return "retake" if "fail" in status else "usable" if {"warn", "usable"} & status else "ready"


@settings(deadline=None, max_examples=100)
@given(st.data())
@pytest.mark.parametrize("name", ["linkedin", "id-photo"])
def test_the_score_lies_in_the_verdicts_band(name: str, data: st.DataObject) -> None:
    rules = load_policy(name).rules
    judged = {check: Judgement("pass") for check in rules}
    for check in data.draw(st.lists(st.sampled_from(sorted(rules)), max_size=8)):
        values = [value for side in beyond(rules[check]) for value in side] or [0.0]
        judged[check] = judge(rules[check], measured(data.draw(st.sampled_from(values))))
    hidden = dict.fromkeys(data.draw(st.sets(st.sampled_from(sorted(rules)), max_size=5)), "too_few_pixels")
    for check in hidden:
        judged[check] = Judgement("not_assessed")
    mended = data.draw(st.sets(st.sampled_from(sorted(rules)), max_size=3))
    least, most = BANDS[verdict(judged, mended)]
    assert least <= round(score(rules, judged, hidden, mended)) <= most


@pytest.mark.parametrize("warned", [0, 3])
@pytest.mark.parametrize("name", ["linkedin", "id-photo"])
def test_the_score_has_no_step_where_a_value_crosses_a_limit(name: str, warned: int) -> None:
    rules = load_policy(name).rules
    others = {
        check: Judgement("warn" if at < warned else "pass", 0.3 if at < warned else 0.0)
        for at, check in enumerate(rules)
    }
    for check, rule in rules.items():
        at = rule.limits
        for warn, fail, sign in ((at.warn_above, at.fail_above, 1), (at.warn_below, at.fail_below, -1)):
            if warn is None:
                continue
            span = abs(fail - warn) if fail is not None and fail != warn else abs(warn) / 2 or 0.05
            step = min(span, abs(warn) or span) / 100
            values = [warn + sign * (k - 30) * step for k in range(130)]
            values += [warn + sign * k * span / 200 for k in range(600)]
            values.sort(reverse=sign < 0)
            scores = [score(rules, others | {check: judge(rule, measured(value))}, {}) for value in values]
            assert all(-8 < after - before <= 1e-9 for before, after in pairwise(scores)), check


def test_face_that_turns_away_until_nothing_can_be_measured_never_gains() -> None:
    rules = LINKEDIN.rules
    best = {check: Judgement("pass") for check in rules}
    unseen = {check for check in rules if check.partition(".")[0] in ("eyes", "pose", "lighting", "framing", "mouth")}
    turned = judge(rules["pose.yaw"], measured(60.0))
    scores = [
        score(rules, best, {}),
        score(rules, best | {"pose.yaw": judge(rules["pose.yaw"], measured(38.0))}, {}),
        score(rules, best | {"pose.yaw": turned}, {"eyes.opening": "face_turned", "eyes.gaze": "face_turned"}),
        score(rules, best | {"faces.found": judge(rules["faces.found"], measured("turned_away"))},
              dict.fromkeys(unseen, "mesh_doubtful")),
    ]  # fmt: skip
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


@pytest.mark.parametrize("cause", sorted(HIDDEN))
@pytest.mark.parametrize("name", built_in())
def test_hiding_a_check_never_raises_the_score(name: str, cause: str) -> None:
    """Whatever else is hidden or found. What hides it is a finding of its own, which decides on the verdict."""
    rules = load_policy(name).rules
    best = {check: Judgement("pass") for check in rules}
    for others in (best, {check: Judgement("warn", 0.5) for check in rules}):
        for check in rules:
            hidden = score(rules, others | {check: Judgement("not_assessed")}, {check: cause})
            assert hidden <= score(rules, others | {check: Judgement("pass")}, {}), check
    everything = score(rules, {check: Judgement("not_assessed") for check in rules}, dict.fromkeys(rules, cause))
    assert everything <= 80.0001


@pytest.mark.parametrize("opening", [0.13, 0.165, 0.3])
@pytest.mark.parametrize("gaze", [0.0, 0.3, 0.9])
def test_sunglasses_that_hide_the_eyes_never_gain(opening: float, gaze: float) -> None:
    rules = LINKEDIN.rules
    eyes = {"eyes.opening": opening, "eyes.gaze": gaze}
    seen = {check: judge(rules[check], measured(value)) for check, value in eyes.items()}
    dim = {"covering.sunglasses": judge(rules["covering.sunglasses"], measured(0.69))}
    dark = {"covering.sunglasses": judge(rules["covering.sunglasses"], measured(0.71))}
    unseen = dict.fromkeys(eyes, Judgement("not_assessed"))
    assert score(rules, unseen | dark, dict.fromkeys(eyes, "dark_glasses")) <= score(rules, seen | dim, {})


def test_what_is_nobodys_fault_costs_nothing() -> None:
    best = {check: Judgement("pass") for check in LINKEDIN.rules}
    assert (
        score(LINKEDIN.rules, best, {"file.jpeg_quality": "not_a_jpeg", "background.clutter": "no_background"}) == 100
    )
    assert set(HIDDEN) <= set(CAUSES)


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


@pytest.mark.parametrize("name", ["linkedin", "resume", "team-page", "id-photo"])
def test_a_side_of_the_face_is_a_retake_and_eyes_beside_the_camera_are_told(name: str) -> None:
    rules = load_policy(name).rules
    for yaw in (-53.0, 53.0):
        assert judge(rules["pose.yaw"], Measurement("pose.yaw", yaw, "degrees")).status == "fail"
    assert judge(rules["eyes.gaze"], Measurement("eyes.gaze", 0.14, None)).status in ("warn", "fail")
    assert judge(rules["eyes.gaze"], Measurement("eyes.gaze", 0.09, None)).status == "pass"


def test_a_misspelt_base_names_the_file_that_asks_for_it(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text('extend = "resum"\n', encoding="utf-8")
    with pytest.raises(PolicyError) as raised:
        load_policy(path)
    assert str(raised.value).startswith(f"{path}: there is no policy 'resum': did you mean 'resume'?")
