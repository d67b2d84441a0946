"""Writes pqn.json: the updates of three rollouts by PQN (Gallici et al., 2024) by PyTorch in float64, from a fixed seed.

    pip install torch && python tests/golden/pqn.py > tests/golden/pqn.json

Lambda returns are weighted means of n-step returns, for each transition anew. What an epoch draws follows from PCG4D.
"""

import json

import torch
from torch import nn

SEED, ENVIRONMENTS, STEPS, MINIBATCHES, EPOCHS, ROLLOUTS = 7, 3, 5, 3, 2, 3
ROWS = ENVIRONMENTS * STEPS
OBSERVATION, ACTIONS, HIDDEN, GAMMA, LAMBDA = 3, 2, 6, 0.9, 0.65
RATE, NORM, STREAM = {"start": 0.02, "end": 0.0, "duration": 24}, 0.5, 5
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


def permutation(epoch):
    """Of the rows: a Feistel network of 24 rounds over 4 x 4 cells, walked until it lands inside (Black and Rogaway, 2002)."""
    left, right = 4, 4
    below = lambda lane, count: word(SEED, STREAM, epoch, lane) * count >> 32
    order = []
    for row in range(ROWS):
        at = row
        while True:
            l, r = at % left, at // left
            for turn in range(0, 24, 2):
                l = (l + below(turn << 24 | r, left)) % left
                r = (r + below((turn + 1) << 24 | l, right)) % right
            at = r * left + l
            if at < ROWS:
                break
        order.append(at)
    assert sorted(order) == list(range(ROWS))
    return order


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
        "reward": float(2 * exact()),
        "terminated": int(torch.rand(()) < 0.15),
        "truncated": int(torch.rand(()) < 0.15),
    }


def lambda_return(rows, values):
    """Of the first of an environment's rows."""
    returns, total = [], 0.0
    for k, (row, value) in enumerate(zip(rows, values)):
        total += GAMMA**k * row["reward"]
        returns.append(total + (0.0 if row["terminated"] else GAMMA ** (k + 1) * value))
        if row["terminated"] or row["truncated"]:
            break
    last = len(returns) - 1
    return sum((1 - LAMBDA) * LAMBDA**k * one for k, one in enumerate(returns[:last])) + LAMBDA**last * returns[last]


def main():
    online = network()
    start = [parameter.flatten().tolist() for parameter in online.parameters()]
    optimizer = torch.optim.RAdam(online.parameters(), lr=RATE["start"])
    rollouts, update = [], 0
    for rollout in range(ROLLOUTS):
        rows = [transition() for _ in range(ROWS)]
        with torch.no_grad():
            values = online(torch.tensor([row["next"] for row in rows])).max(1).values.tolist()
        returns = [lambda_return(rows[i::ENVIRONMENTS], values[i::ENVIRONMENTS]) for i in range(ROWS)]
        updates = []
        for epoch in range(EPOCHS):
            order = permutation(rollout * EPOCHS + epoch)
            for minibatch in range(MINIBATCHES):
                drawn = order[minibatch * ROWS // MINIBATCHES : (minibatch + 1) * ROWS // MINIBATCHES]
                observations = torch.tensor([rows[i]["observation"] for i in drawn])
                actions = torch.tensor([rows[i]["action"] for i in drawn])
                q = online(observations).gather(1, actions[:, None])[:, 0]
                loss = nn.functional.mse_loss(q, torch.tensor([returns[i] for i in drawn]))
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(online.parameters(), NORM)
                share = min(update / RATE["duration"], 1)
                optimizer.param_groups[0]["lr"] = RATE["start"] + (RATE["end"] - RATE["start"]) * share
                optimizer.step()
                update += 1
                updates.append({"rows": drawn, "loss": loss.item()})
        rollouts.append({"transitions": rows, "returns": returns, "updates": updates})
    options = {
        "seed": SEED,
        "environments": ENVIRONMENTS,
        "rows": ROWS,
        "minibatches": MINIBATCHES,
        "sizes": [OBSERVATION, HIDDEN, ACTIONS],
        "gamma": GAMMA,
        "lambda": LAMBDA,
        "learningRate": RATE,
        "clipNorm": NORM,
    }
    end = [parameter.flatten().tolist() for parameter in online.parameters()]
    print(json.dumps({"options": options, "start": start, "rollouts": rollouts, "end": end}))


main()
