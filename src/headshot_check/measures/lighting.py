"""Light on the face, measured independently of the skin tone.

Luminances are linear; differences are in stops (doublings).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from headshot_check.measures import Reading, measure
from headshot_check.measures.colour import is_grey
from headshot_check.measures.covering_net import coverings
from headshot_check.measures.face_light import (
    CHEEKS,
    DARKEST,
    all_in_photo,
    background_luminance,
    cheeks,
    crop_in_photo,
    eyes_patch,
    face_levels,
    face_luminance,
    face_mask,
    glance_luminance,
    light_on_face,
    shown_luminance,
    skin_mask,
    stops,
    things_in_black,
)
from headshot_check.measures.gloss import hot_spots as hot_spots_of
from headshot_check.measures.gloss import middle_channel
from headshot_check.measures.places import box_region, face_region, polygon_region
from headshot_check.measures.shadow_edge import middle_of_face, shadow_edge
from headshot_check.measures.tone_curve import (
    DARK_GLASSES,
    EYES_BLACK,
    LEAST_EYES,
    doublings,
    doublings_or_zero,
    eyes_above_black,
)
from headshot_check.nets.covering import Coverings
from headshot_check.pixels.geometry import transform
from headshot_check.pixels.quantiles import median, quantiles
from headshot_check.report import Region
from headshot_check.scene import FaceCrop, NotAssessed, Scene

# Level from which a channel counts as clipped: sensors and JPEG clip slightly below 255.
_BLOWN = 251
# Share of black in the frame that fully confirms crushed shadows, and share of black on the face that needs no
# confirmation.
_CLOSED, _SURELY_LOST = 0.15, 0.06
# Share of the eyes that is black by nature, and the largest value that black eyes alone can give.
_PUPILS, _EYES_MOST = 0.15, 0.12
# Doublings (`tones`) that are a sign of tones lost in black, and from which it is sure; what lost skin counts without
# (benchmarks/RESULTS-quality.md).
_SIGN, _SURE, _UNSIGNED = 0.74, 0.85, 0.3
# Probability of a mask or a hand from which black areas are attributed to it.
_COVERED = 0.7
# Two more mesh points per cheek, closer to the nose and to the mouth; subject's right, left.
_BESIDE_CHEEKS = np.array(((101, 330), (205, 425)))
_FRONTAL_DEG = 35.0
# Least share of a cheek inside the photo.
_CHEEK_SHOWN = 0.8
# Doublings (`tones`) above which a face hardly seems bleached, and the stops that each doubling above it takes off.
_BLEACHING, _DOUBT = -0.75, 4.0
# Half of the stops below white from which a picture's mean counts as gloomy, and the most that gloom adds, stops.
_GLOOM_STARTS, _MOST_GLOOM = 1.5, 0.75
# Linear luminance that looks black on a screen in a lit room (sRGB code 39).
_BLACK = 0.02


@measure("lighting.blown", "share")
def blown(scene: Scene) -> Reading:
    """Share of the face's skin with at least two channels clipped, 0..1: glare, flash or overexposure.

    A single channel may clip in warm light without harm.
    """
    return Reading(_share_of_skin(scene, scene.once(_middle_channel) >= _BLOWN), face_region(scene))


@measure("lighting.blocked", "share")
def blocked(scene: Scene) -> Reading:
    """Share of the central face whose shadows are crushed to black (below sRGB code 13), 0..1.

    Or the share of the eyes, beyond the 15 % that pupils and lashes may take, if that is larger: crushed shadows reach
    the eyes first, whatever the skin. The central face reaches from brows to mouth and from cheek to cheek, without
    eyes, brows, lips and glasses, so that hair, hats and beards hardly count. Lit skin of any tone is above the limit.
    Black counts less if the rest of the frame has little of it (a deep eye socket), and not at all if it ends abruptly
    (a drawn line, a frame). Eyes count only if `tones` shows a darkening curve, as many are black by nature; skin
    counts less if it shows none or cannot be measured. Not assessed under masks and hands.
    """
    seen = scene.once(coverings)
    if max(seen.mask, seen.held) > _COVERED:
        raise NotAssessed("face_covered")
    frame, lost = scene.once(glance_luminance), 0.0
    black = scene.once(face_mask) & (scene.once(face_luminance) < DARKEST)
    if black.any():
        skin = middle_of_face(scene)
        black &= skin
        if black.any():
            black &= things_in_black(scene, black) == 0
        lost = int(np.count_nonzero(black)) / max(int(np.count_nonzero(skin)), 1)
    closed = int(np.count_nonzero(frame < DARKEST)) / frame.size / _CLOSED
    skin_lost = lost * min(max(closed, lost / _SURELY_LOST), 1.0)
    sure = min(max((doublings_or_zero(scene) - _SIGN) / (_SURE - _SIGN), 0.0), 1.0)
    return Reading(max(skin_lost * max(sure, _UNSIGNED), _eyes_lost(scene, seen) * sure), face_region(scene))


def _eyes_lost(scene: Scene, seen: Coverings) -> float:
    eyes = scene.once(eyes_patch).of(scene.once(face_luminance))
    if eyes.size < LEAST_EYES or seen.sunglasses > DARK_GLASSES:
        return 0.0
    lost = int(np.count_nonzero(eyes < EYES_BLACK)) / eyes.size - _PUPILS
    return min(max(lost, 0.0), _EYES_MOST)


@measure("lighting.dark", "stops below white")
def dark(scene: Scene) -> Reading:
    """Stops by which the brighter of the whites of the eyes and the skin's highlights lies below white, 0 or more.

    In good light one of them is within 2 stops of white on any skin. A picture that is dark as a whole (mean 3 stops
    below white or less) adds up to three quarters of a stop. Misleads behind dark glasses, which hide the whites.
    """
    value = max(stops(1.0, scene.once(light_on_face)), 0.0)
    if value > 0 and _gloom(scene.once(glance_luminance)) > 0:
        value += max(_gloom(scene.once(shown_luminance)), 0.0)
    return Reading(value, face_region(scene))


def _gloom(luminance: NDArray[np.float32]) -> float:
    """Stops that a dark picture adds to `dark`, at most `_MOST_GLOOM`; 0 or less for a bright picture."""
    return min(stops(1.0, float(luminance.mean())) / 2 - _GLOOM_STARTS, _MOST_GLOOM)


@measure("lighting.balance", "stops")
def balance(scene: Scene) -> Reading:
    """Difference of the two cheeks' median luminance, 0 or more: 0 = even, 2 = one side is four times darker.

    The median of three pairs of patches, so that hair over a cheek does not count as shadow. The region is the darker
    half of the face. Not assessed if the head is turned by more than 35 degrees, which hides a cheek, or if a cheek is
    cut off by the frame or covered by something black.
    """
    if abs(scene.pose.yaw_deg) > _FRONTAL_DEG:
        raise NotAssessed("face_turned")
    if not all_in_photo(scene):
        shown = cheeks(scene.face_crop, scene.once(crop_in_photo))
        if min(int(np.count_nonzero(part)) / part.size for part in shown) < _CHEEK_SHOWN:
            raise NotAssessed("no_room")
    light = scene.once(face_luminance)
    middles = cheeks(scene.face_crop, light)
    if min(float(np.min(side, initial=1.0)) for side in middles) < DARKEST and any(
        float(part.mean()) > 1 - _CHEEK_SHOWN
        for part in cheeks(scene.face_crop, things_in_black(scene, scene.once(face_mask)))
    ):
        raise NotAssessed("face_covered")
    places = (middles, *(cheeks(scene.face_crop, light, at) for at in _BESIDE_CHEEKS))
    pairs = [[median(side) for side in sides] for sides in places]
    right, left = sorted(pairs, key=lambda pair: stops(max(pair), min(pair)))[1]
    right_x, left_x = (float(scene.mesh.points[index, 0]) for index in CHEEKS)
    x0, y0, x1, y1 = scene.main.box
    middle = (x0 + x1) / 2
    darker = (x0, y0, middle, y1) if (right < left) == (right_x < left_x) else (middle, y0, x1, y1)
    return Reading(stops(max(right, left), min(right, left)), box_region(scene, *darker))


@measure("lighting.backlight", "stops")
def backlight(scene: Scene) -> Reading:
    """Stops by which the background is brighter than the light on the face; negative = the face is brighter.

    Median luminance of the background against the brighter of the whites of the eyes and the skin's highlights, so that
    dark skin in front of a white wall in good light does not count as backlit.
    """
    return Reading(stops(scene.once(background_luminance), scene.once(light_on_face)), face_region(scene))


@measure("lighting.contrast", "stops")
def contrast(scene: Scene) -> Reading:
    """Range of the face's luminance, 5th to 95th percentile, 0 or more: low = flat or hazy, high = hard light."""
    levels = scene.once(face_levels)
    return Reading(stops(levels.high, levels.low), face_region(scene))


