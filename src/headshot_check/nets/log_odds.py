"""From what a network says to a probability."""

from __future__ import annotations

import math


def probability(log_odds: float) -> float:
    """Above 0 and below 1: beyond 30 either way nothing is added, and nothing overflows."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def log_odds(probability: float) -> float:
    """The other way: of a probability 0..1, within 30 either way."""
    least = math.exp(-30.0)
    return math.log(max(probability, least) / max(1 - probability, least))
