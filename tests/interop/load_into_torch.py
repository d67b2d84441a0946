"""Loads a checkpoint into modules of PyTorch and prints the Q values [N, actions] of observations [N, width] or
[N, channels, rows, columns] as JSON.

Usage: load_into_torch.py CHECKPOINT MODEL

MODEL is JSON: observations, actions, and hidden and head as in a config. Modules are named as CleanRL's, and load_state_dict()
is strict, so that every name and every shape has to fit.
"""

import json
import struct
import sys

import numpy
import torch
from torch import nn


class NoisyLinear(nn.Module):
    """CleanRL's, without its noise."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight_mu, self.weight_sigma = (nn.Parameter(torch.empty(outputs, inputs)) for _ in range(2))
        self.bias_mu, self.bias_sigma = (nn.Parameter(torch.empty(outputs)) for _ in range(2))

    def forward(self, x):
        return nn.functional.linear(x, self.weight_mu, self.bias_mu)


class NormalizedLinear(nn.Linear):
    def __init__(self, inputs, outputs):
        super().__init__(inputs, outputs)
        self.norm = nn.LayerNorm(outputs)

    def forward(self, x):
        return self.norm(super().forward(x))


class NormalizedConv(nn.Conv2d):
    def __init__(self, board, *of):
        super().__init__(*of)
        self.norm = nn.LayerNorm(super().forward(torch.zeros(1, *board)).shape[1:])

    def forward(self, x):
        return self.norm(super().forward(x))


def conv(board, layer):
    of = (board[0], layer["channels"], layer["size"], layer.get("stride", 1), layer.get("padding", "valid"))
    return NormalizedConv(board, *of) if layer.get("normalization") else nn.Conv2d(*of)


def linear(inputs, outputs, layer):
    if layer.get("normalization"):
        return NormalizedLinear(inputs, outputs)
    return (NoisyLinear if layer.get("noisy") else nn.Linear)(inputs, outputs)


class Network(nn.Module):
    def __init__(self, observation, actions, hidden, head):
        super().__init__()
        self.actions, self.head = actions, head
        self.is_implicit = head["kind"] == "implicit"
        self.entries = 1 if self.is_implicit else head.get("atoms") or head.get("quantiles") or 1
        dueling = head.get("dueling", False)
        layers, x = [], torch.zeros(1, *observation)
        for layer in hidden[: -1 if dueling else None]:
            is_conv = layer.get("kind") == "conv"
            layers.append(conv(x.shape[1:], layer) if is_conv else linear(x.numel(), layer["width"], layer))
            x = layers[-1](x if is_conv else x.flatten(1))
        inputs = x.numel()
        if dueling:
            width = hidden[-1]["width"]
            self.value_head, self.advantage_head = (
                nn.Sequential(linear(inputs, width, hidden[-1]), nn.ReLU(), linear(width, outputs * self.entries, head))
                for outputs in (1, actions)
            )
        else:
            if self.is_implicit:
                self.embedding = nn.Linear(head["cosines"], inputs)
            layers.append(linear(inputs, actions * self.entries, head))
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        dueling = self.head.get("dueling", False)
        for layer in self.layers if dueling else self.layers[:-1]:
            x = torch.relu(layer(x if isinstance(layer, nn.Conv2d) else x.flatten(1)))
        x = x.flatten(1)
        if self.is_implicit:
            return self.layers[-1](x.unsqueeze(1) * self.embedded()).mean(1)
        if not dueling:
            return self.mean(self.layers[-1](x).view(len(x), self.actions, self.entries))
        value = self.value_head(x).view(len(x), 1, self.entries)
        advantage = self.advantage_head(x).view(len(x), self.actions, self.entries)
        return self.mean(value + advantage - advantage.mean(1, keepdim=True))

    def embedded(self):
        """Of fractions that lie evenly."""
        count, cosines = self.head["actionQuantiles"], self.head["cosines"]
        taus = (2 * torch.arange(count) + 1) / (2 * count)
        return torch.relu(self.embedding(torch.cos(torch.pi * torch.arange(1, cosines + 1) * taus.unsqueeze(1))))

    def mean(self, entries):
        if self.head["kind"] == "categorical":
            atoms = torch.linspace(self.head["vMin"], self.head["vMax"], self.entries)
            return (torch.softmax(entries, -1) * atoms).sum(-1)
        return entries.mean(-1)


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header, data = json.loads(file.read(length)), file.read()
    header.pop("__metadata__", None)
    numbers = lambda at: numpy.frombuffer(data[slice(*at)], "<f4").copy()
    return {name: torch.from_numpy(numbers(it["data_offsets"])).view(it["shape"]) for name, it in header.items()}


def main(checkpoint, model):
    model = json.loads(model)
    observations = torch.tensor(model["observations"], dtype=torch.float32)
    hidden = [{"width": layer} if isinstance(layer, int) else layer for layer in model["hidden"]]
    network = Network(observations.shape[1:], model["actions"], hidden, model["head"])
    tensors = read_safetensors(checkpoint)
    network.load_state_dict({name.removeprefix("online."): tensor for name, tensor in tensors.items()}, strict=True)
    with torch.no_grad():
        json.dump(network(observations).tolist(), sys.stdout)


main(*sys.argv[1:])
