"""Writes heads.json: ten updates of each head by PyTorch in float64, from a fixed seed.

    pip install torch && python tests/golden/heads.py > tests/golden/heads.json

Modules are named as in the checkpoints of Qernel: layers.<i>, and value_head and advantage_head of dueling networks, as CleanRL's
Rainbow calls them. Losses are written out by their definitions: the projection of C51 is the loop of its paper.
"""

import json

import torch
from torch import nn

OBSERVATION, ACTIONS, BATCH, UPDATES, GAMMA = 3, 3, 5, 10, 0.9
torch.set_default_dtype(torch.float64)


class Network(nn.Module):
    def __init__(self, hidden, entries, dueling):
        super().__init__()
        self.entries, self.dueling = entries, dueling
        widths = [OBSERVATION, *hidden[: -1 if dueling else None]]
        layers = [nn.Linear(i, o) for i, o in zip(widths, widths[1:])]
        if dueling:
            stream = lambda outputs: nn.Sequential(nn.Linear(widths[-1], hidden[-1]), nn.ReLU(), nn.Linear(hidden[-1], outputs))
            self.value_head, self.advantage_head = stream(entries), stream(ACTIONS * entries)
        else:
            layers.append(nn.Linear(widths[-1], ACTIONS * entries))
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        for layer in self.layers if self.dueling else self.layers[:-1]:
            x = torch.relu(layer(x))
        if not self.dueling:
            return self.layers[-1](x).view(len(x), ACTIONS, self.entries)
        value = self.value_head(x).view(len(x), 1, self.entries)
        advantage = self.advantage_head(x).view(len(x), ACTIONS, self.entries)
        return value + advantage - advantage.mean(1, keepdim=True)


class Value:
    """One value an action, and the mean of squares."""

    entries = 1

    def values(self, outputs):
        return outputs[..., 0]

    def target(self, outputs, reward, discount):
        return reward + discount * outputs[0]

    def loss(self, outputs, target):
        return (target - outputs[0]) ** 2


