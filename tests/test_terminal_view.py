"""The report on the terminal: complete, in order, and harmless whatever a file is called."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import unicodedata
from contextlib import redirect_stdout
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_factory import FINDINGS, backlight, in_a_car, report, unreadable
from rich.console import Console

from headshot_check.policy import load_policy
from headshot_check.report import Cue, DriversSeat, Finding, Limits, Report
from headshot_check.text import capitalised
from headshot_check.views import labels
from headshot_check.views.terminal.policy_page import render_policy
from headshot_check.views.terminal.report_page import render, render_summary, render_text
from headshot_check.views.terminal.typesetting import cells

NASTY = "[bold]me[/bold]\x1b[31m\x1b]0;owned\x07\r\n\u202egpj\udcff\x9b2J.jpg"


def flat(text: str) -> str:
    """White space as single spaces, so that wrapped sentences can be found."""
    return " ".join(text.split())


def on_terminal(*args: object, width: int = 80, **settings: object) -> str:
    """What rich writes to a colour terminal."""
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, color_system="standard", width=width, **settings)  # type: ignore[arg-type]
    for one in args:
        render(one, console=console)  # type: ignore[arg-type]
    return stream.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("verbose", [False, True])
def test_every_problem_is_told_with_its_message(width: int, verbose: bool) -> None:
    text = flat(render_text(report(), width=width, verbose=verbose))
    for finding in FINDINGS:
        if finding.status in ("fail", "warn"):
            assert finding.message in text
            assert finding.shown in text
            assert finding.label.lower() in text.lower()


def test_the_worst_comes_first() -> None:
    text = render_text(report(findings=FINDINGS[::-1]))
    places = [text.index(part) for part in ("✗ RETAKE", "✗ Backlight", "! Head tilt", "✓ 2 of", "What to do", "Not ch")]
    assert places == sorted(places)


def test_steps_are_numbered_in_order_and_advice_is_not_said_twice() -> None:
    text = render_text(report())
    for number, step in enumerate(report().retake, 1):
        assert f"{number}. {step}" in text
        assert text.count(step) == 1
    assert "→" not in text


def test_advice_without_a_plan_is_told_with_its_finding() -> None:
    assert "→ Turn round so that" in render_text(report(retake=()))
    assert "→ Turn round so that" in render_text(report(), verbose=True)


def aside(status: str = "fail", **parts: Any) -> Report:
    """The face is off the middle, and a crop mends it."""
    found = Finding("framing.offset", status, "The face is off the middle.", 0.4, "share", mend="crop")  # type: ignore[arg-type]
    edits = ("Cropping fixes this: the face is 40 % of the width off the middle.",)
    return report(**({"findings": (found,), "retake": (), "edits": edits, "verdict": "usable"} | parts))


def test_a_crop_is_offered_with_the_command_that_makes_it() -> None:
    text = render_text(aside(source="my photos/me & you.jpg"), width=60)
    assert "! USABLE, once cropped" in text
    assert "→ Cropping fixes this" in text
    assert "\n  headshot-check crop 'my photos/me & you.jpg' -o 'me & you-cropped.jpg'\n" in text  # never wrapped
    assert "What to do" not in text
    assert "headshot-check crop ./-me.jpg -o -me-cropped.jpg" in render_text(aside(source="-me.jpg"))
    for source in ("-", "<bytes>", "me\n.jpg"):
        assert "headshot-check" not in render_text(aside(source=source))
    assert "once" not in render_text(aside("warn"))


def test_what_a_crop_mends_is_said_at_the_finding_when_another_photo_is_needed() -> None:
    both = aside(retake=("Turn round.",), edits=(), verdict="retake")
    both = replace(both, findings=(replace(both.findings[0], advice="Cropping fixes this."), backlight()))
    text = render_text(both)
    assert text.count("→ Cropping fixes this.") == 1
    assert "headshot-check crop" not in text
    assert "Turn round so that" not in text  # the plan says it


def test_verbose_has_a_row_for_every_passed_check() -> None:
    text = render_text(report(), verbose=True)
    for finding in FINDINGS:
        if finding.status == "pass":
            assert finding.message in text
    assert "2 of 4 checks passed" in text


def test_passes_are_one_line_of_praise_and_a_count() -> None:
    assert "✓ Good: smile, light (2 of 4 passed)\n" in render_text(report(praise=("smile", "light")))
    assert "✓ 2 of 4 checks passed\n" in render_text(report())
    assert "passed" not in render_text(unreadable())


def test_what_keeps_a_ready_photo_from_100_is_named() -> None:
    tilted = Finding("pose.roll", "pass", "", -17.4, "degrees", Limits(warn_below=-18, warn_above=18))
    upright = replace(tilted, value=3.0)
    assert "Near a limit: head tilt (17°, max 18)" in render_text(report(findings=(tilted,), verdict="ready"))
    assert "Near a limit" not in render_text(report(findings=(upright,), verdict="ready"))
    assert "Near a limit" not in render_text(report(findings=(tilted,), verdict="usable"))


def test_a_subject_that_is_missing_as_a_whole_is_named_as_one() -> None:
    limits = Limits(warn_above=20)
    missing = [
        Finding(f"pose.{one}", "not_assessed", "", limits=limits, cause="no_face") for one in ("yaw", "pitch", "roll")
    ]
    text = render_text(report(findings=(*FINDINGS[:2], *missing)))
    assert "Not checked: pose (no face was found)" in text
    one_passed = Finding("pose.roll", "pass", "", 0.0, limits=limits)
    assert "Not checked: head turn, chin level (no face" in render_text(report(findings=(*missing[:2], one_passed)))


def test_what_was_not_checked_is_said_once_per_cause() -> None:
    text = flat(
        render_text(report(findings=(*FINDINGS, Finding("eyes.redness", "pass", "", 0.0, limits=Limits(warn_above=1)))))
    )
    assert "Not checked: eye opening, gaze (sunglasses)" in text
    assert "Not checked: eyes (sunglasses)" in flat(render_text(report()))


@pytest.mark.parametrize(
    ("seat", "words"),
    [
        (in_a_car(), "Likely taken in the driver's seat of a car"),
        (DriversSeat("likely", 0.97), "Likely taken in a car"),
        (DriversSeat("possible", 0.5, (Cue("headrest", 0.4),)), "Possibly taken in a car"),
    ],
)
def test_the_drivers_seat_line_is_as_certain_as_the_verdict(seat: DriversSeat, words: str) -> None:
    text = flat(render_text(report(drivers_seat=seat)))
    assert words in text
    assert seat.shown in text
    assert capitalised(labels.seat_evidence(seat)) in text


@pytest.mark.parametrize("seat", [DriversSeat("unlikely", 0.2, (Cue("headrest", 0.9),)), DriversSeat("not_assessed")])
def test_nobody_is_accused_without_evidence(seat: DriversSeat) -> None:
    text = render_text(report(drivers_seat=seat, findings=()))
    assert "car" not in text.replace("me.jpg", "")


def test_a_car_finding_is_merged_into_the_drivers_seat_line() -> None:
    found = Finding("car.drivers_seat", "fail", "Likely in a car.", 0.97, "probability", advice="Step out of the car.")
    other = Finding("car.roof_liner", "warn", "A roof liner shows.")
    text = render_text(report(drivers_seat=in_a_car(), findings=(*FINDINGS, found, other)))
    title = "✗ Likely taken in the driver's seat of a car"
    places = [text.index(part) for part in (title, "A roof liner shows.", "✗ Backlight", "What to do")]
    assert places == sorted(places)
    assert "Likely in a car." not in text  # the title says it
    assert "Likely in a car." in render_text(report(findings=(found,)))


@given(st.integers(30, 200), st.text(max_size=120), st.text(max_size=200), st.booleans())
def test_no_line_is_wider_than_the_page(width: int, name: str, message: str, ascii_only: bool) -> None:
    found = Finding("pose.yaw", "warn", message, -38.2, "degrees", Limits(warn_below=-32))
    shown = report(source=name, findings=(found, *FINDINGS), drivers_seat=in_a_car())
    text = render_text(shown, width=width, ascii_only=ascii_only)
    assert max(cells(line) for line in text.split("\n")) <= min(max(width, 40), 96)
    assert text.isascii() or not ascii_only


def summary_of(*reports: Report) -> str:
    """What is written where the output is no terminal."""
    with redirect_stdout(io.StringIO()) as output:
        render_summary(reports)
    return output.getvalue()


@given(st.text(), st.text())
def test_text_from_a_file_cannot_control_the_terminal(name: str, message: str) -> None:
    shown = report(source=name, findings=(Finding("pose.yaw", "fail", message, cause=name, unit=message, value=1.0),))
    for text in (render_text(shown), summary_of(shown, shown)):
        stray = {char for char in text if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp")}
        assert stray <= {"\n"}
        assert not {char for char in text if 0x202A <= ord(char) <= 0x202E or 0x2066 <= ord(char) <= 0x2069}


def test_markup_and_escape_sequences_in_a_name_stay_text() -> None:
    written = on_terminal(report(source=NASTY), width=120)
    escapes = set(re.findall(r"\x1b.", written))
    assert escapes == {"\x1b["}
    assert re.sub(r"\x1b\[[0-9;]*m", "", written).count("\x1b") == 0
    assert "[bold]me[/bold]\\x1b[31m" in written


def test_plain_text_carries_no_escape_sequences() -> None:
    for shown in (report(), report(drivers_seat=in_a_car()), unreadable()):
        assert "\x1b" not in render_text(shown)


def test_colour_changes_nothing_but_colour() -> None:
    bare = re.sub(r"\x1b\[[0-9;]*m", "", on_terminal(report(drivers_seat=in_a_car())))
    plain = render_text(report(drivers_seat=in_a_car()))
    assert flat(bare) == flat(plain)


def test_a_colour_terminal_gets_colour_and_no_color_is_obeyed() -> None:
    assert "\x1b[" in on_terminal(report())
    coloured = re.findall(r"\x1b\[([0-9;]*)m", on_terminal(report(), no_color=True))
    assert not [code for code in ";".join(coloured).split(";") if code and 30 <= int(code) <= 47]


def test_an_unreadable_file_is_reported() -> None:
    text = render_text(unreadable())
    assert "✗ UNREADABLE" in text
    assert "the file is empty" in text
    assert "/100" not in text
    assert "Not checked" not in text
    assert text.count("Download it again.") == 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_an_output_without_unicode_gets_ascii_signs(
    encoding: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    render(report(source="Zoë 日.jpg"))
    render_summary([report(), unreadable()])
    stream.seek(0)
    written = stream.read()
    assert written.isascii()
    assert "x RETAKE" in written
    assert "Zoe ?.jpg" in written


@pytest.mark.parametrize(
    ("settings", "coloured"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "dumb"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_needs_a_terminal_that_wants_it(
    settings: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    stream = Terminal()
    monkeypatch.setattr(sys, "stdout", stream)
    render(report())
    assert ("\x1b[" in stream.getvalue()) is coloured


def test_plain_output_does_not_load_rich() -> None:
    code = (
        "import sys, report_factory as f\nfrom headshot_check.views.terminal import report_page\n"
        "report_page.render(f.report())\nassert not {'rich', 'numpy', 'cv2', 'PIL'} & set(sys.modules)"
    )
    settings = {name: value for name, value in os.environ.items() if name != "FORCE_COLOR"}
    settings |= {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", code], env=settings, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert b"RETAKE" in done.stdout


def test_summary_counts_verdicts_cars_and_names_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "96")
    best = report(source="b.jpg", verdict="ready", score=96)
    text = summary_of(report(drivers_seat=in_a_car()), best, unreadable())
    assert text == ("3 photos: ✓ 1 ready, ✗ 1 retake, ✗ 1 unreadable · 1 likely taken in a car · best: b.jpg (96)\n")
    assert summary_of() == ""
    assert summary_of(unreadable()) == "1 photo: ✗ 1 unreadable\n"


@given(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9))
def test_a_value_and_the_limit_it_crossed_never_look_alike(value: float, limit: float) -> None:
    limits = Limits(fail_above=limit) if value > limit else Limits(fail_below=limit)
    shown = Finding("pose.yaw", "fail", "", value, "px", limits).shown
    number, word, bound = re.fullmatch(r"(-?[\d.]+) px, (max|min) (-?[\d.]+)", shown).groups()  # type: ignore[union-attr]
    assert word == ("max" if value > limit else "min") or value == limit
    assert number != bound or abs(value - limit) < 1e-3


def test_what_cannot_be_read_is_not_to_be_made_better() -> None:
    text = render_text(replace(unreadable(), retake=("Download it again.",)))
    assert "What to do\n1. " in text
    assert "To make it better" not in text


@pytest.mark.parametrize(("own", "said"), [(1, "1 check has limits"), (2, "2 checks have limits")])
def test_a_policy_with_one_limit_of_its_own_has_one_check(own: int, said: str, capsys: Any) -> None:
    base = load_policy("linkedin")
    rules = {
        check: rule._replace(set_by="mine" if number < own else base.name)
        for number, (check, rule) in enumerate(base.rules.items())
    }
    render_policy(replace(base, name="mine", base=base.name, rules=rules))
    assert f"Extends linkedin; {said} of its own" in capsys.readouterr().out
