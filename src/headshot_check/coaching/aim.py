"""The outline to aim at on the preview: where the head belongs in the frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from headshot_check.crop import target_for
from headshot_check.policy import Policy
from headshot_check.report import Region
from headshot_check.report_parts import rectangle

_HEAD_WIDTH: Final = 0.66
"""width of a head over its height, crown to chin: medians of ANSUR II, 153 and 232 mm"""


@dataclass(frozen=True, slots=True)
class Aim:
    """The target's shape in the centre of the frame, and the head in it; regions in fractions of the frame."""

    round: bool
    """whether the target is shown as a circle"""
    region: Region
    """the largest region with the target's aspect"""
    head: Region
    """crown to chin, ear to ear"""

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for `json.dumps`."""
        return {"round": self.round, "region": self.region.to_dict(), "head": self.head.to_dict()}


def aim_of(policy: Policy, width: int, height: int) -> Aim:
    """The aim in a frame of this size for the target of a policy.

    >>> from headshot_check.policy import load_policy
    >>> aim_of(load_policy("linkedin"), 640, 480).region.bounds
    (0.125, 0.0, 0.875, 1.0)
    """
    target = target_for(policy.name, policy.base)
    wide, high = min(width, height * target.aspect), min(height, width / target.aspect)
    middle = (height - high) / 2 + target.head_centre * high
    head_high = target.head * high
    return Aim(
        target.circle,
        _box((width - wide) / 2 / width, (height - high) / 2 / height, wide / width, high / height),
        _box(
            0.5 - _HEAD_WIDTH * head_high / 2 / width,
            (middle - head_high / 2) / height,
            _HEAD_WIDTH * head_high / width,
            head_high / height,
        ),
    )


def _box(x: float, y: float, wide: float, high: float) -> Region:
    return rectangle(x, y, x + wide, y + high)