@measure("lighting.bleached", "stops")
def bleached(scene: Scene) -> Reading:
    """Stops by which the darkest part of the eyes lies above black, less half of the face's contrast.

    1 is usual, 5 is bleached; negative = darker still. Pupils and lashes (3rd percentile of the eyes) are dark on
    everybody, and bleaching by a curve, a filter, glare or haze lifts them first. If `tones` sees little sign of
    bleaching (above -0.75), four times the difference is subtracted, as pale lashes and grey eyes are light by nature.
    Not assessed behind dark glasses and on small faces.
    """
    unseen = _DOUBT * max(doublings_or_zero(scene) - _BLEACHING, 0.0)
    return Reading(scene.once(eyes_above_black) - unseen, face_region(scene))


@measure("lighting.tones", "doublings")
def tones(scene: Scene) -> Reading:
    """Strength of a tone curve that darkens (above 0) or lightens (below 0) the picture, in doublings of its exponent.

    1 = as if the sRGB values had been squared, -1 = as if their square root had been taken; clipped, faded and veiled
    tones count as the curve that looks as strong. Hard and dim light look like a darkening curve, haze and glare like a
    lightening one. Estimated by our own network from levels, detail and colour of face and frame (`tone_features`) and
    from what is seen there (`region_features`), not from the face's brightness alone, so that skin tone does not
    decide.
    """
    return Reading(scene.once(doublings), face_region(scene))