class Categorical:
    """Logits over atoms (Bellemare et al., 2017)."""

    def __init__(self, atoms, low, high):
        self.entries, self.low, self.high = atoms, low, high
        self.atoms = torch.linspace(low, high, atoms)

    def values(self, outputs):
        return (outputs.softmax(-1) * self.atoms).sum(-1)

    def target(self, outputs, reward, discount):
        masses, p = [0.0] * self.entries, outputs.softmax(-1)
        distance = (self.high - self.low) / (self.entries - 1)
        for j in range(self.entries):
            z = min(max(float(reward + discount * self.atoms[j]), self.low), self.high)
            b = (z - self.low) / distance
            lower, upper = int(b // 1), int(-(-b // 1))
            if lower == upper:
                masses[lower] += float(p[j])
            else:
                masses[lower] += float(p[j]) * (upper - b)
                masses[upper] += float(p[j]) * (b - lower)
        return torch.tensor(masses)

    def loss(self, outputs, target):
        return -(target * outputs.log_softmax(-1)).sum()


class Quantile:
    """Quantiles of the return (Dabney et al., 2018)."""

    def __init__(self, quantiles, kappa):
        self.entries, self.kappa = quantiles, kappa

    def values(self, outputs):
        return outputs.mean(-1)

    def target(self, outputs, reward, discount):
        return reward + discount * outputs

    def loss(self, outputs, target):
        total = 0.0
        for i in range(self.entries):
            tau = (2 * i + 1) / (2 * self.entries)
            for j in range(self.entries):
                u = target[j] - outputs[i]
                size = u.abs()
                huber = 0.5 * u**2 if size <= self.kappa else self.kappa * (size - 0.5 * self.kappa)
                total = total + abs(tau - float(u < 0)) * huber / self.kappa / self.entries
        return total


CASES = [
    ("dueling", {"kind": "value", "dueling": True}, Value(), [8, 12], True),
    ("Munchausen", {"kind": "value", "dueling": False}, Value(), [9, 6], False, {"alpha": 0.9, "temperature": 0.03, "clip": -1}),
    ("Munchausen, dueling", {"kind": "value", "dueling": True}, Value(), [8, 8], False, {"alpha": 0.7, "temperature": 0.5, "clip": -0.5}),
    ("categorical", {"kind": "categorical", "dueling": False, "atoms": 7, "vMin": -2, "vMax": 1.5}, Categorical(7, -2, 1.5), [9, 6], False),
    ("categorical, double", {"kind": "categorical", "dueling": False, "atoms": 2, "vMin": 0, "vMax": 1}, Categorical(2, 0, 1), [9], True),
    ("categorical, dueling", {"kind": "categorical", "dueling": True, "atoms": 6, "vMin": -2, "vMax": 2}, Categorical(6, -2, 2), [7, 8], True),
    ("quantile", {"kind": "quantile", "dueling": False, "quantiles": 5, "kappa": 0.5}, Quantile(5, 0.5), [9, 6], False),
    ("quantile, dueling", {"kind": "quantile", "dueling": True, "quantiles": 3, "kappa": 1}, Quantile(3, 1), [7, 8], True),
]


def numbers(tensor):
    """Nine digits, which tell every float32."""
    return [float(f"{x:.9g}") for x in tensor.detach().flatten().tolist()]


def float32(module):
    """Has parameters that float32 has too."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(parameter.float().double())
    return module


def state(module):
    return {name: {"shape": list(tensor.shape), "data": numbers(tensor)} for name, tensor in module.state_dict().items()}


def draw(generator):
    uniform = lambda *shape: (2 * torch.rand(*shape, generator=generator) - 1).float().double()
    return {
        "observations": uniform(BATCH, OBSERVATION),
        "nextObservations": uniform(BATCH, OBSERVATION),
        "actions": torch.randint(ACTIONS, (BATCH,), generator=generator),
        "rewards": uniform(BATCH),
        "terminated": torch.randint(3, (BATCH,), generator=generator) == 0,
        "weights": (0.5 + torch.rand(BATCH, generator=generator)).float().double(),
    }


def munchausen_target(options, past, following, action, reward, discount):
    """Vieillard et al. (2020), by the policies themselves."""
    tau = options["temperature"]
    log_policy = (past / tau).log_softmax(0)[action]
    reward = reward + options["alpha"] * (tau * log_policy).clamp(options["clip"], 0)
    policy, log_policies = (following / tau).softmax(0), (following / tau).log_softmax(0)
    return reward + discount * (policy * (following - tau * log_policies)).sum()


def run(batches, case, networks, before_update=lambda update: None):
    """A case as data, with what its losses and parameters come to: ten updates of the first of two networks by the second."""
    (name, config, head, hidden, double, *rest), (online, target) = case, networks
    munchausen = rest[0] if rest else None
    optimizer = torch.optim.SGD(online.parameters(), lr=0.05, momentum=0.9)
    case = {"name": name, "head": config, "hidden": hidden, "double": double, "munchausen": munchausen, "online": state(online), "target": state(target)}
    case["values"] = numbers(head.values(online(batches[0]["observations"])))
    case["losses"] = []
    for update, batch in enumerate(batches):
        before_update(update)
        outputs = online(batch["observations"])
        with torch.no_grad():
            following, past = target(batch["nextObservations"]), target(batch["observations"])
            chosen = head.values(online(batch["nextObservations"]) if double else following).argmax(1)
        losses = []
        for i in range(BATCH):
            discount = 0.0 if batch["terminated"][i] else GAMMA
            if munchausen:
                y = munchausen_target(munchausen, past[i, :, 0], following[i, :, 0], batch["actions"][i], batch["rewards"][i], discount)
            else:
                y = head.target(following[i, chosen[i]], batch["rewards"][i], discount)
            losses.append(batch["weights"][i] * head.loss(outputs[i, batch["actions"][i]], y))
        loss = sum(losses) / BATCH
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        case["losses"] += numbers(loss)
    return {**case, "learned": {name: numbers(tensor) for name, tensor in online.state_dict().items()}}


def write(batches, cases, **more):
    golden = {
        "observation": OBSERVATION,
        "actions": ACTIONS,
        "gamma": GAMMA,
        "learningRate": 0.05,
        "momentum": 0.9,
        **more,
        "batches": [{key: numbers(tensor.double()) for key, tensor in batch.items()} for batch in batches],
        "cases": cases,
    }
    print(json.dumps(golden))


def draw_batches():
    torch.manual_seed(7)
    generator = torch.Generator().manual_seed(11)
    return [draw(generator) for _ in range(UPDATES)]


if __name__ == "__main__":
    batches = draw_batches()
    networks = lambda case: [float32(Network(case[3], case[2].entries, case[1]["dueling"])) for _ in range(2)]
    write(batches, [run(batches, case, networks(case)) for case in CASES])
