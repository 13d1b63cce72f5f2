"""From face crops to coefficients: python -m training.covering.fit --crops DIR --out NPZ [--seen seen.csv] [--steps N]

`--crops` is the folder that crops.py filled. `--seen` lists what a person saw on crops without tags: id, and
yes, no, skip (cannot be told) or nothing under sunglasses, glasses, mask and held. Drawn coverings (draw.py)
make up for what tags are short of. Only rows with `use` = train, and the pool, are fitted on. Seeded; some 15 minutes
on one core. export.py makes nets/weights/covering.tflite of the coefficients.
"""

from __future__ import annotations

import argparse
import csv
import pickle
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.covering import draw as draw

ANSWERS = ("sunglasses", "glasses", "mask", "held")
SIZE, CROP, EYES = 64, 128, 32
"""px: the network's input, the stored crops, and the inter-eye distance in them"""
SIDE, DROP = 3.0, 0.6
"""the network's window in inter-eye distances: side, and how far its middle lies below the eyes"""
WIDTHS = (16, 32, 48, 64)
DRAWN = {
    "sunglasses": (2600, (1, 0, None, None)),
    "tinted": (600, (None, None, None, None)),
    "clear_glasses": (2200, (0, 1, None, None)),
    "glaring": (900, (0, 1, None, None)),
    "raised": (700, (0, None, None, None)),
    "shaded": (1800, (0, None, None, None)),
    "face_mask": (2600, (0, None, 1, None)),
    "half_shaded": (1800, (None, None, None, None)),
    "held_before": (2600, (0, None, 0, 1)),
    "mask_and_sunglasses": (400, (1, 0, 1, None)),
    "mask_and_glasses": (700, (0, 1, 1, None)),
}
"""how many of each, and what they teach in the order of ANSWERS; None: as the photo beneath"""


@dataclass
class Crops:
    """Crops (N, 128, 128, 3) with targets and their weights (N, 4)."""

    pixels: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    hard: np.ndarray | None = None
    """(N,) whether a person looked and said that nothing is held before it: what a network took for that"""


class CoveringNet(nn.Module):
    """Four strided convolutions and two dense layers."""

    def __init__(self) -> None:
        super().__init__()
        ins = (3, *WIDTHS)
        self.convs = nn.ModuleList(nn.Conv2d(i, o, 3, 2, 1, bias=False) for i, o in zip(ins, WIDTHS, strict=False))
        self.norms = nn.ModuleList(nn.BatchNorm2d(o) for o in WIDTHS)
        self.drop = nn.Dropout(0.3)
        self.hidden = nn.Linear(WIDTHS[-1] * 16, 48)
        self.out = nn.Linear(48, len(ANSWERS))

    def forward(self, x: Tensor) -> Tensor:
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = F.relu(norm(conv(x)))
        return self.out(F.relu(self.hidden(self.drop(x.permute(0, 2, 3, 1).flatten(1)))))

    def folded(self) -> dict[str, np.ndarray]:
        """Arrays for export.py: kernels (3, 3, in, out), norms folded in, biases, dense layers (in, out)."""
        arrays = {}
        for k, (conv, norm) in enumerate(zip(self.convs, self.norms, strict=True)):
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            arrays[f"kernel{k}"] = (conv.weight * scale[:, None, None, None]).permute(2, 3, 1, 0)
            arrays[f"bias{k}"] = norm.bias - norm.running_mean * scale
        for name, dense in (("hidden", self.hidden), ("out", self.out)):
            arrays[f"{name}_weight"], arrays[f"{name}_bias"] = dense.weight.T, dense.bias
        return {name: a.detach().numpy().astype(np.float16) for name, a in arrays.items()}


