"""How the photo was taken, from EXIF: camera distance, front camera, software.

Most web pages strip EXIF, and then nothing is assessed. The proportions of the face are no substitute: from 30 to 40 to
55 cm the mesh becomes 2 % wider at the ears per step, but people's faces differ by 3 % (446 conference speakers).
"""

from __future__ import annotations

import math
import re

from headshot_check.measures import Reading, measure
from headshot_check.measures.places import face_region
from headshot_check.scene import NotAssessed, Scene

# Interpupillary distance of adults, cm: mean 6.3, standard deviation 0.36 (Dodgson, "Variation and extrema of human
# interpupillary distance", 2004).
_INTER_EYE_CM = 6.3
# Diagonal of the 36 x 24 mm frame that equivalent focal lengths refer to (CIPA DCG-001).
_FILM_DIAGONAL_MM = math.hypot(36, 24)
# Plausible equivalent focal lengths for portraits, mm: front cameras of phones 20 to 35, telephoto lenses up to 200.
_LENSES_MM = (18.0, 200.0)
# Least equivalent focal length, mm: some files have the real focal length in that field.
_SHORTEST_MM = 10.0
# Aspects of sensors and video frames, long side over short, and the tolerance for a picture to match one.
_SENSOR_SHAPES, _SHAPE_TOLERANCE = (4 / 3, 3 / 2, 16 / 9), 0.01
# Both sides of camera pictures are multiples of this; true of one free crop in sixteen.
_SIDE_STEP = 4

# Names of apps in EXIF's Software, Make or Model; each must be a word there.
_RETOUCHING = (
    "airbrush", "b612", "beauty", "beautycam", "beautyplus", "bestie", "camera360", "facelab", "faceapp", "facetune",
    "faceu", "fotorus", "hypic", "lensa", "lightricks", "meitu", "peachy", "perfect365", "persona", "remini",
    "retouchme", "snow corp", "soda cam", "sweet selfie", "sweet snap", "ulike", "wuta", "xingtu", "youcam",
)  # fmt: skip
_EDITING = (
    "affinity", "aviary", "capture one", "darktable", "fotor", "gimp", "instagram", "krita", "lightroom", "luminar",
    "nx studio", "paint.net", "photodirector", "photolab", "photopea", "photos 1", "photoscape", "photoshop", "picasa",
    "picsart", "pixelmator", "pixlr", "polarr", "prequel", "rawtherapee", "snapchat", "snapseed", "vsco",
)  # fmt: skip


def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    """Finds a name as a word: "BeautyPlus" and "Facetune2" have one, "Personal" has no "persona"."""
    listed = "|".join(map(re.escape, names))
    return re.compile(rf"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:{listed})(?:(?![A-Za-z])|(?<=[a-z])(?=[A-Z]))")


_RETOUCHED, _EDITED = _named(_RETOUCHING), _named(_EDITING)


@measure("capture.perspective", "cm")
def perspective(scene: Scene) -> Reading:
    """Distance of the camera from the face, cm: an arm's length is 45 to 65; below 40 the nose looks visibly larger.

    From EXIF's equivalent focal length and the size of the face, accurate to about 10 % (interpupillary distances are
    5.5 to 7.1 cm). Without a focal length, EXIF's subject distance if the size of the face makes it plausible, as many
    cameras write the lens's nearest focus there. From 30 cm the base of the nose appears 30 % wider than from 150 cm
    (Ward et al., JAMA Facial Plastic Surgery 2018). A crop would read as too close, so only pictures with the aspect
    and size of a sensor are assessed; a crop to exactly that aspect misleads.
    """
    camera = scene.photo.camera
    if not _whole_frame(scene):
        raise NotAssessed("distance_unknown")
    _ = scene.mesh  # raises on profiles, whose inter-eye distance is foreshortened
    diagonal_px = math.hypot(scene.photo.width, scene.photo.height)
    # distance of the face per mm of equivalent focal length
    cm_per_mm = _INTER_EYE_CM * diagonal_px * scene.photo.scale / _FILM_DIAGONAL_MM / scene.inter_eye_px
    if camera.focal_length_35mm is not None and camera.focal_length_35mm >= _SHORTEST_MM:
        return Reading(cm_per_mm * camera.focal_length_35mm, face_region(scene))
    if camera.subject_distance_m is not None:
        distance_cm = 100 * camera.subject_distance_m
        if _LENSES_MM[0] <= distance_cm / cm_per_mm <= _LENSES_MM[1]:
            return Reading(distance_cm, face_region(scene))
    raise NotAssessed("distance_unknown")


@measure("capture.front_camera")
def front_camera(scene: Scene) -> bool:
    """Whether EXIF says that the phone's front (selfie) camera was used. Not assessed if EXIF names no lens.

    iPhones name the lens, most other phones do not.
    """
    if scene.photo.camera.front_camera is None:
        raise NotAssessed("lens_not_named")
    return scene.photo.camera.front_camera


@measure("capture.software")
def software(scene: Scene) -> str:
    """Kind of software that EXIF names: "retouching" (apps that smooth or reshape faces), "editing" or "camera".

    "camera" is everything else, mostly the phone's firmware. It proves nothing: an app may leave no trace in EXIF.
    """
    camera = scene.photo.camera
    written = " ".join(part for part in (camera.software, camera.make, camera.model) if part)
    if not written:
        raise NotAssessed("software_not_named")
    if _RETOUCHED.search(written):
        return "retouching"
    return "editing" if _EDITED.search(written) else "camera"


def _whole_frame(scene: Scene) -> bool:
    """Whether the picture is uncropped: it has the aspect of a sensor and of the size that EXIF states."""
    shown = (scene.photo.width, scene.photo.height)
    written = scene.photo.camera.pixels or shown
    shape, was = max(shown) / min(shown), max(written) / min(written)
    sensor = any(abs(shape / of_sensor - 1) < _SHAPE_TOLERANCE for of_sensor in _SENSOR_SHAPES)
    same = abs(shape / was - 1) < _SHAPE_TOLERANCE and max(written) >= max(shown)
    return sensor and same and written[0] % _SIDE_STEP == 0 and written[1] % _SIDE_STEP == 0
