"""The driver's seat: the probability that the photo was taken in a car, and the kind of vehicle."""

from __future__ import annotations

from collections.abc import Iterable

from headshot_check.measures import measure
from headshot_check.measures.car_cues import car_cues
from headshot_check.nets.log_odds import log_odds
from headshot_check.report import Cue, SeatVerdict, Setting
from headshot_check.scene import NotAssessed, Scene

# Share of the window around head and shoulders that must lie inside the photo: the face's box alone is 0.10 of it, and
# with less nothing of a seat can show. 0.2 % of 450 portraits of the train rows have less, 1.8 % when turned by 10
# degrees and cut. Of 429 that were cut to the face's box none was taken for a car, of 131 in cars 13 %.
_LEAST_COVERAGE = 0.085
# Below this side of a photo, px, seats, curved lettering and picture frames look alike.
_FEW_PX = 200
# "likely" asks for strong joint evidence among the cues that are reported, those without a place counted for less: two
# of these with this mean, or a worn belt; and for a car more than another vehicle. Where all looks together are sure of
# a car, 0.7 of that will do: of 1,455 changed copies of the 97 train and pool photos that look most like a car, none
# comes to "likely" by that. None of 4,912 photos in no car is above `fail_above`, all 342 in cars are.
_TELLING = ("seat_belt", "headrest", "car_window", "roof")
_UNPLACED = 0.75
_TWO_CUES, _A_BELT = 0.58, 0.70
_SURE, _WHEN_SURE = 0.95, 0.7
# What is said at most of a photo without either: under `fail_above` of the policies that come with the package. From
# `warn_above` on its range is drawn together, so that the likelier of two in doubt stays the likelier.
_DOUBT_COUNTS, _MOST_IN_DOUBT = 0.30, 0.55
# Share of the frame that is a person, without which a picture in which no face was found is nobody's: a blank, a
# drawing, an empty room. (A driver in profile fills a fifth.)
_LEAST_PERSON = 0.05
# What another vehicle's seat must be believed to be for a photo to be in doubt; and how much of its log-odds the car's
# own, above even, take away before it is called one. Of 192 photos in cars of the train rows, half of them cut and
# reduced to 160 px, 3 were called a train or bus without that, now none; of other vehicles as many as before.
_OTHER, _CAR_AGAINST = 0.5, 0.5


@measure("car.drivers_seat", "probability")
def drivers_seat(scene: Scene) -> float:
    """Calibrated probability that the photo was taken in a car, 0..1 (training/MODEL_CARD.md).

    At most 0.55 without strong joint evidence, and in small pictures. Without a face the frame alone decides, if there
    is a person. Not assessed without a person, or if the face fills the frame so that nothing around it is visible.
    """
    if not scene.search.faces and float(scene.mask.mean()) < _LEAST_PERSON:
        raise NotAssessed("no_face")
    evidence = scene.car
    if evidence.coverage < _LEAST_COVERAGE:
        raise NotAssessed("no_room")
    if evidence.probability <= _DOUBT_COUNTS:
        return evidence.probability
    few_pixels = min(scene.photo.width, scene.photo.height) < _FEW_PX
    doubtful = few_pixels or evidence.other_vehicle >= _OTHER or not joint(scene.once(car_cues), evidence.probability)
    return _in_doubt(evidence.probability) if doubtful else evidence.probability


def _in_doubt(probability: float) -> float:
    beyond = max(probability - _DOUBT_COUNTS, 0.0) / (1 - _DOUBT_COUNTS)
    return min(probability, _DOUBT_COUNTS) + beyond * (_MOST_IN_DOUBT - _DOUBT_COUNTS)


def joint(cues: Iterable[Cue], car: float) -> bool:
    """Whether the cues that a report names are together strong enough for "likely", where `car` is as probable."""
    told = {c.name: c.probability * (1.0 if c.region else _UNPLACED) for c in cues if c.name in _TELLING}
    first, second = sorted((*told.values(), 0.0, 0.0))[:-3:-1]
    asked = _WHEN_SURE if car >= _SURE else 1.0
    return (first + second) / 2 >= asked * _TWO_CUES or told.get("seat_belt", 0.0) >= asked * _A_BELT


def seat_setting(scene: Scene, verdict: SeatVerdict) -> Setting | None:
    """What kind of vehicle a photo looks taken in, or None."""
    if verdict not in ("likely", "possible"):
        return None
    car, other = log_odds(scene.car.probability), log_odds(scene.car.other_vehicle)
    return "other_vehicle" if other >= _CAR_AGAINST * max(car, 0.0) else "car"
