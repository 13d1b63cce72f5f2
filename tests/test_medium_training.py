"""The head of the medium network, as training widens it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("efficientnet_lite_pytorch")
import torch

from headshot_check.nets.medium import ANSWERS
from training.medium.model import WIDE, Head, begun
from training.medium.widen import MORE, widened

COUNT = 40


class Few(SimpleNamespace):
    """Examples of each group that `widened` draws from; the lined ones are brighter."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        kinds = np.resize(["plain", "coarse", "lined", "filter"], COUNT)
        names = np.where(np.arange(COUNT) % 8 == 0, "as is", kinds)
        what = np.zeros((COUNT, len(ANSWERS)), np.float32)
        what[:, 0] = np.isin(kinds, ("lined", "filter"))
        lit = np.where(kinds == "lined", 2.0, 0.0).astype(np.float32)
        fine = rng.normal(0, 1, (COUNT, 2, 40, 16, 16)).astype(np.float32) + lit[:, None, None, None, None]
        coarse = rng.normal(0, 1, (COUNT, 112, 8, 8)).astype(np.float32) + lit[:, None, None, None]
        super().__init__(keep=np.ones(COUNT, bool), kinds=kinds, names=names, what=what, fine=fine, coarse=coarse)

    def __len__(self) -> int:
        return COUNT

    def batch(self, which: np.ndarray) -> tuple[Any, ...]:
        return tuple(torch.from_numpy(of[which]) for of in (self.fine, self.coarse, self.what))


def test_more_hidden_units_change_what_is_said_of_drawings_alone() -> None:
    torch.manual_seed(3)
    some, head = Few(), Head().eval()
    wide = widened(head, some, 120, 1)  # type: ignore[arg-type]
    assert wide.both.out_features == WIDE + MORE
    again = begun(wide.state_dict()).eval()
    fine, coarse, _ = some.batch(np.arange(COUNT))
    with torch.no_grad():
        before, after = head(fine, coarse), wide(fine, coarse)
        assert torch.equal(after, again(fine, coarse))
    assert ANSWERS[0] == "drawing"
    assert after[:, 1:].numpy() == pytest.approx(before[:, 1:].numpy(), abs=1e-6)
    lined = some.kinds == "lined"
    assert (after[lined, 0] - before[lined, 0]).mean() > (after[~lined, 0] - before[~lined, 0]).mean()
