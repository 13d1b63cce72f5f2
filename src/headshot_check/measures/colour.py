"""Colour: of the light, of the skin, and whether there is any.

All numbers are distances in CIELAB's a*b* plane; a difference of 2 is just seen, of 20 is a tint that anybody names.
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
"""a* and b*: of one colour plain numbers, which cost a tenth of what arrays do"""

_SIDE = 64  # px: colours of the frame are taken from a grid of about this size
_CLIPPED = 0.98
_STEPS = np.arange(8, dtype=np.uint8)[:, None]
_GREY = 3.8
# Chroma of the richest toned pictures; flat graphics of one colour are richer.
_RICHEST_TONE = 45.0
# How far from the common hue shadows and lights may lie in a picture that is toned twice.
_OTHER_TONE = 8.0
# What the estimates say in the middle of 743 ordinary portraits: whites of the eyes are pinkish, the world is a little
# warm; skin lies along one hue and varies in chroma with its tone (medians of tone thirds 22, 30 and 37).
_SCLERA = (11.0, 7.9)
_WORLD = (1.4, 2.2)
_SKIN_HUE = (0.649, 0.761)
_SKIN_CHROMA = (20.0, 38.0)
# The same for skin as it is exposed.
_SHOWN_HUE = (0.629, 0.778)
_SHOWN_CHROMA = (10.0, 40.0)
_PLAIN_SPREAD = 3.0  # the least coloured bright parts alone are this much less sure than with the world


class _Skin(NamedTuple):
    shown: Tint
    """median as exposed"""
    tint: Tint
    """as if at half of white's luminance"""


class _Around(NamedTuple):
    together: Tint
    """mean of the grey world's tint and of `plain`"""
    plain: Tint
    """tint of the least coloured bright parts"""


