"""headshot-check: says what is wrong with a profile picture, and how to retake it."""

from __future__ import annotations

__version__ = "0.1.0"
