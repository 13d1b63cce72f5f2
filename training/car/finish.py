"""From the two runs to the files of the package: mixed, fused on what either kept back, exported."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from headshot_check.nets.car import FIRST_SIZE
from headshot_check.nets.car_evidence import SIZE
from headshot_check.nets.car_glance import CarGlance
from headshot_check.nets.car_views import align_window
from headshot_check.pixels.shrinking import Halves
from training.car.augment import shoot
from training.car.export import PLACES, export
from training.car.fuse import columns, fuse, written
from training.car.samples import Sample
from training.car.soup import NAMES, State, mixed, told
from training.registering import register

SHARE = 0.6
"""How much of what was learnt is kept in the trunk; the rest is ImageNet's (chosen on kept-back sources)."""
PICTURES = 200
"""Samples whose views the ranges of int8 are taken from."""


def finish(samples: list[Sample], work: Path, out: Path) -> None:
    """Write car.tflite, its SHA-256 in the registry, and car_fusion.toml."""
    states = [torch.load(work / f"fold{fold}/model.pt") for fold in (0, 1)]
    aside = [s for s in samples if any(s.held) and s.kind != "belted"]
    seen, first = (looks(kept_back(aside, states, size=size)) for size in (SIZE, FIRST_SIZE))
    beside = glances(aside)
    fusion = fuse(aside * 2, columns(seen, beside), columns(first, beside))
    out.with_name("car_fusion.toml").write_text(written(fusion), encoding="utf-8")
    model = mixed(states, SHARE)
    model.decoder.load_state_dict(torch.load(work / "decoder.pt"))
    export(model, out, size=SIZE, note="headshot-check car network", pictures=pictures(samples))
    register(out, "car")
    register(out.with_name(PLACES), "car_places")
    print(f"{out}: {out.stat().st_size} bytes")


def kept_back(aside: list[Sample], states: list[State], share: float = SHARE, size: int = SIZE) -> np.ndarray:
    """What `told` gives of each sample by the run that kept it back, by turns where both did."""
    out = np.empty((len(aside), 2, len(NAMES)), np.float32)
    for fold, state in enumerate(states):
        mine = [k for k, s in enumerate(aside) if s.held[fold] and (not all(s.held) or k % 2 == fold)]
        out[mine] = told(mixed([state], share), [aside[k] for k in mine], size)
    return out


def looks(seen: np.ndarray) -> np.ndarray:
    """(N, 2, names) to (2 N, names): the window as it is and the frame mirrored, then the other way round."""
    half = len(NAMES) // 2
    both = [np.concatenate([seen[:, n, :half], seen[:, 1 - n, half:]], 1) for n in (0, 1)]
    return np.concatenate(both)


def glances(samples: list[Sample]) -> np.ndarray:
    """(2 N,) log-odds of a car by the small network: pictures as they are, then mirrored; NaN without a face."""
    net, out = CarGlance(), np.full((2, len(samples)), np.nan)
    for k, s in enumerate(samples):
        if s.face is not None:
            box, right, left = (tuple(float(v) for v in part) for part in (s.face[:4], s.face[4:6], s.face[6:8]))
            views = net.views(Halves(s.rgb), align_window(box, right, left))
            out[:, k] = [net(views, mirrored=turned) for turned in (False, True)]
    return out.ravel()


def pictures(samples: list[Sample]) -> np.ndarray:
    """(N, 1, SIZE, SIZE, 3) views of samples that were fitted on, drawn at random: for the ranges of int8."""
    rng = np.random.default_rng(0)
    fitted = [s for s in samples if not any(s.held)]
    views = [shoot(fitted[k], SIZE, rng) for k in rng.choice(len(fitted), PICTURES, replace=False)]
    return np.stack([view for v in views for view in (v.pixels[:, None] if v.face else v.pixels[1:, None])])