@measure("colour.cast", "CIELAB chroma")
def cast(scene: Scene) -> Reading:
    """Chroma that a mid grey has in this light, 0 or more: 0 = neutral, to about 10 unseen, 20 a clear tint.

    The smaller of what the scene says (grey world with the least coloured of its bright parts; or, plus 3, those parts
    alone, so that a jacket or a bridge of one colour does not speak for the light) and what the person says (whites of
    the eyes, and skin against the hue that all skin tones share): neither a red wall nor make-up is a cast, both must
    be off. A tint laid over a neutral photo moves it by the tint's own chroma; one that is the
    opposite of the photo's own cast first lowers it. Misleads where a coloured wall lights the face as well (it is a
    cast then), and in tightly cropped faces, where the person alone is asked. Grey world: Buchsbaum 1980; its norm:
    Finlayson and Trezzi, "Shades of gray and colour constancy", 2004.
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
    """Chroma of the skin as shown, 0 or more: about 24 on most skin, over 52 too rich.

    Grows with the saturation slider and falls to 0 with it; darker exposure lowers it a little. Low values say nothing
    by themselves, as the lightest and the darkest skins have a chroma under 10; for a picture whose colours were taken
    away see colour.variety. Misleads in strongly coloured light, which colour.cast and colour.skin_chroma tell.
    """
    _need_colour(scene)
    return Reading(float(math.hypot(*_need_skin(scene).shown)), face_region(scene))


@measure("colour.skin_chroma", "CIELAB chroma")
def skin_chroma(scene: Scene) -> Reading:
    """How far the skin's colour lies from all natural skin colours, 0 or more: under 10 natural, over 20 a tint shows.

    Natural skin of every tone lies along one hue of about 51 degrees with a chroma of 10 to 40; this is the distance in
    a*b* from that line, so darker or lighter skin is as near to it (95th percentiles of tone thirds: 14, 13, 12).
    Green, blue and purple light move it at once, orange light once the chroma passes 40; so do make-up and paint.
    """
    _need_colour(scene)
    return Reading(math.hypot(*_off(_need_skin(scene).shown, _SHOWN_HUE, _SHOWN_CHROMA)), face_region(scene))


@measure("colour.variety", "CIELAB chroma")
def variety(scene: Scene) -> float:
    """Colour that lightness does not explain, 95th percentile over the picture, 0 or more: under 3.8 = black and white.

    A picture toned in sepia or blue has a colour at each lightness but only one hue, so it counts as black and white
    too; a single coloured thing of a twentieth of the picture does not, nor does a graphic in one rich colour.
    """
    return scene.once(_variety)


def is_grey(scene: Scene) -> bool:
    """Whether the picture is black and white, plain or toned."""
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
    """(3, h * w) linear light of every so many pixels of the picture."""
    step = _grid_step(scene)
    return linear(scene.photo.rgb[::step, ::step].reshape(-1, 3))


def _variety(scene: Scene) -> float:
    # not by OpenCV, which takes 80 ms for tables at its first Lab
    colours = lab(scene.once(_grid_light))
    # (8, N) to which of eight steps of lightness a colour belongs: sums and their way back are products
    belongs = (np.minimum(colours[0] * np.float32(1 / 12.5), 7).astype(np.uint8) == _STEPS).astype(np.float32)
    colours[0] = 1  # counts
    count, a, b = colours @ belongs.T
    off = colours[1:] - _tone(count, np.stack([a, b])) @ belongs
    return math.sqrt(quantile((off * off).sum(axis=0), 0.95))


def _tone(count: NDArray[np.float32], total: NDArray[np.float32]) -> NDArray[np.float32]:
    """(2, 8) the colour that a toned picture has at each lightness: about one hue, no richer than a toner makes it.

    Without this a red disc on white, which has one colour at each lightness as well, would be black and white.
    """
    mean = total / np.maximum(count, 1)
    hue = total.sum(axis=1)
    hue /= max(float(np.hypot(*hue)), 1e-6)
    tone = np.clip(hue @ mean, 0, _RICHEST_TONE) * hue[:, None]
    rest = mean - tone
    rest *= np.minimum(1, _OTHER_TONE / np.maximum(np.hypot(*rest), 1e-6))
    return np.asarray(tone + rest, np.float32)


def _scene_tints(scene: Scene) -> _Around | None:
    """Tints of what is not the head; None where hardly anything else shows or it is black."""
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
    """Tint of eyes and skin against what they are in neutral light; None where both are covered."""
    skin, eyes = scene.once(_skin), _sclera(scene)
    told = [] if eyes is None else [(eyes[0] - _SCLERA[0], eyes[1] - _SCLERA[1])]
    if skin is not None:
        told.append(_off(skin.tint, _SKIN_HUE, _SKIN_CHROMA))
    if not told:
        return None
    return sum(a for a, _ in told) / len(told), sum(b for _, b in told) / len(told)


def _skin(scene: Scene) -> _Skin | None:
    """The skin's colour, from its brighter half without the gloss: beards and shadows stay out."""
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
    """Colour of the whites of the eyes: of the brighter half between the lids the bluer half."""
    if scene.once(coverings).sunglasses > 0.5:
        return None
    light = linear(between_lids(scene))
    if light.shape[1] <= 12:
        return None
    light = _between(light, 0.5, 0.95)
    blue = as_grey_would_look(light)[1]
    return colour_as_grey_would_look(*light.compress(blue <= median(blue), axis=1).mean(axis=1).tolist())


def _between(light: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """Of linear light (3, N) what lies between two quantiles of its luminance."""
    level = luminance(light)
    least, most = quantiles(level, low, high)
    return light.compress((level >= least) & (level <= most), axis=1)


def _off(colour: Tint, hue: Tint, chroma: tuple[float, float]) -> Tint:
    """How far a colour lies from the nearest one of that hue within a range of chroma."""
    along = min(max(colour[0] * hue[0] + colour[1] * hue[1], chroma[0]), chroma[1])
    return colour[0] - along * hue[0], colour[1] - along * hue[1]
