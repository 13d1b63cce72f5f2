"""One picture that a network may be fitted on, and whether it is kept back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

HELD_OUT_SHARE = 0.2
"""Share of the groups kept from fitting, for choosing checkpoints, fusion and thresholds."""


@dataclass
class Row:
    id: str
    path: Path
    kind: str  # yawdd | portrait | pool | car_place | place | measure | render_car | render_room | stage
    car: bool
    group: str
    source: str
    labels: dict[str, float] = field(default_factory=dict)  # belt, headrest, window: 1 yes, 0 no; absent when unclear
    face: np.ndarray | None = None  # (8,): box x0 y0 x1 y1, right eye x y, left eye x y
    subtype: str = ""

    @property
    def held_out(self) -> bool:
        if self.kind in ("render_car", "render_room"):
            return False
        return int(hashlib.sha256(self.group.encode()).hexdigest(), 16) % 1000 < 1000 * HELD_OUT_SHARE
