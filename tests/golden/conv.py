"""Writes conv.json: ten updates of networks with convolutions by PyTorch in float64, from a fixed seed.

    pip install torch && python tests/golden/conv.py > tests/golden/conv.json
"""

import torch
from torch import nn
from torch.nn import functional

import heads
from heads import Value, float32, run, write

BOARD = (3, 5, 4)
heads.OBSERVATION, heads.BATCH = 3 * 5 * 4, 3


class Conv(nn.Conv2d):
    """torch.nn.Conv2d, and zeros around its board where there is padding "same", which torch has for a stride of 1 alone."""

    def __init__(self, inputs, layer):
        super().__init__(inputs, layer["channels"], layer["size"], layer.get("stride", 1))
        self.same = layer.get("padding") == "same"

    def forward(self, x):
        if self.same:
            (size, _), (stride, _) = self.kernel_size, self.stride
            missing = [max(0, (-(-extent // stride) - 1) * stride + size - extent) for extent in x.shape[:1:-1]]
            x = functional.pad(x, [side for zeros in missing for side in (zeros // 2, zeros - zeros // 2)])
        return super().forward(x)


class NormalizedConv(Conv):
    """A convolution and, as a part of it, torch.nn.LayerNorm over all that it gives, whose gain and offset are drawn."""

    def __init__(self, inputs, layer, board):
        super().__init__(inputs, layer)
        shape = super().forward(torch.zeros(1, inputs, *board)).shape[1:]
        self.norm = nn.LayerNorm(shape)
        nn.init.uniform_(self.norm.weight, 0.5, 1.5)
        nn.init.uniform_(self.norm.bias, -0.5, 0.5)

    def forward(self, x):
        return self.norm(super().forward(x))


class Network(nn.Module):
    """Convolutions, dense layers over what they see, flattened, and a head of one value an action."""

    def __init__(self, hidden, dueling):
        super().__init__()
        self.dueling = dueling
        x = torch.zeros(1, *BOARD)
        layers = []
        for layer in hidden[: -1 if dueling else None]:
            layers.append(self.conv(layer, x) if isinstance(layer, dict) else nn.Linear(x.numel(), layer))
            x = layers[-1](x if isinstance(layer, dict) else x.flatten(1))
        if dueling:
            stream = lambda outputs: nn.Sequential(nn.Linear(x.numel(), hidden[-1]), nn.ReLU(), nn.Linear(hidden[-1], outputs))
            self.value_head, self.advantage_head = stream(1), stream(heads.ACTIONS)
        else:
            layers.append(nn.Linear(x.numel(), heads.ACTIONS))
        self.layers = nn.ModuleList(layers)

    @staticmethod
    def conv(layer, x):
        if layer.get("normalization") == "layer":
            return NormalizedConv(x.shape[1], layer, x.shape[2:])
        return Conv(x.shape[1], layer)

    def forward(self, x):
        x = x.view(-1, *BOARD)
        for layer in self.layers if self.dueling else self.layers[:-1]:
            x = torch.relu(layer(x if isinstance(layer, Conv) else x.flatten(1)))
        x = x.flatten(1)
        if not self.dueling:
            return self.layers[-1](x).unsqueeze(2)
        advantage = self.advantage_head(x)
        return (self.value_head(x) + advantage - advantage.mean(1, keepdim=True)).unsqueeze(2)


def conv(channels, size, **more):
    return {"kind": "conv", "channels": channels, "size": size, **more}


CASES = [
    ("value behind convolutions", {"kind": "value", "dueling": False}, Value(), [conv(5, 2), conv(4, 3, padding="same"), 6], False),
    ("dueling behind a convolution with a stride", {"kind": "value", "dueling": True}, Value(), [conv(3, 3, stride=2, padding="same"), 4], True),
    ("value behind normalized convolutions", {"kind": "value", "dueling": False}, Value(), [conv(5, 2, normalization="layer"), conv(3, 3, padding="same", normalization="layer"), 6], False),
]


def draw_boards():
    torch.manual_seed(7)
    generator = torch.Generator().manual_seed(11)
    batches = [heads.draw(generator) for _ in range(heads.UPDATES)]
    for batch in batches:
        for key in ("observations", "nextObservations"):
            batch[key] = (batch[key] > 0.3).double()
    return batches


if __name__ == "__main__":
    batches = draw_boards()
    networks = lambda case: [float32(Network(case[3], case[1]["dueling"])) for _ in range(2)]
    write(batches, [run(batches, case, networks(case)) for case in CASES], observation=list(BOARD))
