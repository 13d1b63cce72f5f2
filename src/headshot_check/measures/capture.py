"""How the photo was taken, as far as the file says: from where, with which camera, and what an app has done to it.

Most pages strip these facts, and then nothing is assessed. The face's own proportions do not stand in for them: of
rendered heads at 30, 40 and 55 cm the mesh grows wider at the ears by 2 % a step, but people's faces differ by 3 %
(446 conference speakers), so that at 35 cm one frontal face in six would be told from a portrait at 1 % false alarms.
"""

from __future__ import annotations

import math

from headshot_check.measures import Reading, measure
from headshot_check.measures.places import face_region
from headshot_check.scene import NotAssessed, Scene

# Between the pupils, cm: adults 6.3 on average, standard deviation 0.36 (Dodgson, "Variation and extrema of human
# interpupillary distance", 2004).
_INTER_EYE_CM = 6.3
# Diagonal of the 36 x 24 mm frame that equivalent focal lengths refer to (CIPA DCG-001).
_FILM_DIAGONAL_MM = math.hypot(36, 24)
# Equivalent focal lengths that people are photographed with, mm: front cameras of phones 20 to 35, portraits to 200.
_LENSES_MM = (18.0, 200.0)
# Below any lens that draws straight: some files have the real focal length where the equivalent one belongs.
_SHORTEST_MM = 10.0
# Shapes of whole sensors and video frames, long side over short, and how exactly a picture must have one.
_SENSOR_SHAPES, _SHAPE_TOLERANCE = (4 / 3, 3 / 2, 16 / 9), 0.01
# Sides of camera pictures are multiples of this; of free crops one in sixteen has both.
_SIDE_STEP = 4

# Parts of the names that apps write into EXIF's Software, Make or Model, lower case.
_RETOUCHING = (
    "airbrush", "b612", "beauty", "bestie", "camera360", "facelab", "faceapp", "facetune", "faceu", "fotorus", "hypic",
    "lensa", "lightricks", "meitu", "peachy", "perfect365", "persona", "remini", "retouchme", "snow corp", "soda cam",
    "sweet selfie", "sweet snap", "ulike", "wuta", "xingtu", "youcam",
)  # fmt: skip
_EDITING = (
    "affinity", "aviary", "capture one", "darktable", "fotor", "gimp", "instagram", "krita", "lightroom", "luminar",
    "nx studio", "paint.net", "photodirector", "photolab", "photopea", "photos 1", "photoscape", "photoshop", "picasa",
    "picsart", "pixelmator", "pixlr", "polarr", "prequel", "rawtherapee", "snapchat", "snapseed", "vsco",
)  # fmt: skip


@measure("capture.perspective", "cm")
def perspective(scene: Scene) -> Reading:
    """Distance of the camera from the face, cm: an arm's length is 45 to 65; under 40 the nose visibly swells.

    From EXIF's equivalent focal length and the size of the face, within some 10 % (people's eyes are 5.5 to 7.1 cm
    apart), or, without a focal length, what EXIF says that the camera focused on, where the size of the face bears it
    out: many cameras write there the nearest distance that their lens can focus on. At 30 cm the base of the nose
    appears 30 % wider than from 150 cm (Ward et al., JAMA Facial Plastic Surgery 2018). A crop reads as too near, so
    only pictures in a sensor's shape and size are assessed; one that was cropped to just that shape misleads.
    """
    camera = scene.photo.camera
    if not _whole_frame(scene):
        raise NotAssessed("distance_unknown")
    _ = scene.mesh  # a profile's inter-eye distance is foreshortened
    diagonal_px = math.hypot(scene.photo.width, scene.photo.height)
    # how far away the face is for each mm of equivalent focal length
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
    """Whether EXIF names the phone's front camera, the one for selfies. Not assessed where it names none.

    iPhones name the lens; most other phones do not.
    """
    if scene.photo.camera.front_camera is None:
        raise NotAssessed("lens_not_named")
    return scene.photo.camera.front_camera


@measure("capture.software")
def software(scene: Scene) -> str:
    """What kind of program EXIF names: "retouching" (apps that smooth and reshape faces), "editing", "camera".

    "camera" is everything else, mostly a phone's own system. An app that writes nothing, or a page that strips EXIF,
    goes unseen, so "camera" proves nothing.
    """
    camera = scene.photo.camera
    written = " ".join(part for part in (camera.software, camera.make, camera.model) if part).casefold()
    if not written:
        raise NotAssessed("software_not_named")
    if any(name in written for name in _RETOUCHING):
        return "retouching"
    return "editing" if any(name in written for name in _EDITING) else "camera"


def _whole_frame(scene: Scene) -> bool:
    """Whether the picture is as the camera wrote it, but for its size."""
    shown = (scene.photo.width, scene.photo.height)
    written = scene.photo.camera.pixels or shown
    shape, was = max(shown) / min(shown), max(written) / min(written)
    sensor = any(abs(shape / of_sensor - 1) < _SHAPE_TOLERANCE for of_sensor in _SENSOR_SHAPES)
    same = abs(shape / was - 1) < _SHAPE_TOLERANCE and max(written) >= max(shown)
    return sensor and same and written[0] % _SIDE_STEP == 0 and written[1] % _SIDE_STEP == 0
