"""Writes noisy.json: ten updates of noisy networks by PyTorch in float64, from a fixed seed.

    pip install torch && python tests/golden/noisy.py > tests/golden/noisy.json

Layers are CleanRL's NoisyLinear by name. Their noise is computed here once more, from the definition of its draws: numbers of the
normal distribution by Box and Muller, two of each pair of words that a hash gives, as shaders/noise.wgsl has it.
"""

import math

import torch
from torch import nn

from heads import ACTIONS, OBSERVATION, Categorical, Quantile, Value, draw_batches, float32, run, write

SEED, STREAMS = 3_000_000_019, (9, 10)  # of the online network and of the target network
WORD = 0xFFFFFFFF


def hash_words(*words):
    x, y, z, w = ((v * 1664525 + 1013904223) & WORD for v in words)
    for turn in range(2):
        if turn == 1:
            x, y, z, w = (v ^ (v >> 16) for v in (x, y, z, w))
        x = (x + y * w) & WORD
        y = (y + z * x) & WORD
        z = (z + x * y) & WORD
        w = (w + y * z) & WORD
    return [mixed(v) for v in (x, y, z, w)]


def mixed(v):
    v = ((v ^ (v >> 16)) * 0x7FEB352D) & WORD
    v = ((v ^ (v >> 15)) * 0x846CA68B) & WORD
    return v ^ (v >> 16)


def noise_four(stream, update, number):
    words = hash_words(SEED, stream, update, number)
    numbers = []
    for of_radius, of_angle in (words[:2], words[2:]):
        radius = math.sqrt(-2 * math.log(((of_radius >> 8) + 1) / 2**24))
        angle = math.pi / 2 * ((of_angle >> 9) + 0.5) / 2**23
        for size, is_positive in ((math.cos(angle), of_angle & 1), (math.sin(angle), of_angle & 2)):
            numbers.append(math.copysign(math.sqrt(radius * size), 1 if is_positive else -1))
    return numbers


def noise(stream, update, first, count):
    return torch.tensor(sum((noise_four(stream, update, first + i) for i in range((count + 3) // 4)), [])[:count])


class NoisyLinear(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        uniform = lambda *shape: (2 * torch.rand(*shape) - 1) / math.sqrt(inputs)
        self.weight_mu = nn.Parameter(uniform(outputs, inputs))
        self.weight_sigma = nn.Parameter(0.3 + uniform(outputs, inputs).abs())
        self.bias_mu = nn.Parameter(uniform(outputs))
        self.bias_sigma = nn.Parameter(0.3 + uniform(outputs).abs())
        self.noise = None

    def draw(self, stream, update, inputs_at, outputs_at):
        outputs, inputs = self.weight_mu.shape
        self.noise = noise(stream, update, outputs_at, outputs), noise(stream, update, inputs_at, inputs)

    def forward(self, x):
        if self.noise is None:
            return nn.functional.linear(x, self.weight_mu, self.bias_mu)
        of_outputs, of_inputs = self.noise
        weight = self.weight_mu + self.weight_sigma * torch.outer(of_outputs, of_inputs)
        return nn.functional.linear(x, weight, self.bias_mu + self.bias_sigma * of_outputs)


class Network(nn.Module):
    """Dense layers, noisy where they are asked to be, and draws that are numbered from the place of the layer's parameters on."""

    def __init__(self, hidden, entries, dueling, noisy_head):
        super().__init__()
        self.entries, self.dueling, self.place, self.draws = entries, dueling, 0, []
        layers, inputs = [], OBSERVATION
        for layer in hidden[: -1 if dueling else None]:
            width, is_noisy = (layer["width"], True) if isinstance(layer, dict) else (layer, False)
            layers += self.linear(inputs, [width], is_noisy)
            inputs = width
        if dueling:
            last = hidden[-1]["width"] if isinstance(hidden[-1], dict) else hidden[-1]
            first = self.linear(inputs, [last, last], isinstance(hidden[-1], dict))
            if noisy_head:  # Blocks of mu stand before those of sigma.
                second = [NoisyLinear(last, outputs) for outputs in (entries, ACTIONS * entries)]
                for _ in range(2):
                    for module in second:
                        self.claim(module)
            else:
                second = [self.linear(last, [outputs], False)[0] for outputs in (entries, ACTIONS * entries)]
            self.value_head, self.advantage_head = (nn.Sequential(a, nn.ReLU(), b) for a, b in zip(first, second))
        else:
            layers += self.linear(inputs, [ACTIONS * entries], noisy_head)
        self.layers = nn.ModuleList(layers)

    def linear(self, inputs, widths, is_noisy):
        modules = [(NoisyLinear if is_noisy else nn.Linear)(inputs, width) for width in widths]
        fours = lambda count: (count + 3) // 4
        size = (fours(inputs + 1) * sum(map(fours, widths)) * 4 + 15) // 16 * 16
        if is_noisy:
            of_outputs = self.place + len(modules) * fours(inputs)
            for i, module in enumerate(modules):
                self.draws.append((module, self.place + i * fours(inputs), of_outputs))
                of_outputs += fours(widths[i])
        self.place += (2 if is_noisy else 1) * size
        return modules

    def claim(self, module):
        outputs, inputs = module.weight_mu.shape
        if all(module is not known for known, _, _ in self.draws):
            self.draws.append((module, self.place, self.place + (inputs + 3) // 4))
        self.place += ((inputs + 4) // 4 * ((outputs + 3) // 4) * 4 + 15) // 16 * 16

    def draw(self, stream, update):
        for module, *numbers in self.draws:
            module.draw(stream, update, *numbers)

    def forward(self, x):
        for layer in self.layers if self.dueling else self.layers[:-1]:
            x = torch.relu(layer(x))
        if not self.dueling:
            return self.layers[-1](x).view(len(x), ACTIONS, self.entries)
        value = self.value_head(x).view(len(x), 1, self.entries)
        advantage = self.advantage_head(x).view(len(x), ACTIONS, self.entries)
        return value + advantage - advantage.mean(1, keepdim=True)


def noisy(width):
    return {"kind": "dense", "width": width, "noisy": True}


CASES = [
    ("value, noisy", {"kind": "value", "dueling": False, "noisy": True}, Value(), [noisy(6), 5], True),
    ("categorical, a noisy last layer", {"kind": "categorical", "dueling": False, "noisy": True, "atoms": 3, "vMin": -2, "vMax": 2}, Categorical(3, -2, 2), [7], False),
    ("dueling, noisy", {"kind": "value", "dueling": True, "noisy": True}, Value(), [5, noisy(8)], True),
    ("quantile, noisy hidden streams", {"kind": "quantile", "dueling": True, "noisy": False, "quantiles": 2, "kappa": 1}, Quantile(2, 1), [noisy(3), noisy(4)], False),
    ("quantile, dueling, noisy", {"kind": "quantile", "dueling": True, "noisy": True, "quantiles": 5, "kappa": 1}, Quantile(5, 1), [4], True),
]


def case_of(batches, case):
    networks = [float32(Network(case[3], case[2].entries, case[1]["dueling"], case[1]["noisy"])) for _ in range(2)]

    def before_update(update):
        for network, stream in zip(networks, STREAMS):
            network.draw(stream, update)

    return run(batches, case, networks, before_update)


if __name__ == "__main__":
    batches = draw_batches()
    write(batches, [case_of(batches, case) for case in CASES], seed=SEED)
