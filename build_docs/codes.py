"""Codes that programs may rely on, from where they are written."""

from __future__ import annotations

from build_docs.markdown import code, table, told
from headshot_check import errors as family
from headshot_check.crop.targets import CropError
from headshot_check.views.picture.overlay import OverlayError
from headshot_check.words import CAUSES, CUES_IN_WORDS


def errors() -> str:
    """Every class of errors."""
    plain = (family.PolicyError, family.CheckError, family.WeightsError, family.WorkerError, CropError, OverlayError)
    rows = [(code(one.__name__), code(one.code), told(one)) for one in plain]
    return table(["class", "`code`", "when"], [("`PhotoError`", "below", "A photo could not be read."), *rows])


def photo_errors() -> str:
    """Every code of a photo that cannot be read."""
    rows = [(code(name), family.PhotoError(name, "", "").remedy) for name in family.PHOTO_ERROR_CODES]
    return table(["code", "what to do"], rows)


def causes() -> str:
    """Why a check was not made."""
    return table(["cause", "in words"], [(code(name), said) for name, said in CAUSES.items()])


def cues() -> str:
    """What tells of a car."""
    return table(
        ["`drivers_seat.cues[].name`", "in words"], [(code(name), said) for name, said in CUES_IN_WORDS.items()]
    )
