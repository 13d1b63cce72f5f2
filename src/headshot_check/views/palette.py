"""The colours of pictures and pages: distinct with any colour vision, and never the only sign of anything."""

from __future__ import annotations

from typing import Final

from headshot_check.report import Verdict

Colour = tuple[int, int, int]
"""red, green, blue, 0..255"""

WHITE: Final[Colour] = (255, 255, 255)
INK: Final[Colour] = (18, 19, 22)
GREY: Final[Colour] = (172, 176, 184)

# Okabe and Ito's palette, in places lighter so that it stands out on dark: https://jfly.uni-koeln.de/color/
TONES: Final[dict[str, Colour]] = {"good": (20, 184, 138), "warn": (245, 216, 66), "fail": (255, 112, 67)}
CUES: Final[dict[str, Colour]] = {
    "seat_belt": (240, 168, 24),
    "headrest": (86, 180, 233),
    "car_window": (24, 190, 150),
    "roof": (224, 142, 188),
    "steering_wheel": (132, 150, 255),
}
VERDICT_TONES: Final[dict[Verdict, str]] = {"ready": "good", "usable": "warn", "retake": "fail", "unreadable": "fail"}
