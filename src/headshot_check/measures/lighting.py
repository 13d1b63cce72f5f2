"""Light on the face, judged against the scene and never by the face's own brightness: the same for every skin tone.

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

# Code from which a channel has lost its detail: sensors and JPEG clip a little inside 255.
_BLOWN = 251
# Share of the frame that is black where a curve has closed the shadows, and share of the face from which they are lost
# whatever the frame shows.
_CLOSED, _SURELY_LOST = 0.15, 0.06
# Share of the eyes that may be black by itself, and the most that they count: black eyes alone are not half of a face.
_PUPILS, _EYES_MOST = 0.15, 0.12
# Doublings (`tones`) that are a sign of tones lost in black, and from which it is sure; what lost skin counts without.
_SIGN, _SURE, _UNSIGNED = 0.74, 0.85, 0.3
# Probability of a mask or of a hand from which the black is theirs.
_COVERED = 0.7
# Mesh points nearer to the nose and nearer to the mouth than the cheeks' middles, subject's right and left.
_BESIDE_CHEEKS = np.array(((101, 330), (205, 425)))
_FRONTAL_DEG = 35.0
# Share of a cheek that the photo has to show.
_CHEEK_SHOWN = 0.8
# Doublings (`tones`) above which nothing seems bleached, and the stops that each of them beyond takes off.
_BLEACHING, _DOUBT = -0.75, 4.0
# Half the stops below white from which a picture's mean is gloomy, and the most that it adds.
_GLOOM_STARTS, _MOST_GLOOM = 1.5, 0.75
# Linear luminance that shows as black on a screen in a lit room (sRGB code 39).
_BLACK = 0.02


@measure("lighting.blown", "share")
def blown(scene: Scene) -> Reading:
    """Share of the face's skin with two or three channels clipped, 0..1: glare, flash or overexposure.

    One channel alone clips in warm light without harm.
    """
    return Reading(_share_of_skin(scene, scene.once(_middle_channel) >= _BLOWN), face_region(scene))


@measure("lighting.blocked", "share")
def blocked(scene: Scene) -> Reading:
    """Share of the middle of the face whose tones are lost in black, 0..1: a screen's darkest shades (sRGB code 13).

    Or of the eyes, beyond the seventh that pupils and lashes may take, where that is more: a curve that closes the
    shadows reaches them first, whatever the skin. The middle of the face is from brows to mouth and cheek to cheek,
    without eyes, brows, lips and what glasses cover, so that hair, hats and beards count little; a deep socket, where
    the rest of the picture has no black, counts less, and black that ends at once (a drawn line, a frame) is no shadow.
    Skin of any tone in light that shows it lies above. The whites of the eyes and the gloss of the skin, by which
    `dark` judges, outlast such a curve: this does not. Black eyes alone count only where `tones` sees a sign of it, as
    they are black by nature on many; lost skin counts less where it sees none or cannot judge. Not assessed under masks
    and hands.
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
    """How far the whites of the eyes or the gloss of the skin, whichever is brighter, lie below white, 0 or more.

    On any skin in good light one of them reaches within 2 stops of white; a face in the dark has nothing that does.
    In a picture that is dark as a whole (a mean of 3 stops below white and more) it counts for more, up to three
    quarters of a stop. Dark glasses hide the whites of the eyes.
    """
    value = max(stops(1.0, scene.once(light_on_face)), 0.0)
    if value > 0 and _gloom(scene.once(glance_luminance)) > 0:
        value += max(_gloom(scene.once(shown_luminance)), 0.0)
    return Reading(value, face_region(scene))


def _gloom(luminance: NDArray[np.float32]) -> float:
    """Stops that a dark picture adds to the darkness of a face, at most `_MOST_GLOOM`; 0 or less for a bright one."""
    return min(stops(1.0, float(luminance.mean())) / 2 - _GLOOM_STARTS, _MOST_GLOOM)


@measure("lighting.balance", "stops")
def balance(scene: Scene) -> Reading:
    """Difference of the two cheeks' median luminance, 0 or more: 0 = even, 2 = one side four times darker.

    The median of three pairs of places, so that hair over a cheek is no shadow. The place is the darker half of
    the face. Not assessed on a head that is turned by more than 35 degrees, which hides a cheek, and where the frame
    cuts a cheek off or something black covers it.
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
    """How much brighter the background is than the light on the face; negative = the face is brighter.

    Median luminance of the background against the whites of the eyes or the gloss of the skin, whichever is brighter,
    so that dark skin before a white wall in good light does not count as backlit.
    """
    return Reading(stops(scene.once(background_luminance), scene.once(light_on_face)), face_region(scene))


@measure("lighting.contrast", "stops")
def contrast(scene: Scene) -> Reading:
    """Range of the face's luminance, 5th to 95th percentile, 0 or more: low = flat or hazy, high = hard light."""
    levels = scene.once(face_levels)
    return Reading(stops(levels.high, levels.low), face_region(scene))


