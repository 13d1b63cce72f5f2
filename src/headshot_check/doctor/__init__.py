"""Whether this installation is whole: packages, networks, formats, processors, cache, and what is missing."""

from headshot_check.doctor.examination import Installation, examine

__all__ = ["Installation", "examine"]
