"""Whether a file that cannot be decoded was cut short: the likeliest cause, and one that a new download mends."""

from __future__ import annotations

_END_OF_PNG = b"IEND\xae\x42\x60\x82"


def ends_early(data: bytes) -> bool:
    """Whether a PNG, WebP, BMP or GIF lacks its end; False for what does not tell."""
    if data.startswith(b"\x89PNG"):
        return data.rfind(_END_OF_PNG) < 0
    if data.startswith(b"RIFF"):
        return len(data) < 8 + int.from_bytes(data[4:8], "little")
    if data.startswith(b"BM"):
        return len(data) < int.from_bytes(data[2:6], "little")
    return data.startswith(b"GIF8") and not data.rstrip(b"\0").endswith(b";")
