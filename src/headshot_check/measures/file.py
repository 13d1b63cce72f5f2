"""The file: its format, size and damage, and traces of compression."""

from __future__ import annotations

from headshot_check.measures import Reading, measure
from headshot_check.measures.blocks import block_step
from headshot_check.measures.colour import is_grey
from headshot_check.measures.face_light import within_bars
from headshot_check.pixels.mount import plain_corners
from headshot_check.scene import NotAssessed, Scene

# JPEG quality below which neighbouring blocks begin to have the same level, so that their edges vanish, and the value
# per point below it: portraits' steps reach 2.4 at quality 10.
_LOW_QUALITY, _STEP_PER_POINT = 20, 0.24


@measure("file.format")
def file_format(scene: Scene) -> str:
    """The format by the file's content: "JPEG", "PNG", "HEIF", ...; not assessed for pixels without a file."""
    if scene.photo.format is None:
        raise NotAssessed("not_a_file")
    return scene.photo.format


@measure("file.size", "MB")
def file_size(scene: Scene) -> float:
    """Size of the file in megabytes (10^6 bytes)."""
    if scene.photo.bytes is None:
        raise NotAssessed("not_a_file")
    return scene.photo.bytes / 1e6


@measure("file.short_side", "px")
def short_side(scene: Scene) -> int:
    """The shorter side of the picture in the file."""
    return min(scene.photo.width, scene.photo.height)


@measure("file.animated")
def animated(scene: Scene) -> bool:
    """Whether the file has several frames; only the first is checked."""
    return scene.photo.animated


@measure("file.truncated")
def truncated(scene: Scene) -> Reading:
    """Whether the end of the file is missing; `share` is the part of the picture that is missing with it."""
    return Reading(scene.photo.truncated, share=scene.photo.truncated_fraction)


@measure("file.damaged")
def damaged(scene: Scene) -> bool:
    """Whether the file is corrupt: the decoder finds inconsistent data, such as changed bits or an overwritten part.

    Corruption that still decodes to a valid picture is not found.
    """
    return scene.photo.damaged


@measure("file.jpeg_quality")
def jpeg_quality(scene: Scene) -> float:
    """JPEG quality of the last save, 1..100 on libjpeg's scale, from the quantisation tables.

    Earlier saves at a lower quality do not show.
    """
    if scene.photo.jpeg_quality is None:
        raise NotAssessed("not_a_jpeg")
    return scene.photo.jpeg_quality


@measure("file.blockiness", "levels of 255")
def blockiness(scene: Scene) -> float:
    """Mean step at the edges of JPEG's 8 x 8 blocks beyond that elsewhere, 0 to 12: 0.5 invisible, 2 obvious.

    Measured on the pixels, so it also finds heavy compression before the last save, also in a crop or a PNG, but not if
    the picture was resized since. Not assessed for photos that are analysed at less than half their size, where the
    blocks are too small. If the file itself has a quality below 20, the value is at least 0.24 for each point below, as
    at very low qualities most blocks have the same level and their edges vanish.
    """
    period = 8 * scene.photo.scale
    step = block_step(scene.photo.rgb, period) if period >= 4 else None
    if step is None:
        raise NotAssessed("blocks_unseen")
    quality = scene.photo.jpeg_quality
    return step if quality is None else max(step, _STEP_PER_POINT * (_LOW_QUALITY - quality))


@measure("file.bars", "share")
def bars(scene: Scene) -> float:
    """Share of the width or height, whichever is larger, taken up by plain bars along the edges, 0..1.

    Or the share of the picture in plain pieces of a template at two or more corners, if that is larger.
    """
    left, top, right, bottom = scene.once(within_bars)
    return max(1 - (right - left), 1 - (bottom - top), float(plain_corners(scene.glance).mean()))


@measure("file.greyscale")
def greyscale(scene: Scene) -> bool:
    """Whether the picture is black and white, or toned in one colour such as sepia (see `colour.variety`)."""
    return is_grey(scene)
