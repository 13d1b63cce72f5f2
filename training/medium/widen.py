"""More hidden units that `drawing` alone hears; every other answer stays what it was, to the last bit.

    python -m training.medium.cache --photos ../shared/photos --out DIR --only lined --seed 5 --pieces 20
    python -m training.medium.cache --photos ../shared/photos --out DIR --only coarse --seed 6 --pieces 4
    python -m training.medium.widen --cache DIR --begin head.pt

Fitted on all that the cache has, what is made of lines, reliefs, blocks and two inks (lined.py) as often as all other
drawings together, against photographs, one in four of them coarsely compressed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from headshot_check.nets.medium import ANSWERS
from training.medium.fit import NETWORK, Examples, seen_by_eye
from training.medium.model import Head, begun, network
from training.registering import register

MORE = 64
"""hidden units that are added"""
RATE, DECAY, WARMING = 1e-3, 3e-3, 50
PLAIN, AS_IS, COARSE, EACH = 64, 32, 32, 48
"""of a batch: photographs, photographs as they are, coarsely compressed ones, drawings as before and lined ones"""
ORDINARY = 6.0
"""what a photograph called a drawing costs, over what a drawing that is missed costs"""
_DRAWING = ANSWERS.index("drawing")


def widened(head: Head, some: Examples, steps: int, seed: int) -> Head:
    """The head, of `WIDE` units, with `MORE` besides."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    seen = _pooled(head, some)
    with torch.no_grad():
        known = F.relu6(head.both(seen))
    drawn = torch.from_numpy(some.what[:, _DRAWING])
    usable, lined, as_is = some.keep, some.kinds == "lined", some.names == "as is"
    is_drawn = drawn.numpy() > 0
    groups = [
        (np.flatnonzero(usable & ~is_drawn), PLAIN),
        (np.flatnonzero(usable & ~is_drawn & as_is), AS_IS),
        (np.flatnonzero(usable & ~is_drawn & (some.kinds == "coarse")), COARSE),
        (np.flatnonzero(usable & is_drawn & lined), EACH),
        (np.flatnonzero(usable & is_drawn & ~lined), EACH),
    ]
    new = nn.Linear(seen.shape[1], MORE)
    heard = nn.Parameter(0.05 * torch.randn(MORE))
    weight, bias = (
        nn.Parameter(part.detach().clone()) for part in (head.out.weight[_DRAWING], head.out.bias[_DRAWING])
    )
    fitted = [weight, bias, heard, *new.parameters()]
    average = [one.detach().clone() for one in fitted]
    optimiser = torch.optim.AdamW(fitted, lr=RATE, weight_decay=DECAY)
    for step in range(steps):
        which = np.concatenate([rng.choice(group, count) for group, count in groups])
        told = F.dropout(known[which], 0.1) @ weight + bias + F.relu6(new(F.dropout(seen[which], 0.2))) @ heard
        cost = torch.where(drawn[which] == 0, ORDINARY, 1.0)
        loss = F.binary_cross_entropy_with_logits(told, drawn[which], weight=cost)
        for group in optimiser.param_groups:
            group["lr"] = RATE * min((step + 1) / WARMING, max(1 - step / steps, 0.02))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            for mean, now in zip(average, fitted, strict=True):
                mean.lerp_(now, 0.01)
    weight, bias, heard, units, thresholds = average
    wide = Head(MORE)
    state = head.state_dict()
    state["both.weight"] = torch.cat([state["both.weight"], units])
    state["both.bias"] = torch.cat([state["both.bias"], thresholds])
    state["out.weight"] = torch.cat([state["out.weight"], torch.zeros(len(ANSWERS), MORE)], 1)
    state["out.weight"][_DRAWING] = torch.cat([weight, heard])
    state["out.bias"] = state["out.bias"].clone()
    state["out.bias"][_DRAWING] = bias
    wide.load_state_dict(state)
    return wide.eval()


def _pooled(head: Head, some: Examples) -> Tensor:
    """(N, F) what the head's hidden units hear of each example."""
    parts = []
    with torch.no_grad():
        for begin in range(0, len(some), 256):
            fine, coarse, _ = some.batch(np.arange(begin, min(begin + 256, len(some))))
            parts.append(head.pooled(fine, coarse))
    return torch.cat(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seen", type=Path, help="as for fit.py")
    parser.add_argument("--begin", type=Path, required=True, help="state of the head that fit.py left")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--out", type=Path, default=NETWORK)
    options = parser.parse_args()
    torch.set_num_threads(1)
    some = Examples(options.cache, "fit", seen_by_eye(options.seen))
    head = widened(begun(torch.load(options.begin)), some, options.steps, 1)
    torch.save(head.state_dict(), options.cache / "wide.pt")
    note = "headshot-check: drawing, screen, print, overlay, call (training/MEDIUM_CARD.md)"
    network(np.load(options.cache / "ranges.npy"), head, note).save(options.out)
    register(options.out, "medium", fitted_on="car.tflite")


if __name__ == "__main__":
    main()