def real_crops(
    folder: Path, seen: dict[str, tuple[float | None, ...]], *, tags: bool
) -> tuple[Crops, list[np.ndarray]]:
    """Photos that may be fitted on, and their mesh points."""
    pixels, target, weight, points, hard = [], [], [], [], []
    for name in ("labels", "pool"):
        rows = pickle.loads((folder / f"{name}.pkl").read_bytes())
        crops = np.load(folder / f"{name}_crops.npy", mmap_mode="r")
        for row, crop in zip(rows, crops, strict=True):
            if row.get("use", "train") != "train" or "points" not in row or row.get("twin", False):
                continue
            told = row.get("quality_tags", "").split(";")
            if not tags and any(tag in told for tag in ("sunglasses", "mask", "occluded")):
                continue
            known = seen.get(row["id"], (None,) * 4)
            if not tags and (known[0] or known[2] or known[3]):
                continue
            assumed = (float("sunglasses" in told), 0.0, float("mask" in told), float("occluded" in told))
            target.append([a if k is None else np.nan_to_num(k) for a, k in zip(assumed, known, strict=True)])
            trust = (1.0, 0.0 if seen else 0.15, 1.0, 0.5)
            weight.append([t if k is None else float(k == k) for t, k in zip(trust, known, strict=True)])
            hard.append(known[3] == 0)
            pixels.append(np.asarray(crop))
            points.append(row["points"].astype(np.float32))
    told_of = np.array(target, np.float32), np.array(weight, np.float32)
    return Crops(np.stack(pixels), *told_of, np.array(hard)), points


def drawn_crops(
    real: Crops, points: list[np.ndarray], scenes: np.ndarray, rng: np.random.Generator, share: float
) -> Crops:
    """Coverings drawn on faces that have none."""
    bare = np.flatnonzero(real.target[:, [0, 2, 3]].max(1) == 0)
    made, target, weight = [], [], []
    for kind, (count, teaches) in DRAWN.items():
        for _ in range(round(count * share)):
            k = rng.choice(bare)
            crop, mesh = real.pixels[k], points[k]
            if kind == "mask_and_sunglasses":
                crop = draw.sunglasses(draw.face_mask(crop, mesh, rng, scenes), mesh, rng, scenes)
            elif kind == "mask_and_glasses":
                crop = draw.clear_glasses(draw.face_mask(crop, mesh, rng, scenes), mesh, rng, scenes)
            elif kind in ("shaded", "half_shaded"):
                crop = getattr(draw, kind)(crop, mesh, rng)
            else:
                crop = getattr(draw, kind)(crop, mesh, rng, scenes)
            made.append(crop)
            target.append([real.target[k, j] if t is None else t for j, t in enumerate(teaches)])
            weight.append([real.weight[k, j] if t is None else 1.0 for j, t in enumerate(teaches)])
            if kind == "tinted":
                weight[-1][:2] = [0, 0]
    return Crops(np.stack(made), np.array(target, np.float32), np.array(weight, np.float32))


def seen_by_a_person(path: Path | None) -> dict[str, tuple[float | None, ...]]:
    if path is None:
        return {}
    said = {"yes": 1.0, "no": 0.0, "skip": float("nan")}
    with path.open() as file:
        return {row["id"]: tuple(said.get(row[a]) for a in ANSWERS) for row in csv.DictReader(file)}


