"""Limits that are checked before a file is decoded: bytes, pixels, sides and memory."""

from __future__ import annotations

from dataclasses import dataclass, fields

from headshot_check.errors import PhotoError


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """What `load` refuses before it decodes.

    Attributes
    ----------
    max_bytes
        Encoded size.
    max_pixels
        Width times height.
    min_side, max_side
        px.
    max_memory
        Memory that a decoder would allocate, bytes, estimated from the header. Formats that cannot be decoded at a
        smaller size need up to 16 bytes per pixel.

    Raises
    ------
    ValueError
        A limit is not an integer of 1 or more.
    """

    max_bytes: int = 100 * 1024 * 1024
    max_pixels: int = 200_000_000
    min_side: int = 16
    max_side: int = 65_535
    max_memory: int = 750_000_000

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise ValueError(f"{limit.name} must be a whole number of 1 or more, not {value!r:.80}")


def check_size(width: int, height: int, needs: int, name: str, limits: PhotoLimits) -> None:
    """Refuse a picture of width x height px for which a decoder would allocate `needs` bytes, if beyond the limits.

    Raises
    ------
    PhotoError
        "too_many_pixels" or "too_small".
    """
    if width * height > limits.max_pixels:
        cause = f"{width} x {height} pixels are more than the limit of {limits.max_pixels:,}"
        raise PhotoError("too_many_pixels", name, cause)
    if max(width, height) > limits.max_side:
        cause = f"{width} x {height} pixels: no side may have more than {limits.max_side:,}"
        raise PhotoError("too_many_pixels", name, cause)
    if needs > limits.max_memory:
        takes, most = needs // 1_000_000, limits.max_memory // 1_000_000
        cause = f"to decode its {width} x {height} pixels takes {takes} MB of memory, {most} MB is the limit"
        raise PhotoError("too_many_pixels", name, cause)
    if min(width, height) < limits.min_side:
        cause = f"{width} x {height} pixels are too few, each side needs {limits.min_side} at least"
        raise PhotoError("too_small", name, cause)
