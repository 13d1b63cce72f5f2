"""Log-odds to probabilities and back."""

from __future__ import annotations

import math


def probability(log_odds: float) -> float:
    """The probability, above 0 and below 1; log-odds are limited to -30..30, so that nothing overflows."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def log_odds(probability: float) -> float:
    """The log-odds of a probability 0..1, limited to -30..30."""
    least = math.exp(-30.0)
    return math.log(max(probability, least) / max(1 - probability, least))
