"""Checks an installation: packages, networks, formats, processors, cache."""

from headshot_check.doctor.examination import Installation, examine

__all__ = ["Installation", "examine"]
