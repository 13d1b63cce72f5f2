"""Photos that lie on their side or stand on their head: by how many quarter turns they are upright."""

from __future__ import annotations

import math

from headshot_check.report import Region
from headshot_check.scene import Scene
from headshot_check.scene.face_search import ON_ITS_SIDE_RAD, lean_rad


def turns_of_face(scene: Scene) -> int:
    """Quarter turns clockwise, 0..3, after which the main face is upright; 0 where it does not lie.

    Raises
    ------
    NotAssessed
        "no_face".
    """
    lean = lean_rad(scene.main)
    lies = scene.search.how == "rotated" or abs(lean) > ON_ITS_SIDE_RAD  # "how" says so only where faces are in doubt
    quarters = round(2 * lean / math.pi) or int(math.copysign(1, lean))  # the detector's points lean less than a face
    return quarters % 4 if lies else 0


def turns_of_region(scene: Scene, region: Region) -> int:
    """Quarter turns clockwise, 0..3, after which the upper edge of a crop by hand is nearest to level."""
    if len(region.points) != 4:  # `frame_at` says so
        return 0
    (x0, y0), (x1, y1) = region.points[:2]
    return -round(math.degrees(math.atan2((y1 - y0) * scene.height, (x1 - x0) * scene.width)) / 90) % 4


def turned_region(region: Region, turns: int) -> Region:
    """The same place, in fractions of a photo that was turned clockwise by so many quarters."""
    points = region.points
    for _ in range(turns % 4):
        points = tuple((1 - y, x) for x, y in points)
    return Region(points)


def note_on_turning(turns: int) -> tuple[str, ...]:
    """What the owner of a crop should know of it."""
    if turns == 2:
        return ("Turned the right way up.",)
    return (f"Turned by 90 degrees {'clockwise' if turns == 1 else 'anticlockwise'}.",) if turns else ()
