"""From photos to car.tflite: python -m training.car.train [--shared DIR] [--work DIR] [--only STAGE ...]

Stages, each picks up where it was interrupted: samples (pictures drawn, teachers asked), warm (heads on the resting
trunk), tune (two runs side by side, each keeps other sources back), places (the decoder, on the mixed trunk), finish
(fused, exported). Seeded. Photos and everything made from them stay outside the repository; only the weights enter.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two runs on two cores: threads below them only wait

import torch

from training.car import samples as kept
from training.car.finish import SHARE, finish
from training.car.places import learn_places
from training.car.soup import mixed
from training.car.teachers import ask
from training.car.tune import Recipe, tune

ROOT = Path(__file__).resolve().parents[2]
STAGES = ("samples", "warm", "tune", "places", "finish")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="holds photos/")
    parser.add_argument("--work", type=Path, default=ROOT.parent / "train", help="samples and checkpoints")
    parser.add_argument("--renders", type=Path, help="cabins, by fixtures/render/training_set.py --kinds car")
    parser.add_argument("--out", type=Path, default=ROOT / "src/headshot_check/nets/weights/car.tflite")
    parser.add_argument("--only", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--warm-steps", type=int, default=250)
    parser.add_argument("--steps", type=int, default=1400, help="of each of the two runs")
    parser.add_argument("--place-steps", type=int, default=900)
    parser.add_argument("--fold", type=int, choices=(0, 1), help="only this one of the two runs")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    work: Path = options.work
    torch.set_num_threads(1)
    if "samples" in options.only and not (work / "samples.pkl").exists():
        kept.build(options.shared / "photos", work, renders=options.renders, seed=options.seed)
    samples = kept.load(work)
    ask(samples, work)
    if "warm" in options.only:
        tune(
            samples,
            Recipe(options.warm_steps, trunk_rate=0.0, batch=24, average=0.97, seed=options.seed),
            work / "warm",
        )
    if "tune" in options.only:
        runs = []
        for fold in (0, 1) if options.fold is None else (options.fold,):
            recipe = Recipe(options.steps, fold=fold, seed=options.seed)
            arguments = (samples, recipe, work / f"fold{fold}", work / "warm/model.pt")
            runs.append(multiprocessing.get_context("fork").Process(target=tune, args=arguments))
            runs[-1].start()
        for run in runs:
            run.join()
        if any(run.exitcode for run in runs):
            return 1
    if "places" in options.only:
        states = [torch.load(work / f"fold{fold}/model.pt") for fold in (0, 1)]
        learn_places(samples, mixed(states, SHARE), work / "decoder.pt", steps=options.place_steps)
    if "finish" in options.only:
        finish(samples, work, options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
