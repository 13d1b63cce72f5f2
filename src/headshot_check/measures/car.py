"""The car: was the photo taken in one, and what tells."""

from __future__ import annotations

from headshot_check.measures import measure
from headshot_check.scene import NotAssessed, Scene

# Share of the window around head and shoulders that must lie inside the photo: with less, nothing of a seat can show.
# Tight portraits of the train rows crowd round 0.20, where a small turn would change the word; 2 % lie below 0.13.
_LEAST_COVERAGE = 0.12


@measure("car.drivers_seat", "probability")
def drivers_seat(scene: Scene) -> float:
    """Calibrated probability that the photo was taken in a car, 0..1 (training/MODEL_CARD.md).

    Not assessed without a face, or when the face fills the frame so that nothing around it shows.
    """
    evidence = scene.car
    if evidence.coverage < _LEAST_COVERAGE:
        raise NotAssessed("no_room")
    return evidence.probability
