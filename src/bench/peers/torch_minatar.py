"""Training loops on MinAtar's Breakout in PyTorch, as users write them: a peer of `deno task bench --suite minatar`.

Needs Python 3.9 or later with torch and numpy (Debian: python3-torch python3-numpy libopenblas0-pthread).

    python3 src/bench/peers/torch_minatar.py [--device cpu|cuda] [--threads N] [--quick]
    deno task bench --suite minatar --peer "python3 src/bench/peers/torch_minatar.py --threads 2"

`minatar-dqn` and `minatar-pqn` have the values of the presets. Prints one JSON object: steps per second of each loop, and
what shows that they learned (the mean Q value of the last batch).
"""
import argparse
import json
import random

import numpy as np
import torch
import torch.nn.functional as F
from minatar_breakout import Breakout
from torch import nn
from torch_loops import finish

GAMMA, ACTIONS = 0.99, 3


def network(device, *normalization):
    layers = [nn.Conv2d(4, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(1024, 128), *normalization, nn.ReLU(), nn.Linear(128, ACTIONS)]
    return nn.Sequential(*layers).to(device)


def falling(start, end, steps, duration):
    """A linear schedule."""
    return start + (end - start) * min(1, steps / duration)


def dqn(device, untimed, steps):
    """An update a frame from a replay memory of bytes in arrays."""
    online, target = network(device), network(device)
    target.load_state_dict(online.state_dict())
    optimizer = torch.optim.RMSprop(online.parameters(), lr=2.5e-4, alpha=0.95, eps=0.01, centered=True)
    size, updates = 100_000, 0
    observations, following = np.zeros((2, size, 4, 10, 10), np.uint8)
    actions, rewards, ends = np.zeros((size, 1), np.int64), np.zeros(size, np.float32), np.zeros(size, np.float32)
    game = Breakout(1)
    observation = game.observe()
    q = torch.zeros(())
    for k in range(steps):
        if k == untimed:
            start = finish(device)
        if random.random() < falling(1, 0.1, k, 100_000):
            action = random.randrange(ACTIONS)
        else:
            with torch.no_grad():
                action = int(online(torch.from_numpy(observation).to(device).float()).argmax(1))
        reward, over = game.step(np.array([action]))
        i = k % size
        observations[i], following[i], actions[i], rewards[i], ends[i] = observation[0], game.observe()[0], action, reward[0], over[0]
        if over[0]:
            game.begin(over)
        observation = game.observe()
        if k + 1 < 5000:
            continue
        rows = np.random.randint(0, min(k + 1, size), 32)
        s, a, r, s2, d = (torch.from_numpy(part[rows]).to(device) for part in (observations, actions, rewards, following, ends))
        with torch.no_grad():
            y = r + GAMMA * target(s2.float()).max(1)[0] * (1 - d)
        q = online(s.float()).gather(1, a).squeeze(1)
        loss = F.smooth_l1_loss(q, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        updates += 1
        if updates % 1000 == 0:
            target.load_state_dict(online.state_dict())
    return (steps - untimed) / (finish(device) - start), q.mean().item()


def pqn(device, untimed, steps, games=128, length=32, minibatches=32, epochs=2):
    """Rollouts of 32 steps in each of 128 games, and what is learned from them alone."""
    online = network(device, nn.LayerNorm(128))
    optimizer = torch.optim.RAdam(online.parameters(), lr=5e-4)
    game = Breakout(games)
    rows = games * length
    seen = torch.zeros((length, games, 4, 10, 10), device=device)
    taken = torch.zeros((length, games), dtype=torch.int64, device=device)
    rewards, ends, values = torch.zeros((3, length, games), device=device)
    observation = torch.from_numpy(game.observe()).to(device).float()
    for k in range(0, steps, rows):
        if k == untimed:
            start = finish(device)
        for t in range(length):
            with torch.no_grad():
                q = online(observation)
            if t > 0:
                values[t - 1] = q.max(1)[0]
            epsilon = falling(1, 0.05, k + t * games, 200_000)
            explores = torch.rand(games, device=device) < epsilon
            action = torch.where(explores, torch.randint(0, ACTIONS, (games,), device=device), q.argmax(1))
            reward, over = game.step(action.cpu().numpy())
            game.begin(over)
            seen[t], taken[t] = observation, action
            rewards[t], ends[t] = torch.from_numpy(reward), torch.from_numpy(over)
            observation = torch.from_numpy(game.observe()).to(device).float()
        with torch.no_grad():
            values[-1] = online(observation).max(1)[0]
        returns = torch.zeros((length, games), device=device)
        returns[-1] = rewards[-1] + GAMMA * (1 - ends[-1]) * values[-1]
        for t in reversed(range(length - 1)):
            returns[t] = rewards[t] + GAMMA * (1 - ends[t]) * (0.65 * returns[t + 1] + 0.35 * values[t])
        s, a, y = seen.flatten(0, 1), taken.flatten(), returns.flatten()
        optimizer.param_groups[0]["lr"] = falling(5e-4, 0, k + rows, 2_000_000)
        for _ in range(epochs):
            for part in torch.randperm(rows, device=device).chunk(minibatches):
                q = online(s[part]).gather(1, a[part, None]).squeeze(1)
                loss = F.mse_loss(q, y[part])
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(online.parameters(), 10)
                optimizer.step()
    return (steps - untimed) / (finish(device) - start), q.mean().item()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--threads", type=int, default=1, help="of the CPU (default 1)")
    parser.add_argument("--quick", action="store_true", help="a fraction of the work")
    arguments = parser.parse_args()
    if arguments.device == "cuda" and not torch.cuda.is_available():
        parser.error("PyTorch finds no CUDA device")
    torch.set_num_threads(arguments.threads)
    device = torch.device(arguments.device)
    name = torch.cuda.get_device_name() if device.type == "cuda" else f"cpu, threads: {torch.get_num_threads()}"
    quick = arguments.quick
    results = {
        "minatar-dqn": dqn(device, *((5000, 5060) if quick else (6000, 12_000))),
        "minatar-pqn": pqn(device, *((4096, 8192) if quick else (8192, 57_344))),
    }
    printed = {"framework": f"PyTorch {torch.__version__}", "device": name}
    printed["loopStepsPerSecond"] = {case: rate for case, (rate, _) in results.items()}
    printed["meanQ"] = {case: q for case, (_, q) in results.items()}
    print(json.dumps(printed))


if __name__ == "__main__":
    main()
