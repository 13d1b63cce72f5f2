"""The file: what it is, and whether a profile page would take it."""

from __future__ import annotations

from headshot_check.measures import Reading, measure
from headshot_check.measures.blocks import block_step
from headshot_check.measures.colour import is_grey
from headshot_check.measures.face_light import within_bars
from headshot_check.pixels.mount import plain_corners
from headshot_check.scene import NotAssessed, Scene

# Below this JPEG quality blocks begin to share levels. Portraits' steps reach 2.4 at quality 10.
_LOW_QUALITY, _STEP_PER_POINT = 20, 0.24


@measure("file.format")
def file_format(scene: Scene) -> str:
    """The encoded format by content: "JPEG", "PNG", "HEIF", ...; not assessed for pixels that never were a file."""
    if scene.photo.format is None:
        raise NotAssessed("not_a_file")
    return scene.photo.format


@measure("file.size", "MB")
def file_size(scene: Scene) -> float:
    """Encoded size in megabytes (10^6 bytes)."""
    if scene.photo.bytes is None:
        raise NotAssessed("not_a_file")
    return scene.photo.bytes / 1e6


@measure("file.short_side", "px")
def short_side(scene: Scene) -> int:
    """The shorter side of the picture in the file."""
    return min(scene.photo.width, scene.photo.height)


@measure("file.animated")
def animated(scene: Scene) -> bool:
    """Whether the file holds several frames; the first is judged."""
    return scene.photo.animated


@measure("file.truncated")
def truncated(scene: Scene) -> Reading:
    """Whether the end of the file is missing, and how much of the picture with it: that part is grey or green."""
    return Reading(scene.photo.truncated, share=scene.photo.truncated_fraction)


@measure("file.damaged")
def damaged(scene: Scene) -> bool:
    """Whether the data contradict themselves: bits have changed or a part was overwritten, and the picture shows it.

    As far as the decoder tells: damage that leaves a picture which could have been taken is not found.
    """
    return scene.photo.damaged


@measure("file.jpeg_quality")
def jpeg_quality(scene: Scene) -> float:
    """Quality that the file was last saved at, 1..100 on libjpeg's scale, from its quantisation tables.

    It knows the last save only: a picture that was once saved badly and then well scores well.
    """
    if scene.photo.jpeg_quality is None:
        raise NotAssessed("not_a_jpeg")
    return scene.photo.jpeg_quality


@measure("file.blockiness", "levels of 255")
def blockiness(scene: Scene) -> float:
    """Mean step at the edges of JPEG's 8 x 8 blocks beyond that of other places, 0 to 12: 0.5 unseen, 2 plain to see.

    Seen in the pixels, so it also finds what was compressed hard once and saved well or as a PNG afterwards, cropped or
    not. A picture that was enlarged or reduced after the compression hides it. Photos that are judged at less than half
    their size are not assessed: their blocks are too small to be seen. Where the file itself was saved at a quality
    below 20, the value is at least 0.24 for each point below: at the lowest most blocks share one level, and their
    edges vanish.
    """
    period = 8 * scene.photo.scale
    step = block_step(scene.photo.rgb, period) if period >= 4 else None
    if step is None:
        raise NotAssessed("blocks_unseen")
    quality = scene.photo.jpeg_quality
    return step if quality is None else max(step, _STEP_PER_POINT * (_LOW_QUALITY - quality))


@measure("file.bars", "share")
def bars(scene: Scene) -> float:
    """Share of the width or of the height that plain bars along the edges take, the larger one, 0..0.8.

    Or of the picture that a template's plain pieces in two corners or more take, where that is more.
    """
    left, top, right, bottom = scene.once(within_bars)
    return max(1 - (right - left), 1 - (bottom - top), float(plain_corners(scene.glance).mean()))


@measure("file.greyscale")
def greyscale(scene: Scene) -> bool:
    """Whether the picture is black and white, plain or toned in one colour such as sepia (`colour.variety`)."""
    return is_grey(scene)
