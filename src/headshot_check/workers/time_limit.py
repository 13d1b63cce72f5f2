"""How long one photo may take."""

from __future__ import annotations

from typing import Final

TIME_LIMIT_S: Final = 30.0
"""for one photo: a hundred times what 48 megapixels take on one core, so what exceeds it hangs"""
LONGEST_S: Final = 86_400.0
"""that may be asked for: clocks of the system take no more than some weeks"""


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
