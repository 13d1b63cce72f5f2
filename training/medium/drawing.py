"""Fits what `drawing` alone hears; every other answer stays what it was, to the last bit.

    python -m training.medium.drawing --cache DIR [--seen seen.csv]

Of the shipped network (nets/weights/medium.tflite) the units that only `drawing` hears, its weights for all units and
its bias go on from what they are, over the examples of drawing_cache.py: people and what is made of them, in the forms
in which cameras, apps and pages save pictures. The file is changed in place; `seen.csv` is as for fit.py.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.nn.functional as F
from ai_edge_litert import schema_py_generated as schema
from torch import Tensor, nn

from headshot_check.nets.medium import ANSWERS
from training.medium.fit import NETWORK, seen_by_eye
from training.medium.model import WIDE
from training.registering import register
from training.tflite_writer import packed

RATE, DECAY, WARMING = 3e-4, 3e-3, 50
ORDINARY = 4.0
"""what a photograph called a drawing costs, over what a drawing that is missed costs"""
SMOOTH = ("webp", "saved_again", "smoothed")
"""forms (forms.py) that look most like paint"""
_DRAWING = ANSWERS.index("drawing")
_FLOATS = {schema.TensorType.FLOAT16: np.float16, schema.TensorType.FLOAT32: np.float32}


class Own(NamedTuple):
    """What `drawing` makes of the 768 numbers that the hidden units hear."""

    units: Tensor
    """(N, 768) weights of the units that it alone hears"""
    thresholds: Tensor
    """(N,)"""
    out: Tensor
    """(WIDE + N,) how it weighs the shared units and its own"""
    bias: Tensor
    """()"""

    def __call__(self, flat: Tensor, known: Tensor) -> Tensor:
        """Log-odds (B,) of (B, 768) and of what the shared units make of it, (B, WIDE)."""
        own = F.relu6(F.linear(flat, self.units, self.thresholds))
        return torch.cat([known, own], 1) @ self.out + self.bias


class Shipped:
    """The network's file, whose two last layers can be read and put."""

    def __init__(self, path: Path = NETWORK) -> None:
        self._model: Any = schema.ModelT.InitFromPackedBuf(path.read_bytes(), 0)
        self._graph = self._model.subgraphs[0]
        *_, hidden, reshaped, out = self._graph.operators
        widened = next(one for one in self._graph.operators if hidden.inputs[1] in one.outputs)
        self._kernel, self._hidden, self._out = widened, hidden, out
        self._reshaped = reshaped

    def hidden(self) -> tuple[Tensor, Tensor]:
        """(N, 768) and (N,) of all hidden units, the shared ones first."""
        return self._read(self._kernel.inputs[0]).flatten(1), self._read(self._hidden.inputs[2])

    def out(self) -> tuple[Tensor, Tensor]:
        """(ANSWERS, N) and (ANSWERS,)."""
        return self._read(self._out.inputs[1]), self._read(self._out.inputs[2])

    def own(self) -> Own:
        """What `drawing` alone hears."""
        (kernel, thresholds), (out, bias) = self.hidden(), self.out()
        return Own(kernel[WIDE:], thresholds[WIDE:], out[_DRAWING], bias[_DRAWING])

    def put(self, own: Own) -> None:
        """Put other ones in their place, as many as there were."""
        (kernel, thresholds), (out, bias) = self.hidden(), self.out()
        out[_DRAWING], bias[_DRAWING] = own.out, own.bias
        self._write(self._kernel.inputs[0], torch.cat([kernel[:WIDE], own.units]))
        self._write(self._hidden.inputs[2], torch.cat([thresholds[:WIDE], own.thresholds]))
        self._write(self._out.inputs[1], out)
        self._write(self._out.inputs[2], bias)

    def save(self, path: Path) -> None:
        path.write_bytes(packed(self._model))

    def _buffer(self, tensor: int) -> tuple[Any, Any, type[np.floating[Any]]]:
        one = self._graph.tensors[tensor]
        return one, self._model.buffers[one.buffer], _FLOATS[one.type]

    def _read(self, tensor: int) -> Tensor:
        one, buffer, kind = self._buffer(tensor)
        values = np.frombuffer(bytes(buffer.data), kind).astype(np.float32).reshape(one.shape)
        return torch.from_numpy(values)

    def _write(self, tensor: int, values: Tensor) -> None:
        _, buffer, kind = self._buffer(tensor)
        buffer.data = np.frombuffer(values.numpy().astype(kind).tobytes(), np.uint8)


