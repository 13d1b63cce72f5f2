"""What `drawing` alone hears of the medium network: read from its file, fitted, and put back."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("torch")
import torch
from ai_edge_litert.interpreter import Interpreter

from training.medium.drawing import NETWORK, Own, Shipped, fitted
from training.medium.model import WIDE
from training.medium.widen import MORE

COUNT = 40


def answers(path: Path) -> np.ndarray:
    """(20, ANSWERS) log-odds of pictures of noise."""
    rng, net, told = np.random.default_rng(1), Interpreter(str(path), num_threads=1), []
    net.allocate_tensors()
    for _ in range(20):
        for one in net.get_input_details():
            net.set_tensor(one["index"], rng.uniform(-1, 1, one["shape"]).astype(np.float32))
        net.invoke()
        told.append(net.get_tensor(net.get_output_details()[0]["index"])[0])
    return np.stack(told)


def test_what_drawing_alone_hears_can_be_put_and_no_other_answer_changes_by_a_bit(tmp_path: Path) -> None:
    shipped = Shipped()
    own = shipped.own()
    assert own.units.shape == (MORE, 768)
    assert own.out.shape == (WIDE + MORE,)
    shipped.put(Own(*(2 * part for part in own)))
    shipped.save(tmp_path / "other.tflite")
    assert all(
        torch.equal(one, 2 * other) for one, other in zip(Shipped(tmp_path / "other.tflite").own(), own, strict=True)
    )
    before, after = answers(NETWORK), answers(tmp_path / "other.tflite")
    assert np.array_equal(before[:, 1:], after[:, 1:])
    assert not np.array_equal(before[:, 0], after[:, 0])


class FewHeard(SimpleNamespace):
    """Examples for `fitted`: what is drawn is brighter in one of the numbers, which nothing shipped goes by."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        of = ["plain", "overlay", "lined", "filter"]
        kinds = np.resize(of, COUNT)
        drawn = np.isin(kinds, ("lined", "filter"))
        flat = rng.uniform(0, 1, (COUNT, 768)).astype(np.float32)
        flat[drawn, 5] += 3
        forms = np.resize(np.repeat(["file", "webp", "jpeg", "few_colours"], len(of)), COUNT)
        super().__init__(kinds=kinds, forms=forms, drawn=torch.from_numpy(drawn).float(), flat=torch.from_numpy(flat))

    def known(self) -> torch.Tensor:
        return torch.zeros(COUNT, WIDE)


def test_drawing_alone_is_fitted_from_what_it_is() -> None:
    some, own = FewHeard(), Shipped().own()
    new = fitted(own, some, 400, 1)  # type: ignore[arg-type]
    before, after = own(some.flat, some.known()), new(some.flat, some.known())
    is_drawn = some.drawn > 0
    apart = [float(told[is_drawn].mean() - told[~is_drawn].mean()) for told in (before, after)]
    assert apart[1] > apart[0] + 0.3
