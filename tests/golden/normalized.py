"""Writes normalized.json: ten updates of networks with layer normalization by PyTorch in float64, from a fixed seed.

    pip install torch && python tests/golden/normalized.py > tests/golden/normalized.json
"""

import torch
from torch import nn

from heads import Categorical, Network, Value, draw_batches, float32, run, write


class NormalizedLinear(nn.Linear):
    """A layer and, as a part of it, torch.nn.LayerNorm, whose gain and offset are drawn so that they matter."""

    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs)
        self.norm = nn.LayerNorm(outputs)
        nn.init.uniform_(self.norm.weight, 0.5, 1.5)
        nn.init.uniform_(self.norm.bias, -0.5, 0.5)

    def forward(self, x):
        return self.norm(super().forward(x))


def normalized(width):
    return {"kind": "dense", "width": width, "normalization": "layer"}


def network(hidden, entries, dueling):
    """A plain network, in which layers are exchanged for normalized ones."""
    made = Network([layer["width"] if isinstance(layer, dict) else layer for layer in hidden], entries, dueling)
    for i, layer in enumerate(hidden):
        if not isinstance(layer, dict):
            continue
        if dueling and i == len(hidden) - 1:
            for stream in (made.value_head, made.advantage_head):
                stream[0] = NormalizedLinear(stream[0].in_features, layer["width"])
        else:
            made.layers[i] = NormalizedLinear(made.layers[i].in_features, layer["width"])
    return float32(made)


CASES = [
    ("value, normalized", {"kind": "value", "dueling": False}, Value(), [normalized(6), 5, normalized(9)], True),
    ("categorical, normalized streams", {"kind": "categorical", "dueling": True, "atoms": 3, "vMin": -2, "vMax": 2}, Categorical(3, -2, 2), [7, normalized(8)], False),
]

if __name__ == "__main__":
    batches = draw_batches()
    networks = lambda case: [network(case[3], case[2].entries, case[1]["dueling"]) for _ in range(2)]
    write(batches, [run(batches, case, networks(case)) for case in CASES])
