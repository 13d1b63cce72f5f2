"""What kind of file the bytes are, by their content, and the few container facts that Pillow does not hand out."""

from __future__ import annotations

_MAGIC = (
    (b"\xff\xd8", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
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
    (b"IIRO", "a camera raw file"),
    (b"IIU\0", "a camera raw file"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"qoif", "a QOI picture"),
)


class DecodeError(Exception):
    """A file that does not decode. `code` is a `PhotoError` code; the caller knows the name and makes the sentence."""

    def __init__(self, code: str, cause: str) -> None:
        super().__init__(cause)
        self.code = code
        self.cause = cause


def sniff(data: bytes) -> str:
    """Format of an encoded picture: "JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "HEIF" or "AVIF".

    Raises:
        DecodeError: "not_an_image" or "unsupported_format".
    """
    for magic, name in _UNSUPPORTED:
        if data.startswith(magic):
            raise DecodeError("unsupported_format", f"this is {name}, which is not read here")
    if data[:2] in (b"II", b"MM") and data[8:10] == b"CR":
        raise DecodeError("unsupported_format", "this is a camera raw file, which is not read here")
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _iso_media(data)
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<svg", b"<?xml")) and b"<svg" in head:
        raise DecodeError("unsupported_format", "this is an SVG drawing, not a photo")
    if head.startswith((b"<!doctype html", b"<html")):
        raise DecodeError("not_an_image", "the content is a web page, not a picture")
    if b"\0" not in head and head.isascii():
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
        raise DecodeError("unsupported_format", "this is a camera raw file, which is not read here")
    raise DecodeError("unsupported_format", "this is a video, not a photo")


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Canvas width and height, px, or None. libwebp sets the canvas aside before Pillow can be asked for its size."""
    kind = data[12:16]
    if kind == b"VP8X" and len(data) >= 30:
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 " and len(data) >= 30:
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    return None


def gif_frames(data: bytes) -> int:
    """Number of frames of a GIF, at least 1, counted by walking its blocks without decoding any of them."""
    frames = 0
    at = 13 + _colour_table(data[10:11])
    while at < len(data):
        kind = data[at]
        if kind == 0x2C:
            frames += 1
            at += 10 + _colour_table(data[at + 9 : at + 10]) + 1
        elif kind == 0x21:
            at += 2
        else:
            break
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return max(frames, 1)


def _colour_table(flags: bytes) -> int:
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def cicp_of(data: bytes, name: str) -> tuple[int, int] | None:
    """Colour primaries and transfer characteristics (codes of ITU-T H.273) out of an AVIF, HEIF or PNG header."""
    head = data[:65536]
    if name in ("AVIF", "HEIF"):
        at = head.find(b"colrnclx")
        if at >= 0 and at + 12 <= len(head):
            return int.from_bytes(head[at + 8 : at + 10], "big"), int.from_bytes(head[at + 10 : at + 12], "big")
    if name == "PNG":
        at = head.find(b"\0\0\0\4cICP")
        if 0 <= at < (head.find(b"IDAT") if b"IDAT" in head else len(head)) and at + 10 <= len(head):
            return head[at + 8], head[at + 9]
    return None


def bit_depth_of(data: bytes, name: str) -> int | None:
    """Bits per channel out of a PNG, AVIF or HEIF header; None when the header does not say."""
    if name == "PNG" and len(data) > 24:
        return data[24]
    if name in ("AVIF", "HEIF"):
        at = data[:65536].find(b"pixi")
        if at >= 0 and at + 10 <= len(data):
            return data[at + 9]
    return None
