"""Colour: casts, skin colour, saturation, and whether the picture is black and white.

All values are distances in CIELAB's a*b* plane: 2 is just noticeable, 20 is an obvious tint.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from headshot_check.measures import Reading, measure
from headshot_check.measures.covering_net import coverings
from headshot_check.measures.eye_region import between_lids
from headshot_check.measures.face_light import skin_mask
from headshot_check.measures.places import face_region
from headshot_check.pixels.cielab import (
    as_grey_would_look,
    colour_as_grey_would_look,
    lab,
    linear,
    luminance,
)
from headshot_check.pixels.quantiles import median, medians, quantile, quantiles
from headshot_check.scene import NotAssessed, Scene

Tint = tuple[float, float]
"""a* and b* of one colour; plain floats are ten times as fast as arrays"""

_SIDE = 64  # the frame's colours are sampled on a grid of about this side
_CLIPPED = 0.98
_STEPS = np.arange(8, dtype=np.uint8)[:, None]
_GREY = 3.8
# Largest chroma of a toned picture; graphics in one flat colour exceed it.
_RICHEST_TONE = 45.0
# Largest distance from the common hue in split-toned pictures.
_OTHER_TONE = 8.0
# Neutral references, medians of 743 ordinary portraits: the whites of the eyes are pinkish, the scene slightly warm;
# skin has one hue (unit vector) and a chroma that varies with its tone (medians of tone thirds 22, 30 and 37).
_SCLERA = (11.0, 7.9)
_WORLD = (1.4, 2.2)
_SKIN_HUE = (0.649, 0.761)
_SKIN_CHROMA = (20.0, 38.0)
# The same for skin as exposed.
_SHOWN_HUE = (0.629, 0.778)
_SHOWN_CHROMA = (10.0, 40.0)
_PLAIN_SPREAD = 3.0  # added to the estimate by the least coloured bright parts alone


class _Skin(NamedTuple):
    shown: Tint
    """median colour as exposed"""
    tint: Tint
    """median colour scaled to half of white's luminance"""


class _Around(NamedTuple):
    together: Tint
    """mean of the grey-world estimate and `plain`"""
    plain: Tint
    """estimate from the least coloured bright parts"""


@measure("colour.cast", "CIELAB chroma")
def cast(scene: Scene) -> Reading:
    """Estimated chroma of a mid grey in this light, 0 or more: 0 = neutral, up to about 10 unnoticed, 20 a clear tint.

    The smallest of the estimates from the scene (grey world averaged with the least coloured bright parts; or these
    parts alone plus 3, so that one large coloured object does not count as light) and from the person (whites of the
    eyes, and skin against the hue that all skin tones share): a red wall or make-up alone is no cast. A tint over a
    neutral photo raises it by the tint's chroma; one opposite to the photo's own cast lowers it first. Misleads if a
    coloured wall also lights the face (then it is a cast), and on tightly cropped faces, where only the person counts.
    Grey world: Buchsbaum 1980; its norm: Finlayson and Trezzi, "Shades of gray and colour constancy", 2004.
    """
    _need_colour(scene)
    person, around = scene.once(_person_tint), scene.once(_scene_tints)
    told = [] if person is None else [math.hypot(*person)]
    if around is not None:
        told += [float(math.hypot(*around.together)), float(math.hypot(*around.plain)) + _PLAIN_SPREAD]
    if not told:
        raise NotAssessed("face_covered")
    return Reading(min(told), face_region(scene))


@measure("colour.saturation", "CIELAB chroma")
def saturation(scene: Scene) -> Reading:
    """Chroma of the skin as exposed, 0 or more: about 24 on most skin, above 52 oversaturated.

    Proportional to a saturation slider; a darker exposure lowers it slightly. A low value means little by itself, as
    very light and very dark skin has a chroma under 10; for desaturated pictures see `colour.variety`. Misleads in
    strongly coloured light, which `colour.cast` and `colour.skin_chroma` detect.
    """
    _need_colour(scene)
    return Reading(float(math.hypot(*_need_skin(scene).shown)), face_region(scene))


@measure("colour.skin_chroma", "CIELAB chroma")
def skin_chroma(scene: Scene) -> Reading:
    """Distance of the skin's colour from natural skin colours, 0 or more: under 10 natural, above 20 visibly tinted.

    Natural skin of any tone has a hue of about 51 degrees and a chroma of 10 to 40; this is the distance in a*b* from
    that line, which does not depend on the tone (95th percentiles of tone thirds: 14, 13, 12). Green, blue and purple
    light raise it at once, orange light only when the chroma exceeds 40; make-up and paint raise it too.
    """
    _need_colour(scene)
    return Reading(math.hypot(*_off(_need_skin(scene).shown, _SHOWN_HUE, _SHOWN_CHROMA)), face_region(scene))


@measure("colour.variety", "CIELAB chroma")
def variety(scene: Scene) -> float:
    """Chroma that lightness does not explain, 95th percentile over the frame, 0 or more: under 3.8 = black and white.

    A picture toned in sepia or blue has one hue and a colour that depends on lightness only, so it counts as black and
    white; one with a coloured object on a twentieth of its area does not, nor does a graphic in one rich colour.
    """
    return scene.once(_variety)


def is_grey(scene: Scene) -> bool:
    """Whether the picture is black and white, possibly toned."""
    return scene.photo.greyscale or scene.once(_variety) < _GREY


def _need_colour(scene: Scene) -> None:
    if is_grey(scene):
        raise NotAssessed("greyscale")


def _need_skin(scene: Scene) -> _Skin:
    skin = scene.once(_skin)
    if skin is None:
        raise NotAssessed("face_covered")
    return skin


