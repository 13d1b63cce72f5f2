"""Advice: few instructions, in the order of the shoot, each once."""

from __future__ import annotations

from headshot_check.advice import MOST_INSTRUCTIONS, instructions, praise, seat_in_words, words_for
from headshot_check.report import Cue, DriversSeat, Finding
from headshot_check.sentences import WORDS


def finding(check: str, status: str = "fail", advice: str | None = None) -> Finding:
    words = WORDS[check]
    return Finding(check, status, "seen", advice=advice or words.do_high or words.do_low)  # type: ignore[arg-type]


def test_nothing_wrong_means_nothing_to_do() -> None:
    assert instructions([finding("lighting.dark", "pass"), finding("pose.yaw", "not_assessed")], {}) == ()


def test_at_most_four_and_the_worst_of_them() -> None:
    checks = [
        "lighting.dark",
        "pose.yaw",
        "sharpness.face_blur",
        "background.clutter",
        "file.size",
        "faces.second_face",
    ]
    severities = dict(zip(checks, (0.6, 0.5, 0.4, 0.01, 0.3, 0.02), strict=True))
    done = instructions([finding(check) for check in checks], severities)
    assert len(done) == MOST_INSTRUCTIONS
    assert WORDS["background.clutter"].do_high not in done


def test_order_is_the_order_of_the_shoot() -> None:
    checks = ["file.size", "sharpness.face_blur", "pose.yaw", "lighting.dark"]
    done = instructions([finding(check) for check in checks], dict.fromkeys(checks, 0.5))
    assert done == tuple(WORDS[check].do_high for check in reversed(checks))


def test_one_topic_is_said_once_by_its_worst_finding() -> None:
    done = instructions(
        [finding("lighting.dark", "warn"), finding("lighting.backlight")],
        {"lighting.dark": 0.2, "lighting.backlight": 0.5},
    )
    assert done == (WORDS["lighting.backlight"].do_high,)


def test_words_follow_the_certainty() -> None:
    cues = (Cue("seat_belt", 0.93), Cue("headrest", 0.8), Cue("car_window", 0.3))
    likely, do = seat_in_words(DriversSeat("likely", 0.99, cues))
    assert likely == "Likely taken in a car: seat belt across the chest, headrest behind the head."
    assert do is not None
    assert do.startswith("Get out of the car.")
    possible, ask = seat_in_words(DriversSeat("possible", 0.6, cues[:1]))
    assert possible.startswith("This may be a car seat")
    assert ask is not None
    assert ask.startswith("If this is a car")
    assert seat_in_words(DriversSeat("unlikely", 0.01))[1] is None


def test_side_is_named_only_when_it_was_seen() -> None:
    assert "driver's seat" in seat_in_words(DriversSeat("likely", 0.99, side="driver"))[0]
    assert "driver" not in seat_in_words(DriversSeat("likely", 0.99))[0]


def test_numbers_of_the_finding_are_in_the_words() -> None:
    seen, _ = words_for("lighting.backlight", 2.13, high=True)
    assert "2.1 stops" in seen
    assert "62 %" in praise("framing.head_height", 0.62)
    assert "31 degrees" in words_for("pose.yaw", -31.2, high=False)[0]