@measure("lighting.hard_shadow", "stops")
def hard_shadow(scene: Scene) -> Reading:
    """Depth of a hard-edged shadow on the face: 0 = soft light, 1 or more = a shadow, 2 = direct sun, 4 = film noir.

    The largest step in luminance across edges on the skin between brows and upper lip that are together at least a
    quarter of the inter-eye distance long and dark beyond. Eyes, brows, nose bridge and sides, glasses, and the rim of
    the face are left out. The region is the edge and the dark side. A shadow on eyes, nose or chin alone is missed; a
    lock of hair across a cheek looks like one. Not assessed behind dark glasses, masks and hands, and with less than
    32 px between the eyes.
    """
    crop, found = scene.face_crop, shadow_edge(scene)
    return Reading(found.step, face_region(scene) if found.box is None else _place_in_crop(scene, crop, found.box))


@measure("lighting.hot_spots", "share")
def hot_spots(scene: Scene) -> Reading:
    """Share of the face's skin in nearly white highlights amid darker skin, 0..1: gloss, flash, patches of sun.

    The region is that of the largest highlight. Evenly overexposed skin is `lighting.blown` instead. Measured against
    the surrounding skin, so that skin tone has no influence; sunglasses that reflect the sky count.
    """
    crop = scene.face_crop
    skin = scene.once(skin_mask)
    if np.count_nonzero(skin) < 100:
        raise NotAssessed("too_few_pixels")
    share, box = hot_spots_of(scene.once(_middle_channel), scene.once(face_luminance), skin, crop.inter_eye_px)
    if box is None:
        return Reading(share, face_region(scene))
    return Reading(share, _place_in_crop(scene, crop, box))


@measure("lighting.low_key", "share")
def low_key(scene: Scene) -> float:
    """Share of the frame that looks black, 0..1: an ordinary portrait 0.1, a black suit on black 0.7.

    This is about the whole picture; for the face see `lighting.dark`. Skin hardly contributes: even very dark skin is
    above black where light falls on it.
    """
    light = scene.once(glance_luminance)
    return int(np.count_nonzero(light < _BLACK)) / light.size


@measure("lighting.dynamic_range", "stops")
def dynamic_range(scene: Scene) -> float:
    """Range of the frame's luminance, 1st to 99th percentile, 0..8: 7 is usual, under 4 is washed out or hazy.

    Or twice the range of the face (`contrast`) if that is larger: white hair and a white shirt in front of a white wall
    have little range even in good light, but the face has. ISO/IEC 29794-5 measures it on the face.
    """
    low, high = quantiles(scene.once(glance_luminance), 0.01, 0.99)
    try:
        face = scene.once(face_levels)
    except NotAssessed:
        return stops(high, low)
    return max(stops(high, low), 2 * stops(face.high, face.low))


@measure("lighting.scene", "probability")
def scene_light(scene: Scene) -> float:
    """Probability that the light is unsuitable for a portrait, 0..1; exactly 0 if the frame gives no hint of it.

    Stage light, night, a dim room or bar, coloured lamps, a colour filter. Our own networks judge the whole frame and a
    window around head and chest (training/ACTION_CARD.md). Not assessed without a face and in black and white pictures,
    where studio portraits are mistaken for stages.
    """
    if scene.search.faces and is_grey(scene):
        raise NotAssessed("greyscale")
    return scene.snapshot.scene_light


def _place_in_crop(scene: Scene, crop: FaceCrop, box: tuple[float, float, float, float]) -> Region:
    """The region of a box (x0, y0, x1, y1) in pixels of the face crop."""
    x0, y0, x1, y1 = box
    corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float64)
    return polygon_region(scene, transform(corners, crop.square.affine(crop.rgb.shape[0])))


def _middle_channel(scene: Scene) -> NDArray[np.uint8]:
    """(S, S) median of the three channels of the face crop."""
    red, green, blue = (np.asarray(plane, np.uint8) for plane in cv2.split(scene.face_crop.rgb))
    return middle_channel(red, green, blue)


def _share_of_skin(scene: Scene, marked: NDArray[np.bool_]) -> float:
    skin = scene.once(skin_mask)
    return int(np.count_nonzero(skin & marked)) / max(int(np.count_nonzero(skin)), 1)
