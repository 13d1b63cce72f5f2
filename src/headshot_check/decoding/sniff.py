"""Detects the format of a file by its content.

Pillow does not replace it: it imports and tries its plugins one after another, and does not name formats that it cannot
read.
"""

from __future__ import annotations

_MAGIC = (
    (b"\xff\xd8", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"BM", "BMP"),
)
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_UNSUPPORTED = (
    (b"8BPS", "a Photoshop document"),
    (b"%PDF", "a PDF document"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\0\0\1\0", "an icon"),
    (b"FUJIFILMCCD-RAW", "a camera raw file"),
    (b"MM\0+", "a BigTIFF with the largest byte first"),  # Pillow takes it for a TIFF of the older kind
    (b"IIRO", "a camera raw file"),
    (b"IIRS", "a camera raw file"),
    (b"MMOR", "a camera raw file"),
    (b"II\x1a\0\0\0HEAPCCDR", "a camera raw file"),
    (b"FOVb", "a camera raw file"),
    (b"\0MRM", "a camera raw file"),
    (b"gimp xcf ", "a GIMP document"),
    (b"v/1\1", "an OpenEXR picture"),
    (b"#?RADIANCE", "a Radiance HDR picture"),
    (b"IIU\0", "a camera raw file"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"qoif", "a QOI picture"),
)


class DecodeError(Exception):
    """A file that cannot be decoded; the caller adds its name and raises a `PhotoError`.

    Attributes
    ----------
    code
        A `PhotoError` code.
    cause
        What is wrong, a clause.
    remedy
        A sentence, if the usual remedy of the code does not apply.
    """

    def __init__(self, code: str, cause: str, remedy: str | None = None) -> None:
        super().__init__(cause)
        self.code = code
        self.cause = cause
        self.remedy = remedy


def sniff(data: bytes) -> str:
    """Format of an encoded picture: "JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF" or "AVIF".

    Raises
    ------
    DecodeError
        "not_an_image" or "unsupported_format".
    """
    for magic, name in _UNSUPPORTED:
        if data.startswith(magic):
            raise DecodeError("unsupported_format", f"this is {name}, which is not supported")
    if data[:2] in (b"II", b"MM") and data[8:10] == b"CR":
        raise DecodeError("unsupported_format", "this is a camera raw file, which is not supported")
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_text = b"\0" not in head and head.isascii()
    for magic, name in _MAGIC:
        if data.startswith(magic) and not (is_text and name == "BMP"):  # a text may start with "BM"
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _iso_media(data)
    if head.startswith((b"<svg", b"<?xml")) and b"<svg" in head:
        raise DecodeError("unsupported_format", "this is an SVG drawing, not a photo")
    if head.startswith((b"<!doctype html", b"<html")):
        raise DecodeError("not_an_image", "the content is a web page, not a picture")
    if is_text:
        raise DecodeError("not_an_image", "the content is text, not a picture")
    raise DecodeError("not_an_image", "the content is not a picture of any known format")


def _iso_media(data: bytes) -> str:
    length = min(int.from_bytes(data[:4], "big"), 1024)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, length, 4))}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & _HEIF_BRANDS:
        return "HEIF"
    if data[8:12] == b"crx ":
        raise DecodeError("unsupported_format", "this is a camera raw file, which is not supported")
    raise DecodeError("unsupported_format", "this is a video, not a photo")
