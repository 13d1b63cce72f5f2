"""The best crop of a photo for a target: where to cut, how far to straighten, and how to save it."""

from __future__ import annotations

from headshot_check.crop.frame import CropFrame, best_frame
from headshot_check.crop.targets import TARGETS, CropError, Target, target_for, target_named

__all__ = ["TARGETS", "CropError", "CropFrame", "Target", "best_frame", "target_for", "target_named"]
