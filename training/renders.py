"""Rendered people in cars and rooms with exact masks (made by fixtures/render), developed anew each time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from sources import Row

CUES = {
    "belt": ("seat_belt",),
    "headrest": ("headrest",),
    "window": ("outside",),
    "roof": ("roof",),
    "wheel": ("steering_wheel",),
}
"""Classes of a render's mask that show each cue."""
PERSON = ("skin", "hair", "garment", "covering", "glasses", "strap", "seat_belt")


@dataclass
class Render:
    rgb: np.ndarray
    regions: np.ndarray
    """(H, W, 5) 0..1 in the order of CUES, what is visible of each"""
    person: np.ndarray
    """(H, W) 0..1"""


def rows(folder: Path) -> list[Row]:
    """One row per NAME.npz; none is held out: renders are never judged by."""
    found = []
    for path in sorted(folder.glob("*.npz")):
        car = str(np.load(path)["place"]) == "car"
        found.append(Row(f"r_{path.stem}", path, "render_car" if car else "render_room", car, path.stem, "render"))
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
    light = 1 - np.exp(-1.5 * light)  # a shoulder instead of a hard clip
    gamma = 1 / rng.uniform(1.9, 2.6)
    rgb = (light.clip(0, 1) ** gamma * 255).astype(np.uint8)
    parts = [np.isin(mask, [names.index(n) for n in group if n in names]) for group in CUES.values()]
    regions, body = np.stack(parts, 2).astype(np.float32), person.astype(np.float32)
    if mirror and rng.random() < 0.5:
        rgb, regions, body = rgb[:, ::-1], regions[:, ::-1], body[:, ::-1]
    return Render(np.ascontiguousarray(rgb), np.ascontiguousarray(regions), cv2.GaussianBlur(body, (0, 0), 0.6))
