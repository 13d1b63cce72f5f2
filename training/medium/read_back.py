"""A shipped network as the start of a fit: its int8 weights in head_marks.py's layers, where no state of a fit is kept.

Log-odds agree with those of the int8 network to 0.06 on average (300 heads, at most 0.37).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from ai_edge_litert import schema_py_generated as schema
from torch import Tensor, nn

from training.medium.lettering import BEFORE, Branch, Separable, Trunk

_LAYERS = (
    schema.BuiltinOperator.CONV_2D,
    schema.BuiltinOperator.DEPTHWISE_CONV_2D,
    schema.BuiltinOperator.FULLY_CONNECTED,
)
_KINDS = {
    schema.TensorType.FLOAT32: np.float32,
    schema.TensorType.FLOAT16: np.float16,
    schema.TensorType.INT8: np.int8,
    schema.TensorType.INT32: np.int32,
}
Layer = tuple[np.ndarray, np.ndarray]
"""kernel and bias"""


def layers(path: Path) -> Iterator[Layer]:
    """Kernel and bias of each convolution and dense layer as float64, in the order in which they are run."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(path.read_bytes(), 0))
    graph = model.subgraphs[0]
    for operator in graph.operators:
        code = model.operatorCodes[operator.opcodeIndex]
        if max(code.builtinCode, code.deprecatedBuiltinCode) in _LAYERS:
            kernel, bias = (_values(model, graph.tensors[at]) for at in operator.inputs[1:3])
            yield kernel, bias


def read_trunk(net: Trunk, found: Iterator[Layer]) -> None:
    """Fill in all layers of a trunk, in place: a normalisation passes what it is given and adds the layer's bias."""
    _convolution(net.first, net.norm, next(found))
    _separable(net.down, found)
    for k, block in enumerate(net.blocks):
        if k == BEFORE:
            _branch(net.coarse, found)
        _separable(block, found)


def normalise(net: nn.Module, inputs: Tensor) -> None:
    """Give each normalisation the mean and variance that it meets on `inputs`, in place: the answers stay as they are.

    Without it the first step of a fit, which normalises by its batch, would see another network.
    """
    met: dict[nn.BatchNorm2d, tuple[Tensor, Tensor]] = {}

    def meet(norm: nn.Module, given: tuple[Tensor], _: Tensor) -> None:
        assert isinstance(norm, nn.BatchNorm2d)
        var, mean = torch.var_mean(given[0], (0, 2, 3), unbiased=False)
        met[norm] = mean, var

    hooks = [one.register_forward_hook(meet) for one in net.modules() if isinstance(one, nn.BatchNorm2d)]
    with torch.no_grad():
        net.eval()(inputs)
        for hook in hooks:
            hook.remove()
        for norm, (mean, var) in met.items():
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(var)
            norm.weight.copy_(torch.sqrt(var + norm.eps))
            norm.bias.add_(mean)


def as_is(layer: nn.Conv2d | nn.Linear, found: Layer) -> None:
    """Fill in a layer without a normalisation, in place."""
    kernel, bias = found
    with torch.no_grad():
        layer.weight.copy_(_tensor(kernel.transpose(0, 3, 1, 2) if kernel.ndim == 4 else kernel))
        layer.bias.copy_(_tensor(bias))


def _convolution(layer: nn.Conv2d, norm: nn.BatchNorm2d, found: Layer) -> None:
    kernel, bias = found
    with torch.no_grad():
        layer.weight.copy_(_tensor(kernel.transpose((3, 0, 1, 2) if layer.groups > 1 else (0, 3, 1, 2))))
        norm.running_mean.zero_()
        norm.running_var.fill_(1)
        norm.weight.fill_((1 + norm.eps) ** 0.5)
        norm.bias.copy_(_tensor(bias))


def _separable(block: Separable, found: Iterator[Layer]) -> None:
    _convolution(block.each, block.each_norm, next(found))
    _convolution(block.across, block.norm, next(found))


def _branch(branch: Branch, found: Iterator[Layer]) -> None:
    _separable(branch.down, found)
    for block in branch.blocks:
        _separable(block, found)
    if branch.inner is not None:
        _branch(branch.inner, found)
    _convolution(branch.back, branch.norm, next(found))


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values))


def _values(model: schema.ModelT, tensor: schema.TensorT) -> np.ndarray:
    content = np.asarray(model.buffers[tensor.buffer].data, np.uint8).tobytes()
    values = np.frombuffer(content, _KINDS[tensor.type]).reshape(tensor.shape).astype(np.float64)
    steps = tensor.quantization
    if steps is None or steps.scale is None or not len(steps.scale):
        return values
    shape = np.ones(values.ndim, np.intp)
    shape[steps.quantizedDimension] = len(steps.scale)
    return values * np.asarray(steps.scale, np.float64).reshape(shape)