def window(crop: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    return cv2.warpAffine(
        crop, matrix, (SIZE, SIZE), flags=cv2.INTER_AREA | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_CONSTANT
    )


def varied(crop: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The window with another camera, light and fit of the mesh."""
    side = SIDE * EYES * rng.uniform(0.9, 1.12)
    turn = rng.normal(0, 0.06)
    x, y = CROP / 2 + rng.normal(0, 2.2), (1.5 + DROP) * EYES + rng.normal(0, 2.2)
    flip = -1.0 if rng.random() < 0.5 else 1.0
    cos, sin, scale = np.cos(turn), np.sin(turn), side / SIZE
    matrix = np.array([[flip * cos * scale, -sin * scale, 0], [flip * sin * scale, cos * scale, 0]])
    matrix[:, 2] = (x, y) - matrix[:, :2] @ np.array([SIZE / 2, SIZE / 2])
    if rng.random() < 0.25:  # few pixels
        small = int(rng.integers(36, 90))
        crop = cv2.resize(cv2.resize(crop, (small, small), interpolation=cv2.INTER_AREA), (CROP, CROP))
    elif rng.random() < 0.5:
        crop = cv2.GaussianBlur(crop, (0, 0), rng.uniform(0.4, 0.9))
    picture = window(crop, matrix)
    if rng.random() < 0.12:
        picture = np.repeat(picture.mean(2, keepdims=True).astype(np.uint8), 3, 2)
    codes = np.linspace(0, 1, 256)[:, None] ** rng.uniform(0.65, 1.6)
    codes = codes * rng.uniform(0.45, 1.25) * rng.uniform(0.88, 1.12, 3) + rng.normal(0, 0.03)
    picture = cv2.LUT(picture, (np.clip(codes, 0, 1) * 255).astype(np.uint8)[None])
    if rng.random() < 0.12:  # the frame ends here
        cut = int(rng.integers(2, 14))
        np.rot90(picture, rng.integers(0, 4))[:cut] = rng.choice([0, rng.integers(0, 256)])
    return picture


def noisy(pictures: np.ndarray, rng: np.random.Generator) -> Tensor:
    """(N, 64, 64, 3) uint8 to the network's input, with a camera's noise."""
    x = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() * (4 / 255) - 2
    amount = torch.from_numpy(rng.uniform(0, 0.12, (len(pictures), 1, 1, 1)).astype(np.float32))
    return (x + torch.randn(x.shape) * amount).clamp(-2, 2)


def fit(real: Crops, drawn: Crops, steps: int, rng: np.random.Generator, batch: int = 128) -> CoveringNet:
    net = CoveringNet()
    optimiser = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, steps)
    told = real.target * (real.weight >= 0.3)
    chance = 1 + 8 * told[:, 0] + 12 * np.maximum(told[:, 2], told[:, 3]) + 1.0 * told[:, 1]
    if real.hard is not None:
        chance += 3 * real.hard
    chance /= chance.sum()
    began, running = time.time(), 0.0
    for step in range(steps):
        picks = rng.choice(len(real.pixels), batch // 2, p=chance), rng.integers(0, len(drawn.pixels), batch // 2)
        pictures = [varied(part.pixels[k], rng) for part, pick in zip((real, drawn), picks, strict=True) for k in pick]
        x = noisy(np.stack(pictures), rng)
        y, w = (
            torch.from_numpy(np.concatenate([getattr(real, a)[picks[0]], getattr(drawn, a)[picks[1]]]))
            for a in ("target", "weight")
        )
        loss = (F.binary_cross_entropy_with_logits(net(x), y * 0.98 + 0.01, reduction="none") * w).sum() / w.sum()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        running += float(loss.detach())
        if step % 200 == 199:
            print(f"{step + 1} {running / 200:.4f} {time.time() - began:.0f} s", flush=True)
            running = 0.0
    return net.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crops", type=Path, required=True)
    parser.add_argument("--seen", type=Path)
    parser.add_argument("--out", type=Path, required=True, help="coefficients of all networks (.npz)")
    parser.add_argument("--beside", type=Path, nargs="*", default=[], help="fitted before: kept as further members")
    parser.add_argument("--says", type=float, nargs=len(ANSWERS), help="how much it counts in each answer: else 1")
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--share", type=float, default=1.0, help="of the drawn crops: less for a trial")
    parser.add_argument("--no-tags", action="store_true", help="leave out real coverings: what drawn ones alone teach")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    real, points = real_crops(options.crops, seen_by_a_person(options.seen), tags=not options.no_tags)
    scenes = np.load(options.crops / "pool_thumbs.npy", mmap_mode="r")[::4]
    drawn = drawn_crops(real, points, np.asarray(scenes), rng, options.share)
    print(f"{len(real.pixels)} photos, {len(drawn.pixels)} drawn", flush=True)
    members = [dict(np.load(path)) for path in options.beside]
    arrays = {f"m{k}_{name.removeprefix('m0_')}": a for k, m in enumerate(members) for name, a in m.items()}
    folded = fit(real, drawn, options.steps, rng).folded()
    if options.says:
        folded["says"] = np.array(options.says, np.float32)
    np.savez(options.out, **arrays, **{f"m{len(members)}_{name}": array for name, array in folded.items()})


if __name__ == "__main__":
    main()
