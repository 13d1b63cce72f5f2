"""The development photos as the detector sees them: rows of labels.csv, the car evidence, the checker's verdict."""

from __future__ import annotations

import csv
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from headshot_check import Checker
from headshot_check.measures.car_cues import car_cues
from headshot_check.nets.all import Nets
from headshot_check.nets.blazeface import Detection
from headshot_check.nets.car import CarEvidence
from headshot_check.photo import load
from headshot_check.policy import Policy, load_policy
from headshot_check.report import DriversSeat
from headshot_check.scene import NotAssessed, Scene

SEAT = "car.drivers_seat"
SELFIES = ("driver_selfie", "passenger", "other")
"""Subtypes of the photos that someone in a car took by hand."""
YAWDD = "Muneeb-Ahmed-Khan/Yawn-Detection"


@dataclass
class CarPhoto:
    """One photo and what is said of it."""

    row: dict[str, str]
    rgb: NDArray[np.uint8]
    """the analysis pixels"""
    face: Detection | None
    evidence: CarEvidence | None
    seat: DriversSeat
    """the whole checker's answer"""
    strap_outlined: bool
    milliseconds: float
    """the car network with its views"""

    @property
    def car(self) -> bool:
        """As labelled."""
        return self.row["label"] == "car"

    @property
    def probability(self) -> float:
        """The network's, whatever the room round the face; 0 without a face."""
        return self.evidence.probability if self.evidence else 0.0

    @property
    def kind(self) -> str:
        """In cars how it was taken, elsewhere the kind of negative."""
        return self.row["subtype"]


def read_rows(photos: Path, use: str) -> list[dict[str, str]]:
    """The rows of labels.csv with this `use`: train or measure."""
    with (photos / "labels.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["use"] == use]


def seat_checker() -> Checker:
    """The whole path to the driver's seat and nothing else: the default policy's limits for it."""
    policy = load_policy("linkedin")
    return Checker(Policy(policy.name, policy.title, {SEAT: policy.rules[SEAT]}))


def look(photos: Path, rows: list[dict[str, str]]) -> list[CarPhoto]:
    """Each photo through the detector and through the checker."""
    checker, nets = seat_checker(), Nets()
    return [_look(row, photos / row["file"], checker, nets) for row in rows]


def _look(row: dict[str, str], path: Path, checker: Checker, nets: Nets) -> CarPhoto:
    photo = load(path)
    scene = Scene(photo, nets)
    face, evidence, spent, strap = None, None, float("nan"), False
    try:
        face = scene.main
        began = time.perf_counter()
        evidence = scene.car
        spent = 1000 * (time.perf_counter() - began)
        strap = any(cue.name == "seat_belt" and cue.region for cue in car_cues(scene))
    except NotAssessed:
        pass
    seat = checker.check_photo(photo).drivers_seat
    return CarPhoto(row, np.asarray(photo.rgb), face, evidence, seat, strap, spent)
