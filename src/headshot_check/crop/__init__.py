"""The best crop of a photo for a target: where to cut, how far to straighten, and the file of it."""

from __future__ import annotations

from headshot_check.crop.frame import CropFrame, best_frame
from headshot_check.crop.targets import TARGETS, CropError, Target, target_for, target_named
from headshot_check.scene.circle import circle_square

__all__ = ["TARGETS", "CropError", "CropFrame", "Target", "best_frame", "circle_square", "target_for", "target_named"]
