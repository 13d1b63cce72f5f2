"""From what a network says to a probability."""

from __future__ import annotations

import math


def probability(log_odds: float) -> float:
    """Above 0 and below 1: beyond 30 either way nothing is added, and nothing overflows."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def log_odds(share: float) -> float:
    """The other way round, at most 14 either way.

    >>> round(log_odds(probability(2.5)), 9)
    2.5
    """
    share = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(share / (1 - share))