def _grid_step(scene: Scene) -> int:
    return max(1, max(scene.width, scene.height) // _SIDE)


def _grid_light(scene: Scene) -> NDArray[np.float32]:
    """(3, h * w) linear light on a grid of every `_grid_step` pixels."""
    step = _grid_step(scene)
    return linear(scene.photo.rgb[::step, ::step].reshape(-1, 3))


def _variety(scene: Scene) -> float:
    # not by OpenCV, whose first conversion to Lab takes 80 ms to build tables
    colours = lab(scene.once(_grid_light))
    # (8, N) one-hot over eight levels of lightness, so that sums and look-ups are matrix products
    belongs = (np.minimum(colours[0] * np.float32(1 / 12.5), 7).astype(np.uint8) == _STEPS).astype(np.float32)
    colours[0] = 1  # counts
    count, a, b = colours @ belongs.T
    off = colours[1:] - _tone(count, np.stack([a, b])) @ belongs
    return math.sqrt(quantile((off * off).sum(axis=0), 0.95))


def _tone(count: NDArray[np.float32], total: NDArray[np.float32]) -> NDArray[np.float32]:
    """(2, 8) a* and b* that toning explains at each level of lightness: about one hue, with a limited chroma.

    Without these limits a red disc on white, which also has one colour at each lightness, would be black and white.
    """
    mean = total / np.maximum(count, 1)
    hue = total.sum(axis=1)
    hue /= max(float(np.hypot(*hue)), 1e-6)
    tone = np.clip(hue @ mean, 0, _RICHEST_TONE) * hue[:, None]
    rest = mean - tone
    rest *= np.minimum(1, _OTHER_TONE / np.maximum(np.hypot(*rest), 1e-6))
    return np.asarray(tone + rest, np.float32)


def _scene_tints(scene: Scene) -> _Around | None:
    """Casts estimated from the frame without the head; None if hardly anything else is visible or it is black."""
    step = _grid_step(scene)
    beyond = np.ones((-(-scene.height // step), -(-scene.width // step)), np.bool_)
    x0, y0, x1, y1 = scene.main.box
    wide, high = x1 - x0, y1 - y0
    rows = slice(max(0, int((y0 - 0.25 * high) / step)), max(0, int((y1 + 0.1 * high) / step)))
    beyond[rows, max(0, int((x0 - 0.1 * wide) / step)) : max(0, int((x1 + 0.1 * wide) / step))] = False
    light = scene.once(_grid_light).compress(beyond.ravel(), axis=1)
    level = luminance(light)
    good = (light.max(axis=0, initial=0) < _CLIPPED) & (level > 0.004)
    count = int(np.count_nonzero(good))
    if count <= 50:
        return None
    square = light * light
    fourth = (square * square) @ good.astype(np.float32) / np.float32(count)
    a, b = colour_as_grey_would_look(*(fourth ** np.float32(0.25)).tolist())
    a, b = a - _WORLD[0], b - _WORLD[1]
    tints = as_grey_would_look(light.compress(level >= quantile(level, 0.7), axis=1))
    chroma = (tints * tints).sum(axis=0)
    plain_a, plain_b = tints.compress(chroma <= quantile(chroma, 0.3), axis=1).mean(axis=1).tolist()
    return _Around(((a + plain_a) / 2, (b + plain_b) / 2), (plain_a, plain_b))


def _person_tint(scene: Scene) -> Tint | None:
    """Cast estimated from eyes and skin against their colour in neutral light; None if both are covered."""
    skin, eyes = scene.once(_skin), _sclera(scene)
    told = [] if eyes is None else [(eyes[0] - _SCLERA[0], eyes[1] - _SCLERA[1])]
    if skin is not None:
        told.append(_off(skin.tint, _SKIN_HUE, _SKIN_CHROMA))
    if not told:
        return None
    return sum(a for a, _ in told) / len(told), sum(b for _, b in told) / len(told)


def _skin(scene: Scene) -> _Skin | None:
    """The skin's colour, from its 40th to 85th percentile of luminance, without shadows, beards and highlights."""
    if scene.once(coverings).mask > 0.5:
        return None
    places = np.flatnonzero(scene.once(skin_mask))[::13]
    light = linear(scene.face_crop.rgb.reshape(-1, 3).take(places, axis=0))
    if light.shape[1] <= 20:
        return None
    light = _between(light, 0.4, 0.85)
    _, a, b = medians(lab(light)).tolist()
    return _Skin((a, b), colour_as_grey_would_look(*medians(light).tolist()))


def _sclera(scene: Scene) -> Tint | None:
    """Colour of the whites of the eyes: the bluer half of the brighter half of the pixels between the lids."""
    if scene.once(coverings).sunglasses > 0.5:
        return None
    light = linear(between_lids(scene))
    if light.shape[1] <= 12:
        return None
    light = _between(light, 0.5, 0.95)
    blue = as_grey_would_look(light)[1]
    return colour_as_grey_would_look(*light.compress(blue <= median(blue), axis=1).mean(axis=1).tolist())


def _between(light: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """The pixels of linear light (3, N) between two quantiles of its luminance."""
    level = luminance(light)
    least, most = quantiles(level, low, high)
    return light.compress((level >= least) & (level <= most), axis=1)


def _off(colour: Tint, hue: Tint, chroma: tuple[float, float]) -> Tint:
    """Offset of a colour from the nearest one with this hue and a chroma in this range."""
    along = min(max(colour[0] * hue[0] + colour[1] * hue[1], chroma[0]), chroma[1])
    return colour[0] - along * hue[0], colour[1] - along * hue[1]