@measure("lighting.bleached", "stops")
def bleached(scene: Scene) -> Reading:
    """How far the darkest of the eyes lies above black, less half of the face's contrast: 1 is usual, 5 bleached.

    Pupils and lashes (the 3rd percentile of the eyes) are dark on everybody, and whatever bleaches a picture (a curve,
    a filter, glare, haze on the lens) takes that first. What `tones` sees little sign of (above -0.75) counts less by
    four times as much: pale lashes and grey eyes are dark enough by nature. Negative = blacker still. Not assessed
    behind dark glasses and on faces of few pixels.
    """
    unseen = _DOUBT * max(doublings_or_zero(scene) - _BLEACHING, 0.0)
    return Reading(scene.once(eyes_above_black) - unseen, face_region(scene))


@measure("lighting.tones", "doublings")
def tones(scene: Scene) -> Reading:
    """How far the tones seem to be drawn into the dark (above 0) or into white (below), face and frame together.

    In doublings of a tone curve's exponent: 1 = as if the codes had been squared, -1 = their square root; clipped,
    faded and veiled tones count as curves that look as strong. Hard and dim light draw them as a curve does, haze and
    glare as bleaching does. A network of our own goes by levels, detail and colour of the face and of the frame
    (`tone_features`), not by the face's brightness alone: no skin is dark or light by itself.
    """
    return Reading(scene.once(doublings), face_region(scene))


@measure("lighting.hard_shadow", "stops")
def hard_shadow(scene: Scene) -> Reading:
    """Depth of the hard-edged shadow on the face: 0 soft light, 1 and more a shadow, 2 direct sun, 4 film noir.

    The step in luminance that the skin between brow and upper lip makes over an edge that is a quarter of the inter-eye
    distance long in all and stays dark beyond it; eyes, brows, bridge and sides of the nose, what glasses cover, and
    the rim of the face are left out. The place is the edge and the dark beside it. A shadow that lies on eyes, nose or
    chin alone is not seen; a lock of hair in the middle of a cheek reads as one. Not assessed behind dark glasses,
    masks and hands, and under 32 px between the eyes.
    """
    crop, found = scene.face_crop, shadow_edge(scene)
    return Reading(found.step, face_region(scene) if found.box is None else _place_in_crop(scene, crop, found.box))


@measure("lighting.hot_spots", "share")
def hot_spots(scene: Scene) -> Reading:
    """Share of the face's skin that shines nearly white amid skin that does not, 0..1: gloss, flash, patches of sun.

    The place is the largest spot's. Evenly overexposed skin is `lighting.blown`, not this. Judged against the skin
    around, so a tone of skin alone never counts; sunglasses that mirror the sky do.
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
    """Share of the frame that shows as black, 0..1: an ordinary portrait 0.1, a black suit before black 0.7.

    The picture as a whole; whether the face is in the light says `lighting.dark`. Skin has no part in it: even very
    dark skin lies above black where any light falls on it.
    """
    light = scene.once(glance_luminance)
    return int(np.count_nonzero(light < _BLACK)) / light.size


@measure("lighting.dynamic_range", "stops")
def dynamic_range(scene: Scene) -> float:
    """Range of the whole frame's luminance, 1st to 99th percentile, 0..8: 7 is usual, under 4 washed out or hazy.

    Or twice the face's (`contrast`), where that is more: white hair and a white shirt before a white wall have little
    range in the best of light, but the face among them has. Named in ISO/IEC 29794-5, which takes it over the face.
    """
    low, high = quantiles(scene.once(glance_luminance), 0.01, 0.99)
    try:
        face = scene.once(face_levels)
    except NotAssessed:
        return stops(high, low)
    return max(stops(high, low), 2 * stops(face.high, face.low))


@measure("lighting.scene", "probability")
def scene_light(scene: Scene) -> float:
    """How likely it is light for anything but a portrait, 0..1; 0 where nothing hints at it.

    A stage, a night, a dim room or bar, coloured lamps, a colour filter. Networks of our own judge the whole frame and
    the window round head and chest (training/ACTION_CARD.md). Not assessed without a face, and in black and white: of
    614 such photos (train, pool) 4 were told, of which one is of a stage; the others are studio portraits.
    """
    if scene.search.faces and is_grey(scene):
        raise NotAssessed("greyscale")
    return scene.snapshot.scene_light


def _place_in_crop(scene: Scene, crop: FaceCrop, box: tuple[float, float, float, float]) -> Region:
    """A box (x0, y0, x1, y1) of the face crop's pixels."""
    x0, y0, x1, y1 = box
    corners = np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float64)
    return polygon_region(scene, transform(corners, crop.square.affine(crop.rgb.shape[0])))


def _middle_channel(scene: Scene) -> NDArray[np.uint8]:
    """(S, S) the middle one of every pixel's three channels."""
    red, green, blue = (np.asarray(plane, np.uint8) for plane in cv2.split(scene.face_crop.rgb))
    return middle_channel(red, green, blue)


def _share_of_skin(scene: Scene, marked: NDArray[np.bool_]) -> float:
    skin = scene.once(skin_mask)
    return int(np.count_nonzero(skin & marked)) / max(int(np.count_nonzero(skin)), 1)