class Examples:
    """All of a cache whose files begin alike, in memory; those without a face are left out."""

    def __init__(self, paths: Iterable[Path], seen: Mapping[str, tuple[int, ...] | None], *, held: bool) -> None:
        parts: dict[str, list[np.ndarray]] = {}
        for path in sorted(paths):
            with np.load(path) as piece:
                for name in ("ids", "kinds", "names", "forms", "drawn", "held", "faces", "told", "flat"):
                    parts.setdefault(name, []).append(piece[name])
        joined = {name: np.concatenate(arrays) for name, arrays in parts.items()}
        known = np.array([seen.get(one, ()) is not None for one in joined["ids"]])
        keep = joined["faces"] & known & (joined["held"] == held)
        self.ids, self.kinds, self.names, self.forms, self.told = (
            joined[name][keep] for name in ("ids", "kinds", "names", "forms", "told")
        )
        by_eye = np.array([bool((seen.get(one) or (0,))[_DRAWING]) for one in self.ids])
        self.drawn = torch.from_numpy(joined["drawn"][keep] | by_eye).float()
        self.flat = torch.from_numpy(joined["flat"][keep].astype(np.float32))

    def __len__(self) -> int:
        return len(self.ids)

    def known(self) -> Tensor:
        """(N, WIDE) what the units make of each that other answers hear, too."""
        kernel, thresholds = Shipped().hidden()
        return F.relu6(F.linear(self.flat, kernel[:WIDE], thresholds[:WIDE]))


def fitted(own: Own, some: Examples, steps: int, seed: int) -> Own:
    """Its weights, averaged over the last part of the steps."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    known, flat = some.known(), some.flat
    is_drawn, plain, lined = some.drawn.numpy() > 0, some.kinds == "plain", some.kinds == "lined"
    few, smooth = some.forms == "few_colours", np.isin(some.forms, SMOOTH)
    groups = [
        (np.flatnonzero(~is_drawn & (some.forms == "file")), 24),
        (np.flatnonzero(~is_drawn & plain & few), 20),
        (np.flatnonzero(~is_drawn & plain & smooth), 40),
        (np.flatnonzero(~is_drawn & plain & ~few & ~smooth & (some.forms != "file")), 32),
        (np.flatnonzero(~is_drawn & ~plain), 12),
        (np.flatnonzero(is_drawn & lined), 32),
        (np.flatnonzero(is_drawn & ~lined), 64),
    ]
    now = [nn.Parameter(part.clone()) for part in own]
    average = [part.clone() for part in own]
    optimiser = torch.optim.AdamW(now, lr=RATE, weight_decay=DECAY)
    for step in range(steps):
        which = np.concatenate([rng.choice(group, count) for group, count in groups])
        told = Own(*now)(F.dropout(flat[which], 0.1), F.dropout(known[which], 0.1))
        drawn = some.drawn[which]
        loss = F.binary_cross_entropy_with_logits(told, drawn, weight=torch.where(drawn == 0, ORDINARY, 1.0))
        for group in optimiser.param_groups:
            group["lr"] = RATE * min((step + 1) / WARMING, max(1 - step / steps, 0.02))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            for mean, one in zip(average, now, strict=True):
                mean.lerp_(one, 0.01)
    return Own(*average)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--seen", type=Path, help="as for fit.py")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--out", type=Path, default=NETWORK)
    options = parser.parse_args()
    torch.set_num_threads(1)
    paths = [*options.cache.glob("fit_*.npz"), *options.cache.glob("whole_*.npz")]
    some = Examples(paths, seen_by_eye(options.seen), held=False)
    shipped = Shipped()
    shipped.put(fitted(shipped.own(), some, options.steps, 1))
    shipped.save(options.out)
    register(options.out, "medium")


if __name__ == "__main__":
    main()
