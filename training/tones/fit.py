"""From face crops to nets/weights/tones.tflite: python -m training.tones.fit --crops DIR [--hold-out 0|1] [--steps N]

`--crops` is the folder that training.covering.crops filled. The network is shown faces as they are and under tone
curves, and learns the curve: the exponent's logarithm to base 2, and what was clipped. Dark, medium and light skin and
black and white are shown alike often, whatever there are of them. Only rows with `use` = train, and the pool, are
fitted on. Seeded; some 2 minutes on one core. With `--hold-out` every second source is kept out and
asked in the end; nothing is written then but `--answers`.
"""

from __future__ import annotations

import argparse
import pickle
import time
import zlib
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.quality.curves import CURVES
from benchmarks.quality.skin_tone import angle_of, tone_group
from headshot_check.pixels.geometry import Square
from headshot_check.scene import FaceCrop
from training.covering.export import export
from training.covering.fit import CROP, DROP, EYES, SIDE, SIZE, CoveringNet, plain_window
from training.registering import register

NETWORK = Path(__file__).resolve().parents[2] / "src/headshot_check/nets/weights/tones.tflite"
LEAST_EYES_PX = 18.0
LEAST, MOST = 0.7, 1.7
"""exponents of curves, log2"""
CLIPPED, COUNTS = 0.09, 6.0
"""most of the codes that a curve clips, and what of it counts beside the exponent"""


def faces(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Crops (N, 128, 128, 3), how often each is to be shown, whether its source is of the second half, and ids."""
    pixels, groups, second, ids = [], [], [], []
    for name in ("labels", "pool"):
        rows = pickle.loads((folder / f"{name}.pkl").read_bytes())
        crops = np.load(folder / f"{name}_crops.npy", mmap_mode="r")
        for row, crop in zip(rows, crops, strict=True):
            if row.get("use", "train") != "train" or "points" not in row or row.get("twin", False):
                continue
            if row["eyes"] < LEAST_EYES_PX:
                continue
            pixels.append(np.asarray(crop))
            groups.append(group_of(pixels[-1], row["points"].astype(np.float32)))
            second.append(zlib.crc32(row["source_repo"].encode()) % 2)
            ids.append(row["id"])
    kinds, at = np.unique(groups, return_inverse=True)
    print(dict(zip(kinds.tolist(), np.bincount(at).tolist(), strict=True)), flush=True)
    chance = 1 / np.bincount(at)[at]
    return np.stack(pixels), chance / chance.sum(), np.array(second), np.array(ids)


def group_of(crop: np.ndarray, points: np.ndarray) -> str:
    if np.ptp(crop.astype(np.int16), axis=2).mean() < 4:
        return "grey"
    angle = angle_of(FaceCrop(crop, points, EYES, EYES, Square(CROP / 2, CROP / 2, CROP)))
    return "grey" if angle is None else tone_group(angle)


def shown(crop: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, float]:
    """The window (64, 64, 3), 0..1, with another fit of the mesh, and the curve that lies over it."""
    codes = crop.astype(np.float32) / 255
    if rng.random() < 0.15:
        codes = np.repeat(codes.mean(2, keepdims=True), 3, 2)
    codes = np.clip(codes * rng.uniform(0.94, 1.06, 3).astype(np.float32), 0, 1)
    if rng.random() < 0.5:
        told = rng.normal(0, 0.12)
        codes = codes ** np.float32(2**told)
    else:
        told = rng.uniform(LEAST, MOST) * rng.choice([-1, 1])
        clipped = rng.uniform(0, CLIPPED) if rng.random() < 0.6 else 0.0
        black, white = (clipped, 0.0) if told > 0 else (0.0, clipped)
        codes = np.clip((codes ** np.float32(2**told) - black) / (1 - black - white), 0, 1)
        told += COUNTS * (black - white)
    x, y = CROP / 2 + rng.normal(0, 2.2), (1.5 + DROP) * EYES + rng.normal(0, 2.2)
    square = Square(x, y, SIDE * EYES * rng.uniform(0.9, 1.12), rng.normal(0, 0.06))
    matrix = square.affine(SIZE, mirrored=bool(rng.random() < 0.5))
    window = cv2.warpAffine(codes, matrix, (SIZE, SIZE), flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP)
    return window, told


def fit(pixels: np.ndarray, chance: np.ndarray, steps: int, rng: np.random.Generator, batch: int = 96) -> CoveringNet:
    net = CoveringNet(answers=1)
    optimiser = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, steps)
    began, running = time.process_time(), 0.0
    for step in range(steps):
        windows, told = zip(*(shown(pixels[k], rng) for k in rng.choice(len(pixels), batch, p=chance)), strict=True)
        x = as_input(np.stack(windows))
        noise = torch.from_numpy(rng.uniform(0, 0.06, (batch, 1, 1, 1)).astype(np.float32))
        said = net((x + torch.randn(x.shape) * noise).clamp(-2, 2))[:, 0]
        loss = F.smooth_l1_loss(said, torch.tensor(told, dtype=torch.float32), beta=0.3)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        running += float(loss.detach())
        if step % 200 == 199:
            print(f"{step + 1} {running / 200:.4f} {time.process_time() - began:.0f} s", flush=True)
            running = 0.0
    return net.eval()


def as_input(windows: np.ndarray) -> Tensor:
    return torch.from_numpy(windows.astype(np.float32)).permute(0, 3, 1, 2) * 4 - 2


def asked(net: CoveringNet, windows: np.ndarray) -> np.ndarray:
    """(N,) what it says of windows (N, 64, 64, 3) uint8 and of their mirror images."""
    said = []
    with torch.no_grad():
        for start in range(0, len(windows), 256):
            x = as_input(windows[start : start + 256] / 255)
            said.append((net(x) + net(x.flip(3)))[:, 0] / 2)
    return torch.cat(said).numpy()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1200)
    parser.add_argument("--hold-out", type=int, choices=(0, 1), help="which half of the sources is kept out")
    parser.add_argument("--answers", type=Path, help="what it says of those: .npz of ids, plain and each curve")
    parser.add_argument("--out", type=Path, default=NETWORK)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    torch.manual_seed(1)
    pixels, chance, second, ids = faces(options.crops)
    taken = np.ones(len(ids), bool) if options.hold_out is None else second != options.hold_out
    net = fit(pixels[taken], chance[taken] / chance[taken].sum(), options.steps, np.random.default_rng(1))
    if options.hold_out is None:
        arrays = {f"m0_{name}": values for name, values in net.folded().items()}
        export(arrays, options.out, about="what a tone curve did to the face (training/TONES_CARD.md)")
        register(options.out, "tones")
        return
    answers = {"id": ids[~taken], "plain": asked(net, np.stack([plain_window(crop) for crop in pixels[~taken]]))}
    for name, curve in CURVES.items():
        table = np.rint(255 * curve(np.arange(256) / 255)).astype(np.uint8)
        answers[name] = asked(net, np.stack([plain_window(cv2.LUT(crop, table)) for crop in pixels[~taken]]))
    for name, values in list(answers.items())[1:]:
        print(name, np.round(np.quantile(values, (0.005, 0.02, 0.05, 0.5, 0.95, 0.98, 0.995)), 2))
    if options.answers:
        np.savez(options.answers, **answers)


if __name__ == "__main__":
    main()
