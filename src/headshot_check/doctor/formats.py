"""Tests each file format: a small picture is written and read back."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE_PX: Final = 64
_NAMES: Final = ("JPEG", "PNG", "WEBP", "HEIC", "AVIF", "GIF", "TIFF", "BMP")
_FEATURES: Final = {"PNG": "zlib", "WEBP": "webp", "AVIF": "avif", "TIFF": "libtiff"}


@dataclass(frozen=True, slots=True)
class Format:
    """A file format, the library that reads it with its version, and the error if it cannot be read."""

    name: str
    library: str
    error: str | None


def formats_read() -> tuple[Format, ...]:
    """Test each format that headshot-check reads."""
    from PIL import Image

    picture = Image.linear_gradient("L").resize((SIDE_PX, SIDE_PX)).convert("RGB")
    return tuple(_tried(name, picture) for name in _NAMES)


def _tried(name: str, picture: Image) -> Format:
    from headshot_check.photo import load

    try:
        library, data = _library(name), _written(name, picture)
        if data is None:  # this build cannot write the format, so there is nothing to read
            return Format(name, f"{library}, not tried", None)
        rgb = load(data).rgb
    except Exception as error:  # whatever a damaged codec may raise
        return Format(name, "", f"{type(error).__name__}: {' '.join(str(error).split())}")
    same = rgb.shape == (SIDE_PX, SIDE_PX, 3)
    return Format(name, library, None if same else f"a picture of {SIDE_PX} px came back with the shape {rgb.shape}")


def _library(name: str) -> str:
    if name == "HEIC":
        import pillow_heif

        return f"libheif {pillow_heif.libheif_version()}"
    import PIL
    from PIL import features

    if name == "JPEG":
        return f"simplejpeg {version('simplejpeg')}"
    code = _FEATURES.get(name)
    found = features.version(code) if code else None
    return f"{code} {found}" if found else f"Pillow {PIL.__version__}"


def _written(name: str, picture: Image) -> bytes | None:
    """The picture as a file; None for HEIC if pillow-heif was built without an encoder."""
    place = BytesIO()
    if name == "HEIC":
        import pillow_heif

        info = pillow_heif.libheif_info()
        if not info["decoders"] or not info["HEIF"]:
            return None
        pillow_heif.from_pillow(picture).save(place)
    else:
        picture.save(place, name)
    return place.getvalue()
