"""EXIF: orientation and camera facts; and the orientation in XMP, which is reported but not applied.

Pillow's reader warns on standard error about damaged blocks and is slower. This one reads the tags below and treats
damaged entries as missing. Tags: Exif 2.32 (CIPA DC-008).
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

_MAX_ENTRIES = 1000  # a real directory has under 100
_MAX_TEXT = 256
# By type: size in bytes, and format code of the numbers. No tag below is defined as floating-point (11, 12), but some
# programs write it.
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
_FORMATS = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 13: "I"}
_LEAST_FLOAT, _LARGEST_FLOAT = 1e-6, 1e9  # beyond these a floating-point value is damage

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

_XMP_ORIENTATION = re.compile(rb"tiff:Orientation(?:\s*=\s*[\"']|>)\s*([1-8])")
_MOST_XMP_BYTES = 1 << 20

Value = str | float | tuple[float, ...]


class Camera(NamedTuple):
    """What EXIF says about the camera; None where it says nothing valid.

    Attributes
    ----------
    make, model, lens, software
        Text as written by the camera or by the program that saved the file last.
    focal_length_mm
        Focal length of the lens, mm, > 0.
    focal_length_35mm
        Equivalent focal length for 24 x 36 mm film, mm, > 0.
    subject_distance_m
        Distance at which the camera focused, metres, > 0 and below 1000.
    pixels
        (width, height) as the camera stored the picture, before any later crop, px, each >= 1.
    f_number
        Aperture, > 0.
    exposure_s
        Exposure time, seconds, > 0.
    iso
        Sensitivity, >= 1.
    flash
        Whether the flash fired.
    taken
        "YYYY:MM:DD HH:MM:SS", the camera's time, as written; None for an unknown date (blanks or zeros).
    front_camera
        True if lens or model names the front camera, False if it names the back camera, None if unknown.
    has_location
        The file holds a GPS position (the position itself is never kept).
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
    """What is read of EXIF. `orientation` is 1..8; 1 when it is missing or invalid."""

    orientation: int = 1
    camera: Camera = Camera()


def read_exif(block: bytes) -> ExifFacts:
    """Read an EXIF block (with or without the leading "Exif\\0\\0") or the directories of a TIFF file. Never raises."""
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
    """Valid values of the directory at `start`, by tag; empty when there is none. Damaged entries are left out."""
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
    if kind in _FORMATS:  # the first value of a list: no tag above needs more
        number = float(struct.unpack_from(order + _FORMATS[kind], block, where)[0])
        return number if kind not in (11, 12) or _LEAST_FLOAT < abs(number) < _LARGEST_FLOAT else None
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
    """Metres; None for infinity, which is written as 0xFFFFFFFF and, in practice, as anything beyond a kilometre."""
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


def xmp_note(xmp: bytes, orientation: int) -> tuple[str, ...]:
    """A note if the orientation in XMP differs from that in EXIF (1..8), which is the one that is applied.

    Browsers, and so profile pages, follow EXIF alone; Pillow and photo editors follow XMP as well. The picture is
    judged as visitors of a page will see it.
    """
    found = _XMP_ORIENTATION.search(xmp, 0, _MOST_XMP_BYTES)
    if found is None or int(found[1]) == orientation:
        return ()
    return (f"its XMP asks for another turn (orientation {int(found[1])}), which browsers do not make: judged without",)
