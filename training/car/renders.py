"""Rendered people in cars and rooms with exact masks (made by fixtures/render), developed anew each time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from training.rows import Row

CUES = {
    "belt": ("seat_belt",),
    "headrest": ("headrest",),
    "window": ("outside",),
    "roof": ("roof",),
    "wheel": ("steering_wheel",),
}
"""Classes of a render's mask that show each cue."""
SEAT = ("seat", "headrest")
PERSON = ("skin", "hair", "garment", "covering", "glasses", "strap", "seat_belt")


@dataclass
class Render:
    rgb: np.ndarray
    regions: np.ndarray
    """(H, W, 5) 0..1 in the order of CUES, what is visible of each"""
    person: np.ndarray
    """(H, W) 0..1"""
    front: np.ndarray
    """(H, W) 0..1: bodywork before whoever sits inside"""
    seat: np.ndarray
    """(H, W) 0..1: the seat of that person and its head restraint"""
    glare: np.ndarray | None = None
    """(H, W, 3) 0..1: what a pane before that person mirrors"""

    def mirrored(self) -> Render:
        """Left and right exchanged."""
        kept = (self.rgb, self.regions, self.person, self.front, self.seat)
        glare = None if self.glare is None else np.ascontiguousarray(self.glare[:, ::-1])
        return Render(*(np.ascontiguousarray(v[:, ::-1]) for v in kept), glare)


def rows(folder: Path) -> list[Row]:
    """One row per NAME.npz; of the places without people some are held out."""
    found = []
    for path in sorted(folder.glob("*.npz")):
        stored = np.load(path)
        car = str(stored["place"]) == "car"
        row = Row(f"r_{path.stem}", path, "render_car" if car else "render_room", car, path.stem, "render")
        if "face" in stored:  # nobody there: where the occupant's face would be
            row.kind, row.subtype, row.face = "stage", str(stored["kind"]), stored["face"]
        found.append(row)
    return found


def develop(path: Path, rng: np.random.Generator, *, mirror: bool = True) -> Render:
    """sRGB under an exposure, white balance and contrast drawn at random, mirrored half of the time unless unwanted."""
    stored = np.load(path)
    light = np.nan_to_num(stored["linear"].astype(np.float32)).clip(0, 60)
    names = [str(n) for n in stored["classes"]]
    mask = stored["mask"]
    person = np.isin(mask, [names.index(n) for n in PERSON if n in names])
    where = person if rng.random() < 0.6 and person.any() else np.ones_like(person)
    metered = float(np.exp(np.log(light.mean(2)[where] + 1e-3).mean()))
    gain = 0.2 / metered * 2 ** rng.uniform(-1.2, 1.0)
    light = light * (gain * rng.uniform(0.85, 1.15, 3)).astype(np.float32)
    gamma = 1 / rng.uniform(1.9, 2.6)

    def shown(linear: np.ndarray) -> np.ndarray:
        return np.asarray((1 - np.exp(-1.5 * linear)).clip(0, 1) ** gamma)  # a shoulder instead of a hard clip

    def where_is(group: tuple[str, ...]) -> np.ndarray:
        return np.isin(mask, [names.index(n) for n in group if n in names]).astype(np.float32)

    regions = np.stack([where_is(group) for group in CUES.values()], 2)
    body, front, seat = (cv2.GaussianBlur(where_is(g), (0, 0), 0.6) for g in (PERSON, ("bodywork",), SEAT))
    glare = None
    if "glare" in stored:
        glare = shown(np.nan_to_num(stored["glare"].astype(np.float32)).clip(0, 60) * gain).astype(np.float32)
    render = Render((shown(light) * 255).astype(np.uint8), regions, body, front, seat, glare)
    return render.mirrored() if mirror and rng.random() < 0.5 else render
