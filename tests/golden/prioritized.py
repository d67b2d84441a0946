"""Writes prioritized.json: ten updates from prioritized replay (Schaul et al., 2016) by PyTorch in float64, from a fixed seed.

    pip install torch && python tests/golden/prioritized.py > tests/golden/prioritized.json

There is no tree: the row at a place of the batch is found by adding up all priorities. The ring turns meanwhile. The draws are
those of PCG4D, and the margins between them and the sums that they fall between are such that float32 draws the same rows.
"""

import json

import torch
from torch import nn

SEED, CAPACITY, BATCH, UPDATES, NEW = 7, 24, 8, 10, 3
OBSERVATION, ACTIONS, HIDDEN, GAMMA, SYNC = 3, 2, 6, 0.9, 4
ALPHA, EPSILON, BETA = 0.7, 0.01, {"start": 0.4, "end": 1.0, "duration": 8}
RATE, STREAM = 0.01, 5
torch.set_default_dtype(torch.float64)
torch.manual_seed(11)


def word(seed, stream, counter, lane):
    """The first word of PCG4D (Jarzynski and Olano, 2020), mixed."""
    most = 0xFFFFFFFF
    v = [(n * 1664525 + 1013904223) & most for n in (seed, stream, counter, lane)]
    for turn in range(2):
        if turn:
            v = [n ^ (n >> 16) for n in v]
        for at, a, b in ((0, 1, 3), (1, 2, 0), (2, 0, 1), (3, 1, 2)):
            v[at] = (v[at] + v[a] * v[b]) & most
    n = ((v[0] ^ (v[0] >> 16)) * 0x7FEB352D) & most
    n = ((n ^ (n >> 15)) * 0x846CA68B) & most
    return n ^ (n >> 16)


def exact(*shape):
    """Numbers that float32 has."""
    return torch.randint(-64, 65, shape) / 64


def network():
    made = nn.Sequential(nn.Linear(OBSERVATION, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, ACTIONS))
    with torch.no_grad():
        for parameter in made.parameters():
            parameter.copy_(exact(*parameter.shape))
    return made


def transition():
    return {
        "observation": exact(OBSERVATION).tolist(),
        "next": exact(OBSERVATION).tolist(),
        "action": int(torch.randint(ACTIONS, ())),
        "reward": float(4 * exact()),
        "terminated": int(torch.rand(()) < 0.2),
    }


def find(priorities, u):
    """The row under `u` of the sum, and how far `u` is from the ends of what belongs to it."""
    at, total = u * sum(priorities), 0.0
    for row, priority in enumerate(priorities):
        if total + priority > at:
            return row, min(at - total, total + priority - at)
        total += priority
    raise AssertionError("beyond the sum")


def main():
    online, target = network(), network()
    target.load_state_dict(online.state_dict())
    start = [parameter.flatten().tolist() for parameter in online.parameters()]
    optimizer = torch.optim.Adam(online.parameters(), lr=RATE)
    replay, priorities, largest, stored, updates, margin = {}, [0.0] * CAPACITY, 1.0, 0, [], 1.0
    for update in range(1, UPDATES + 1):
        new = [transition() for _ in range(20 if update == 1 else NEW)]
        for one in new:
            replay[stored % CAPACITY] = one
            priorities[stored % CAPACITY] = largest
            stored += 1
        drawn = [find(priorities, (i + (word(SEED, STREAM, update, i) >> 8) / 2**24) / BATCH) for i in range(BATCH)]
        rows = [row for row, _ in drawn]
        margin = min(margin, *(distance for _, distance in drawn))
        beta = BETA["start"] + (BETA["end"] - BETA["start"]) * min((update - 1) / BETA["duration"], 1)
        held = min(stored, CAPACITY)
        weights = torch.tensor([(held * priorities[row] / sum(priorities)) ** -beta for row in rows])
        weights = weights / weights.max()
        of = lambda key: torch.tensor([replay[row][key] for row in rows])
        q = online(of("observation")).gather(1, of("action")[:, None])[:, 0]
        with torch.no_grad():
            best = online(of("next")).argmax(1, keepdim=True)
            follows = target(of("next")).gather(1, best)[:, 0] * (1 - of("terminated"))
            y = of("reward") + GAMMA * follows
        loss = (weights * nn.functional.huber_loss(q, y, reduction="none")).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if update % SYNC == 0:
            target.load_state_dict(online.state_dict())
        errors = (y - q).tolist()
        for row, error in zip(rows, errors):
            priorities[row] = (abs(error) + EPSILON) ** ALPHA
            largest = max(largest, priorities[row])
        updates.append(
            {
                "new": new,
                "rows": rows,
                "weights": weights.tolist(),
                "errors": errors,
                "loss": loss.item(),
                "priorities": list(priorities),
                "largest": largest,
            }
        )
    assert margin > 1e-4, margin
    end = [parameter.flatten().tolist() for parameter in online.parameters()]
    options = {
        "seed": SEED,
        "capacity": CAPACITY,
        "batch": BATCH,
        "sizes": [OBSERVATION, HIDDEN, ACTIONS],
        "gamma": GAMMA,
        "sync": SYNC,
        "alpha": ALPHA,
        "epsilon": EPSILON,
        "beta": BETA,
        "learningRate": RATE,
    }
    print(json.dumps({"options": options, "start": start, "updates": updates, "end": end}))


main()
