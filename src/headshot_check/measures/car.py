"""The car: was the photo taken in one, and what tells."""

from __future__ import annotations

from headshot_check.measures import measure
from headshot_check.report import SeatVerdict, Setting
from headshot_check.scene import NotAssessed, Scene

# Share of the window around head and shoulders that must lie inside the photo: with less, nothing of a seat can show.
# Tight portraits of the train rows crowd round 0.20, where a small turn would change the word; 2 % lie below 0.13.
_LEAST_COVERAGE = 0.12
# Below this side of a photo, px, seats, curved lettering and picture frames look alike; what is said of one at most
# (under `fail_above` of the policies that come with the package: never "likely").
_FEW_PX, _MOST_OF_FEW_PX = 200, 0.6
# Share of the frame that is a person, without which a picture in which no face was found is nobody's: a blank, a
# drawing, an empty room. (A driver in profile fills a fifth.)
_LEAST_PERSON = 0.05
# What another vehicle's seat must be believed to be to be called one.
_OTHER = 0.5


@measure("car.drivers_seat", "probability")
def drivers_seat(scene: Scene) -> float:
    """Calibrated probability that the photo was taken in a car, 0..1 (training/MODEL_CARD.md).

    Without a face the frame alone tells, if there is a person. Not assessed without one, or when the face fills the
    frame so that nothing around it shows.
    """
    if not scene.search.faces and float(scene.mask.mean()) < _LEAST_PERSON:
        raise NotAssessed("no_face")
    evidence = scene.car
    if evidence.coverage < _LEAST_COVERAGE:
        raise NotAssessed("no_room")
    if min(scene.photo.width, scene.photo.height) < _FEW_PX:
        return min(evidence.probability, _MOST_OF_FEW_PX)
    return evidence.probability


def seat_setting(scene: Scene, verdict: SeatVerdict) -> Setting | None:
    """What kind of vehicle a photo looks taken in, or None."""
    if verdict not in ("likely", "possible"):
        return None
    return "other_vehicle" if scene.car.other_vehicle >= _OTHER else "car"
