"""The time limit for one photo."""

from __future__ import annotations

from typing import Final

TIME_LIMIT_S: Final = 30.0
"""default: a hundred times what 48 megapixels take on one core, so a check that exceeds it hangs"""
LONGEST_S: Final = 86_400.0
"""longest time limit; timers of the operating system are limited to some weeks"""


def checked_time_limit(seconds: float) -> float:
    """Validate a time limit and return it.

    Raises
    ------
    ValueError
        It is not above 0, or more than a day.
    """
    if not 0 < seconds <= LONGEST_S:
        raise ValueError(
            f"the time limit must be above 0 and at most {LONGEST_S:,.0f} seconds (a day), not {seconds:g}"
        )
    return seconds
