"""From photos to car_glance.tflite: python -m training.car.glance.train --wheel FILE [--shared DIR] [--work DIR]

Stages, each picks up where it was interrupted: cache (pictures drawn, teacher asked), train, export (with fusion and
thresholds). Seeded. Photos, teacher and everything made from them stay outside the repository; only the weights enter.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # two workers on two cores: threads below them only wait

ROOT = Path(__file__).resolve().parents[3]
STAGES = ("cache", "train", "export")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared", help="holds photos/ and models/")
    parser.add_argument("--renders", type=Path, help="rendered people in cars and rooms, NAME.npz, optional")
    parser.add_argument("--places", type=Path, help="rendered places without people, NAME.npz, optional")
    parser.add_argument("--work", type=Path, default=ROOT.parent / "train", help="caches and checkpoints")
    parser.add_argument("--out", type=Path, default=ROOT / "src/headshot_check/nets/weights/car_glance.tflite")
    parser.add_argument("--only", nargs="+", choices=STAGES, default=list(STAGES))
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--wheel", type=Path, required=True, help="the official mediapipe 0.10.21 wheel")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    cache, run = options.work / "cache", options.work / "run"
    if "cache" in options.only:
        from training.car.glance.cache import build

        teacher = options.shared / "models/mobilenet_v2_imagenet_quant.tflite"
        settings = {"seed": options.seed, "workers": options.threads}
        build(options.shared / "photos", teacher, cache, **settings)
        for name, rendered in (("renders", options.renders), ("places", options.places)):
            if rendered:
                build(options.shared / "photos", teacher, cache.parent / name, rendered=rendered, **settings)
    if "train" in options.only:
        from training.car.glance.fit import Recipe, fit

        fit(cache, run, Recipe(steps=options.steps, seed=options.seed), options.wheel, workers=options.threads)
    if "export" in options.only:
        _export(cache, run, options.out)
    return 0


def _export(cache: Path, run: Path, out: Path) -> None:
    """Fusion and thresholds on what was held out, then the graph."""
    import numpy as np
    import torch

    from training.car.glance.calibrate import ORDINARY, answers, auc, fuse, pictures, threshold
    from training.car.glance.export import EVIDENCE, export
    from training.car.glance.model import CarModel
    from training.registering import register

    model = CarModel()
    model.load_state_dict(torch.load(run / "model.pt"))
    seen, unfused = pictures(cache), run / "unfused.tflite"
    export(model, (np.zeros(EVIDENCE), 0.0), unfused, note="without fusion", pictures=seen)
    folders = [cache, *(p.parent for p in sorted(cache.parent.glob("places*/jobs.json")))]
    held = answers(unfused, folders)  # of the int8 network, so that fusion knows its rounding
    weights, bias = fuse(held)
    probability = 1 / (1 + np.exp(-(held.evidence @ weights + bias)))
    ordinary = probability[np.isin(held.kind, ORDINARY)]
    report = {
        "held_out": {k: int((held.kind == k).sum()) for k in sorted(set(held.kind))},
        "auc_against_ordinary": {
            k: round(auc(np.arange(n + len(ordinary)) < n, np.concatenate([probability[cars], ordinary])), 4)
            for k in sorted(set(held.kind[held.car]))
            for cars in [(held.kind == k) & held.car]
            for n in [int(cars.sum())]
        },
        "threshold_at_0.5_percent": threshold(ordinary, 0.005),
        "threshold_at_2_percent": threshold(ordinary, 0.02),
    }
    (run / "calibration.json").write_text(json.dumps(report, indent=1))
    print(json.dumps(report, indent=1))
    export(model, (weights, bias), out, note="headshot-check car network, first look", pictures=seen)
    register(out, "car_glance")
    print(f"{out}: {out.stat().st_size} bytes")


if __name__ == "__main__":
    sys.exit(main())
