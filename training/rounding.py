"""Rounding: trains an adapter for the weights that it will be merged into, four bits each.

Merged with its base, an adapter is rounded to Q4_0 (stridetale.writers.merging), which changes
every weight a little. In the last part of a run each weight is rounded in the same way before it
is used, as if its rounding were nothing when it is learned from (a straight-through estimate:
Bengio, Léonard, Courville 2013, https://arxiv.org/abs/1308.3432), so that the adapter makes up
for it.
"""

from types import MethodType

import torch
from peft.tuners.lora import Linear

BLOCK = 32
"""Weights that share a scale in Q4_0."""


def round_weights(model: torch.nn.Module) -> None:
    """From now on let every layer with an adapter work with what they are when merged."""
    for layer in model.modules():
        if isinstance(layer, Linear):
            layer.forward = MethodType(_merged, layer)  # type: ignore[method-assign]


def q4_0(weights: torch.Tensor) -> torch.Tensor:
    """The weights as Q4_0 keeps them, as gguf.quantize rounds them."""
    blocks = weights.view(-1, BLOCK)
    largest = blocks.gather(1, blocks.abs().argmax(dim=1, keepdim=True))
    scale = largest / -8
    steps = torch.where(scale == 0, 0.0, blocks / scale)
    steps = (steps + 8.5).trunc().clamp(0, 15) - 8
    return (steps * scale.half().float()).view(weights.shape)


def _merged(layer: Linear, states: torch.Tensor) -> torch.Tensor:
    """What a layer makes of states with its rounded weights."""
    with torch.autocast(states.device.type, enabled=False):
        change = layer.lora_B["default"].weight @ layer.lora_A["default"].weight
        whole = layer.base_layer.weight + change * layer.scaling["default"]
        rounded = whole + (q4_0(whole) - whole).detach()
    return torch.nn.functional.linear(states, rounded)
