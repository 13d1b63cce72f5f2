"""Rotation by multiples of 90 degrees before cropping."""

from __future__ import annotations

import math

from headshot_check.report import Region
from headshot_check.scene import Scene


def turns_of_region(scene: Scene, region: Region) -> int:
    """Clockwise quarter turns, 0..3, after which the upper edge of a user's region is closest to horizontal."""
    if len(region.points) != 4:  # `frame_at` says so
        return 0
    (x0, y0), (x1, y1) = region.points[:2]
    return -round(math.degrees(math.atan2((y1 - y0) * scene.height, (x1 - x0) * scene.width)) / 90) % 4


def note_on_turning(turns: int) -> tuple[str, ...]:
    """The note about the rotation, if there was one."""
    if turns == 2:
        return ("Turned the right way up.",)
    return (f"Turned by 90 degrees {'clockwise' if turns == 1 else 'anticlockwise'}.",) if turns else ()
