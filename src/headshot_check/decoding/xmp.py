"""The orientation in XMP metadata, which is reported but not applied."""

from __future__ import annotations

import re

_ORIENTATION = re.compile(rb"tiff:Orientation(?:\s*=\s*[\"']|>)\s*([1-8])")
_MOST_BYTES = 1 << 20


def xmp_note(xmp: bytes, orientation: int) -> tuple[str, ...]:
    """A note where XMP asks for another turn than EXIF, whose orientation (1..8) is the one that is followed.

    Browsers, and with them profile pages, turn a picture by EXIF alone, and Pillow and the photo editors by XMP as
    well. What counts here is what the others will see.
    """
    asked = _ORIENTATION.search(xmp, 0, _MOST_BYTES)
    if asked is None or int(asked[1]) == orientation:
        return ()
    return (f"its XMP asks for another turn (orientation {int(asked[1])}), which browsers do not make: judged without",)
