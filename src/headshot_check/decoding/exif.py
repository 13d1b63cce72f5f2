"""The few EXIF facts that a profile-picture checker needs, read without loading maker notes or thumbnails.

Pillow's own reader warns on standard error for a damaged block and costs more than the decode budget leaves, so this
one reads just the tags below and answers "unknown" for whatever is damaged. Tags: Exif 2.32 (CIPA DC-008).
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

_MAX_ENTRIES = 1000  # a real directory has under 100
_MAX_TEXT = 256
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I"}

_MAKE, _MODEL, _ORIENTATION, _SOFTWARE, _DATE_TIME, _EXIF_IFD, _GPS_IFD = (
    0x010F,
    0x0110,
    0x0112,
    0x0131,
    0x0132,
    0x8769,
    0x8825,
)
_EXPOSURE_TIME, _F_NUMBER, _ISO, _DATE_TIME_ORIGINAL, _FLASH = 0x829A, 0x829D, 0x8827, 0x9003, 0x9209
_FOCAL_LENGTH, _FOCAL_LENGTH_35MM, _LENS_MODEL = 0x920A, 0xA405, 0xA434
_SUBJECT_DISTANCE, _PIXELS_ACROSS, _PIXELS_DOWN = 0x9206, 0xA002, 0xA003
_GPS_LATITUDE = 0x0002

_FRONT = ("front camera", "front facing", "front-facing", "truedepth", "selfie camera", "frontkamera", "front tele")
_BACK = (
    "back camera",
    "back dual",
    "back triple",
    "back wide",
    "back tele",
    "rear camera",
    "rear-facing",
    "rückkamera",
)

Value = str | float | tuple[float, ...]


class Camera(NamedTuple):
    """What the file says about the camera; None where it says nothing usable.

    Attributes
    ----------
    make, model, lens, software
        Text as written by the camera or the program that saved the file last.
    focal_length_mm
        Real focal length, mm, > 0.
    focal_length_35mm
        The equivalent on 24 x 36 mm film, mm, > 0.
    subject_distance_m
        Distance of what the camera focused on, metres, > 0.
    pixels
        (across, down) that the camera wrote, as stored, before any later crop.
    f_number
        Aperture, > 0.
    exposure_s
        Exposure time, seconds, > 0.
    iso
        Sensitivity, > 0.
    flash
        Whether the flash fired.
    taken
        "YYYY:MM:DD HH:MM:SS", camera time, as written.
    front_camera
        True when lens or model names the front camera, False when it names the back one, None unknown.
    has_location
        The file carries a GPS position (the position itself is never kept).
    """

    make: str | None = None
    model: str | None = None
    lens: str | None = None
    software: str | None = None
    focal_length_mm: float | None = None
    focal_length_35mm: float | None = None
    f_number: float | None = None
    exposure_s: float | None = None
    iso: int | None = None
    flash: bool | None = None
    taken: str | None = None
    front_camera: bool | None = None
    has_location: bool = False
    subject_distance_m: float | None = None
    pixels: tuple[int, int] | None = None


class ExifFacts(NamedTuple):
    """`orientation` is 1..8 (1 when absent or nonsense)."""

    orientation: int = 1
    camera: Camera = Camera()


def read_exif(block: bytes) -> ExifFacts:
    """Reads an EXIF block (with or without the leading "Exif\\0\\0"), or the head of a TIFF file. Never raises."""
    if block[:6] == b"Exif\0\0":
        block = block[6:]
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None or len(block) < 8:
        return ExifFacts()
    main = _directory(block, order, struct.unpack_from(order + "I", block, 4)[0])
    shot = _directory(block, order, _offset(main.get(_EXIF_IFD)))
    gps = _directory(block, order, _offset(main.get(_GPS_IFD)))
    orientation = main.get(_ORIENTATION)
    lens, model = _text(shot.get(_LENS_MODEL)), _text(main.get(_MODEL))
    flash = shot.get(_FLASH)
    return ExifFacts(
        orientation=int(orientation) if isinstance(orientation, float) and 1 <= orientation <= 8 else 1,
        camera=Camera(
            make=_text(main.get(_MAKE)),
            model=model,
            lens=lens,
            software=_text(main.get(_SOFTWARE)),
            focal_length_mm=_number(shot.get(_FOCAL_LENGTH)),
            focal_length_35mm=_number(shot.get(_FOCAL_LENGTH_35MM)),
            f_number=_number(shot.get(_F_NUMBER)),
            exposure_s=_number(shot.get(_EXPOSURE_TIME)),
            iso=_whole(shot.get(_ISO)),
            flash=bool(int(flash) & 1) if isinstance(flash, float) else None,
            taken=_date(shot.get(_DATE_TIME_ORIGINAL)) or _date(main.get(_DATE_TIME)),
            front_camera=_front_camera(lens, model),
            has_location=_GPS_LATITUDE in gps,
            subject_distance_m=_finite_distance(shot.get(_SUBJECT_DISTANCE)),
            pixels=_pixels(shot.get(_PIXELS_ACROSS), shot.get(_PIXELS_DOWN)),
        ),
    )


def _directory(block: bytes, order: str, start: int) -> dict[int, Value]:
    """The readable values of the directory at `start`; empty when there is none. Unreadable entries are left out."""
    found: dict[int, Value] = {}
    if start < 8 or start + 2 > len(block):
        return found
    count = min(struct.unpack_from(order + "H", block, start)[0], _MAX_ENTRIES)
    for at in range(start + 2, min(start + 2 + 12 * count, len(block) - 11), 12):
        tag, kind, length = struct.unpack_from(order + "HHI", block, at)
        size = _SIZES.get(kind, 0) * length
        if size == 0:
            continue
        where = at + 8 if size <= 4 else struct.unpack_from(order + "I", block, at + 8)[0]
        if where + size > len(block):
            continue
        value = _value(block, order, kind, length, where)
        if value is not None:
            found.setdefault(tag, value)
    return found


def _value(block: bytes, order: str, kind: int, length: int, where: int) -> Value | None:
    if kind in (2, 129):
        text = block[where : where + min(length, _MAX_TEXT)].split(b"\0")[0]
        return text.decode("utf-8", "replace")
    if kind in (5, 10):
        top, bottom = struct.unpack_from(order + ("2I" if kind == 5 else "2i"), block, where)
        return top / bottom if bottom else None
    if kind in _CODES:  # of a list the first says enough: none of the tags above needs more
        return float(struct.unpack_from(order + _CODES[kind], block, where)[0])
    return ()


def _offset(value: Value | None) -> int:
    return int(value) if isinstance(value, float) else 0


def _text(value: Value | None) -> str | None:
    if not isinstance(value, str):
        return None
    return "".join(c for c in value if c.isprintable()).strip() or None


def _number(value: Value | None) -> float | None:
    return value if isinstance(value, float) and value > 0 else None


def _finite_distance(value: Value | None) -> float | None:
    """Metres; 0xFFFFFFFF stands for infinity, and so, in practice, does anything beyond a kilometre."""
    metres = _number(value)
    return metres if metres is not None and metres < 1000 else None


def _whole(value: Value | None) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number >= 1 else None


def _date(value: Value | None) -> str | None:
    """None for an unknown date, which cameras write as blanks or zeros between the colons."""
    text = _text(value)
    return text if text is not None and re.search("[1-9]", text) else None


def _pixels(across: Value | None, down: Value | None) -> tuple[int, int] | None:
    wide, high = _whole(across), _whole(down)
    return (wide, high) if wide is not None and high is not None else None


def _front_camera(lens: str | None, model: str | None) -> bool | None:
    text = f"{lens or ''} {model or ''}".casefold()
    if any(word in text for word in _FRONT):
        return True
    return False if any(word in text for word in _BACK) else None
