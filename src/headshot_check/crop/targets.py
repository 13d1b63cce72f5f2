"""Crop targets: the shape and size of a crop for each use, and where the head belongs in it."""

from __future__ import annotations

from typing import NamedTuple

from headshot_check.errors import HeadshotCheckError
from headshot_check.text import did_you_mean


class CropError(HeadshotCheckError):
    """There is nothing to crop, or the crop cannot be written."""

    code = "crop"


LEAST_WIDTH, MOST_WIDTH = 16, 8000
"""px of a crop: fewer is no picture, more takes gigabytes to enlarge to"""


class Target(NamedTuple):
    """What a crop is used for."""

    name: str
    title: str
    aspect: float
    """width over height"""
    sizes: tuple[int, ...]
    """widths in px, the usual one first"""
    least: int
    """width in px below which the target would show it blurred: a looser crop is then preferred"""
    policy: str
    """name of the policy that the crop is judged by"""
    head: float
    """ideal height of the head, crown to chin, over the crop's height"""
    head_least: float
    head_most: float
    """limits of that ratio, used where the picture's edges or its resolution require it"""
    head_centre: float
    """middle between crown and chin over the crop's height, from the top"""
    circle: bool = False
    """shown as a circle: the corners are hidden"""

    def height(self, width: int) -> int:
        """Height of the crop for this width, px."""
        return round(width / self.aspect)


TARGETS = {
    target.name: target
    for target in (
        # shown as a circle; 400 px is what LinkedIn asks for, 800 stays sharp on screens of double density
        Target("linkedin", "LinkedIn, a circle", 1.0, (800, 400), 400, "linkedin", 0.56, 0.31, 0.84, 0.46, circle=True),
        # a circle of 460 px at most on a profile page
        Target("github", "GitHub, a circle", 1.0, (500,), 400, "linkedin", 0.58, 0.31, 0.84, 0.47, circle=True),
        # a square with rounded corners; 512 px is what Slack keeps
        Target("slack", "Slack, a square", 1.0, (512,), 400, "linkedin", 0.60, 0.31, 0.86, 0.48),
        Target("team-page", "a team's page, a square", 1.0, (800, 400), 400, "team-page", 0.56, 0.35, 0.78, 0.47),
        Target("resume", "a résumé, 4:5", 4 / 5, (960, 480), 413, "resume", 0.50, 0.33, 0.78, 0.42),
        Target("resume-3x4", "a résumé, 3:4", 3 / 4, (900, 450), 413, "resume", 0.48, 0.33, 0.78, 0.41),
        # 35 x 45 mm at 600 and 300 dots per inch
        Target("id-photo", "a passport photo, 35:45", 35 / 45, (826, 413), 413, "id-photo", 0.745, 0.70, 0.80, 0.46),
    )
}
"""By name."""


def target_named(name: str) -> Target:
    """The target of that name.

    Raises
    ------
    CropError
        There is none.
    """
    if name not in TARGETS:
        raise CropError(
            f"there is no crop target {name!r}: {did_you_mean(name, TARGETS)}use one of {', '.join(TARGETS)}"
        )
    return TARGETS[name]


def target_for(policy: str, base: str | None = None) -> Target:
    """The target for a policy or for the policy that it extends; by default LinkedIn's."""
    return TARGETS.get(policy) or TARGETS.get(base or "") or TARGETS["linkedin"]
