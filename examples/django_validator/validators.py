"""A validator for Django's form and model fields.

class ProfileForm(forms.Form):
    picture = forms.ImageField(validators=[validate_profile_picture])
"""

from __future__ import annotations

from functools import lru_cache
from typing import BinaryIO

from django.core.exceptions import ValidationError

from headshot_check import Checker


@lru_cache(maxsize=1)
def checker() -> Checker:
    """The process's checker: made at the first upload, so that `manage.py` starts as fast as before."""
    return Checker()


def validate_profile_picture(picture: BinaryIO) -> None:
    """Refuse what needs a retake, with an error for each thing to do.

    Raises
    ------
    ValidationError
        Its messages are the instructions, in order; `code` is "retake", or why the file cannot be read.
    """
    report = checker().check(picture)
    picture.seek(0)  # whoever saves the upload reads it again
    if not report.ok:
        code = report.cause or report.verdict
        raise ValidationError([ValidationError(instruction, code=code) for instruction in report.retake])
