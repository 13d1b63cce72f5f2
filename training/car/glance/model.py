"""The network: a small trunk (trunk.py) run on both views, a head for the cues, a decoder for the maps."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.car.glance.teacher import DEEP_KEPT, MIDDLE_KEPT
from training.car.glance.trunk import stages

CUES = 6
"""Interior, belt, head restraint, window, roof, steering wheel."""
SCALARS = 3
"""Per view: the teacher's log-odds of a car, a seat belt, other seats."""
POOLED = 288


class Conv(nn.Module):
    """Convolution padded as TensorFlow's SAME does, batch norm, ReLU6 unless linear."""

    def __init__(self, i: int, o: int, kernel: int, stride: int = 1, *, depthwise: bool = False, linear: bool = False):
        super().__init__()
        self.stride, self.kernel, self.linear = stride, kernel, linear
        self.conv = nn.Conv2d(i, o, kernel, stride, 0, groups=i if depthwise else 1, bias=False)
        self.norm = nn.BatchNorm2d(o, momentum=0.03)
        self.depthwise = depthwise

    def forward(self, x: Tensor) -> Tensor:
        if self.kernel == 3:
            if self.stride == 1:
                pad = (1, 1, 1, 1)
            else:
                rows, columns = (x.shape[-2] % 2, x.shape[-1] % 2)  # SAME pads an even side after, an odd one evenly
                pad = (columns, 1, rows, 1)
            x = F.pad(x, pad)
        y = self.norm(self.conv(x))
        return y if self.linear else F.relu6(y)


class CarModel(nn.Module):
    """Input (N, 2, 3, S, S), window and frame, -1..1."""

    def __init__(self) -> None:
        super().__init__()
        self.early_learns = False
        """edges and colours may stay as they are while the rest learns: half the work"""
        self.early, self.fine, self.middle, self.coarse = stages()
        self.last = Conv(192, POOLED, 1)
        self.scalars = nn.Linear(POOLED, SCALARS)
        self.cues = nn.Linear(2 * POOLED, CUES)
        self.sides = nn.ModuleList([Conv(c, 32, 1, linear=True) for c in (40, 112, 192)])
        self.mix = nn.Sequential(Conv(32, 32, 3, depthwise=True), Conv(32, 32, 1))
        self.maps = nn.Conv2d(32, CUES, 1)
        # what only training needs: the student's answers in the teacher's terms
        self.as_middle = nn.Conv2d(112, MIDDLE_KEPT, 1)
        self.as_deep = nn.Conv2d(POOLED, DEEP_KEPT, 1)
        self.as_logits = nn.Linear(POOLED, 1001)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_out" if m.groups == 1 else "fan_in", nonlinearity="relu")
        for answers in (self.maps, self.as_middle, self.as_deep):
            nn.init.normal_(answers.weight, 0, 0.01)
        nn.init.constant_(self.maps.bias, -2.0)

    def forward(self, views: Tensor) -> dict[str, Tensor]:
        n = views.shape[0]
        # all windows, then all frames: slices of either stay contiguous
        x = views.transpose(0, 1).reshape(2 * n, *views.shape[2:]).contiguous(memory_format=torch.channels_last)
        with torch.set_grad_enabled(self.early_learns and torch.is_grad_enabled()):
            x = self.early(x)
        fine = self.fine(x)
        middle = self.middle(fine)
        coarse = self.coarse(middle)
        last = self.last(coarse)
        pooled = last.mean((2, 3))
        both = torch.cat([pooled[:n], pooled[n:]], 1)
        size = fine.shape[-2:]
        side = [s(f[:n]) for s, f in zip(self.sides, (fine, middle, coarse), strict=True)]
        up = [side[0], *(F.interpolate(s, size, mode="bilinear", align_corners=False) for s in side[1:])]
        maps = self.maps(self.mix(F.relu(up[0] + up[1] + up[2])))
        return {
            "cues": self.cues(F.dropout(both, 0.2, self.training)),
            "maps": maps,
            "peaks": peaks(maps),
            "scalars": self.scalars(pooled).reshape(2, n, SCALARS).transpose(0, 1),
            "middle": self.as_middle(middle),
            "deep": self.as_deep(last),
            "logits": self.as_logits(pooled),
        }


def peaks(maps: Tensor) -> Tensor:
    """(N, CUES): the strongest 2x2 block of each map, the photo-level answer of the map."""
    return F.avg_pool2d(maps, 2).amax((2, 3))
