"""Writes implicit.json: ten updates of implicit quantile networks by PyTorch in float64, from a fixed seed.

    pip install torch && python tests/golden/implicit.py > tests/golden/implicit.json

The quantile at a fraction is computed as the paper has it (Dabney et al., 2018b), and an action's value as the mean of so many of
them. Fractions are drawn here once more, from the definition of their draws in shaders/fractions.wgsl.
"""

import math

import torch
from torch import nn

from heads import ACTIONS, BATCH, GAMMA, OBSERVATION, draw_batches, float32, numbers, state, write
from noisy import SEED, hash_words

STREAMS = {"online": 11, "target": 12}


class Network(nn.Module):
    def __init__(self, hidden, cosines):
        super().__init__()
        widths = [OBSERVATION, *hidden, ACTIONS]
        self.layers = nn.ModuleList([nn.Linear(i, o) for i, o in zip(widths, widths[1:])])
        self.embedding = nn.Linear(cosines, widths[-2])

    def quantiles(self, x, taus):
        """[rows, samples, actions] at fractions [rows, samples]."""
        for layer in self.layers[:-1]:
            x = torch.relu(layer(x))
        multiples = torch.arange(1, self.embedding.in_features + 1)
        embedded = torch.relu(self.embedding(torch.cos(math.pi * multiples * taus.unsqueeze(-1))))
        return self.layers[-1](x.unsqueeze(1) * embedded)

    def values(self, x, count):
        taus = (2 * torch.arange(count) + 1) / (2 * count)
        return self.quantiles(x, taus.expand(len(x), count)).mean(1)


def draw_taus(network, update, count):
    stride = (BATCH + 3) // 4 * 4
    taus = torch.zeros(BATCH, count)
    for row in range(BATCH):
        for sample in range(count):
            column = sample * stride + row
            taus[row, sample] = (hash_words(SEED, STREAMS[network], update, column // 4)[column % 4] >> 8) / 2**24
    return taus


def loss_of(quantiles, taus, targets, kappa):
    total = 0.0
    for i, tau in enumerate(taus):
        for target in targets:
            u = target - quantiles[i]
            size = u.abs()
            huber = 0.5 * u**2 if size <= kappa else kappa * (size - 0.5 * kappa)
            total = total + abs(float(tau) - float(u < 0)) * huber / kappa / len(targets)
    return total


CASES = [
    ("implicit", {"quantiles": 5, "targetQuantiles": 3, "actionQuantiles": 4, "cosines": 6, "kappa": 0.5}, [9, 6], False),
    ("implicit, double", {"quantiles": 2, "targetQuantiles": 7, "actionQuantiles": 3, "cosines": 8, "kappa": 1}, [19], True),
    ("implicit, without a hidden layer", {"quantiles": 4, "targetQuantiles": 4, "actionQuantiles": 1, "cosines": 21, "kappa": 0.1}, [], False),
]


def case_of(batches, case):
    name, head, hidden, double = case
    online, target = (float32(Network(hidden, head["cosines"])) for _ in range(2))
    optimizer = torch.optim.SGD(online.parameters(), lr=0.05, momentum=0.9)
    result = {"name": name, "head": {"kind": "implicit", **head}, "hidden": hidden, "double": double, "munchausen": None, "online": state(online), "target": state(target)}
    result["values"] = numbers(online.values(batches[0]["observations"], head["actionQuantiles"]))
    result["losses"] = []
    for update, batch in enumerate(batches):
        taus = draw_taus("online", update, head["quantiles"])
        with torch.no_grad():
            following = target.quantiles(batch["nextObservations"], draw_taus("target", update, head["targetQuantiles"]))
            chosen = (online if double else target).values(batch["nextObservations"], head["actionQuantiles"]).argmax(1)
        quantiles = online.quantiles(batch["observations"], taus)
        losses = []
        for i in range(BATCH):
            discount = 0.0 if batch["terminated"][i] else GAMMA
            targets = batch["rewards"][i] + discount * following[i, :, chosen[i]]
            losses.append(batch["weights"][i] * loss_of(quantiles[i, :, batch["actions"][i]], taus[i], targets, head["kappa"]))
        loss = sum(losses) / BATCH
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        result["losses"] += numbers(loss)
    return {**result, "learned": {name: numbers(tensor) for name, tensor in online.state_dict().items()}}


if __name__ == "__main__":
    batches = draw_batches()
    write(batches, [case_of(batches, case) for case in CASES], seed=SEED)
