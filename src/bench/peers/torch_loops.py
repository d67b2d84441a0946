"""DQN training loops on CartPole-v1 and bare updates in PyTorch, as users write them: a peer of `deno task bench`.

Needs Python 3.9 or later with torch and numpy (Debian: python3-torch python3-numpy libopenblas0-pthread).

    python3 src/bench/peers/torch_loops.py [--device cpu|cuda] [--threads N] [--only loops|updates] [--quick]
    deno task bench --suite loop --peer "python3 src/bench/peers/torch_loops.py --threads 2"

Prints one JSON object: steps per second of each loop, milliseconds of a bare update, and what shows that the loops
learned (the mean Q value of the last batch). Small networks are often fastest on the CPU, with one thread.
"""
import argparse
import json
import math
import random
import time
from collections import deque, namedtuple

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

GAMMA = 0.99
Transition = namedtuple("Transition", "observation action next_observation reward")


class CartPole:
    """CartPole-v1 with the dynamics of Gymnasium; an episode is truncated after 500 steps."""

    def __init__(self):
        self.generator = np.random.default_rng(0)

    def reset(self):
        self.state = self.generator.uniform(-0.05, 0.05, 4)
        self.steps = 0
        return self.state.astype(np.float32)

    def step(self, action):
        """Returns the observation, the reward, and whether the episode was terminated or truncated."""
        x, velocity, theta, omega = self.state
        force = 10.0 if action == 1 else -10.0
        cos, sin = math.cos(theta), math.sin(theta)
        push = (force + 0.05 * omega * omega * sin) / 1.1
        turn = (9.8 * sin - cos * push) / (0.5 * (4 / 3 - 0.1 * cos * cos / 1.1))
        acceleration = push - 0.05 * turn * cos / 1.1
        self.state = np.array(
            [x + 0.02 * velocity, velocity + 0.02 * acceleration, theta + 0.02 * omega, omega + 0.02 * turn]
        )
        self.steps += 1
        terminated = abs(self.state[0]) > 2.4 or abs(self.state[2]) > math.radians(12)
        return self.state.astype(np.float32), 1.0, bool(terminated), self.steps >= 500


def networks(hidden, device):
    """An online network and a target network that starts as its copy."""

    def mlp():
        widths = [4, *hidden]
        layers = [part for i, o in zip(widths, widths[1:]) for part in (nn.Linear(i, o), nn.ReLU())]
        return nn.Sequential(*layers, nn.Linear(widths[-1], 2)).to(device)

    online, target = mlp(), mlp()
    target.load_state_dict(online.state_dict())
    return online, target


def finish(device):
    """Waits for the GPU, if there is one."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def tutorial(device, steps, untimed):
    """PyTorch's tutorial: 4-128-128-2, an update of 128 transitions a step, AdamW with AMSGrad, soft target updates."""
    online, target = networks((128, 128), device)
    optimizer = torch.optim.AdamW(online.parameters(), lr=1e-4, amsgrad=True)
    memory = deque(maxlen=10_000)
    environment = CartPole()
    row = lambda observation: torch.tensor(observation, device=device).unsqueeze(0)
    observation = row(environment.reset())
    q = torch.zeros(())
    for k in range(steps):
        if k == untimed:
            start = finish(device)
        if random.random() > 0.05 + 0.85 * math.exp(-k / 1000):
            with torch.no_grad():
                action = online(observation).max(1)[1].view(1, 1)
        else:
            action = torch.tensor([[random.randrange(2)]], device=device)
        found, reward, terminated, truncated = environment.step(action.item())
        following = None if terminated else row(found)
        memory.append(Transition(observation, action, following, torch.tensor([reward], device=device)))
        observation = following
        if len(memory) >= 128:
            batch = Transition(*zip(*random.sample(memory, 128)))
            alive = torch.tensor([s is not None for s in batch.next_observation], device=device)
            values = torch.zeros(128, device=device)
            with torch.no_grad():
                values[alive] = target(torch.cat([s for s in batch.next_observation if s is not None])).max(1)[0]
            q = online(torch.cat(batch.observation)).gather(1, torch.cat(batch.action))
            loss = F.smooth_l1_loss(q, (torch.cat(batch.reward) + GAMMA * values).unsqueeze(1))
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_value_(online.parameters(), 100)
            optimizer.step()
            slow, fast = target.state_dict(), online.state_dict()
            target.load_state_dict({key: 0.005 * fast[key] + 0.995 * slow[key] for key in slow})
        if terminated or truncated:
            observation = row(environment.reset())
    return (steps - untimed) / (finish(device) - start), q.mean().item()


def array_loop(device, steps, untimed, hidden, batch, every, updates, loss_function):
    """CleanRL's and SB3's way: replay in arrays, `updates` updates every `every` steps, a hard copy every 500."""
    online, target = networks(hidden, device)
    optimizer = torch.optim.Adam(online.parameters(), lr=2.5e-4)
    size = 10_000
    observations, following = np.zeros((2, size, 4), np.float32)
    actions = np.zeros((size, 1), np.int64)
    rewards, terminations = np.zeros((2, size), np.float32)
    environment = CartPole()
    observation = environment.reset()
    q = torch.zeros(())
    for k in range(steps):
        if k == untimed:
            start = finish(device)
        if random.random() < 0.05:
            action = random.randrange(2)
        else:
            with torch.no_grad():
                action = int(online(torch.from_numpy(observation[None]).to(device)).argmax(1))
        found, reward, terminated, truncated = environment.step(action)
        i = k % size
        observations[i], following[i], actions[i] = observation, found, action
        rewards[i], terminations[i] = reward, terminated
        observation = environment.reset() if terminated or truncated else found
        if k > 1000 and k % every == 0:
            for _ in range(updates):
                rows = np.random.randint(0, min(k + 1, size), batch)
                s, a, r, s2, d = (
                    torch.from_numpy(part[rows]).to(device)
                    for part in (observations, actions, rewards, following, terminations)
                )
                with torch.no_grad():
                    y = r + GAMMA * target(s2).max(1)[0] * (1 - d)
                q = online(s).gather(1, a).squeeze(1)
                loss = loss_function(q, y)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        if k % 500 == 0:
            target.load_state_dict(online.state_dict())
    return (steps - untimed) / (finish(device) - start), q.mean().item()


def bare_update(device, hidden, batch, updates):
    """Milliseconds of an update from a batch that is there already; Huber loss, Adam."""
    online, target = networks(hidden, device)
    optimizer = torch.optim.Adam(online.parameters(), lr=1e-3)
    s, s2 = torch.randn(2, batch, 4, device=device)
    a = torch.randint(0, 2, (batch, 1), device=device)
    r, d = torch.ones(batch, device=device), torch.zeros(batch, device=device)
    for i in range(updates + 30):
        if i == 30:
            start = finish(device)
        with torch.no_grad():
            y = r + GAMMA * target(s2).max(1)[0] * (1 - d)
        loss = F.smooth_l1_loss(online(s).gather(1, a).squeeze(1), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return (finish(device) - start) / updates * 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--threads", type=int, default=1, help="of the CPU (default 1)")
    parser.add_argument("--only", choices=["loops", "updates"], help="one of the two parts (default both)")
    parser.add_argument("--quick", action="store_true", help="a fraction of the work")
    arguments = parser.parse_args()
    if arguments.device == "cuda" and not torch.cuda.is_available():
        parser.error("PyTorch finds no CUDA device")
    torch.set_num_threads(arguments.threads)
    device = torch.device(arguments.device)
    name = torch.cuda.get_device_name() if device.type == "cuda" else f"cpu, threads: {torch.get_num_threads()}"
    printed = {"framework": f"PyTorch {torch.__version__}", "device": name}
    if arguments.only != "updates":
        short, long = (600, 400), (1100, 1000)  # Steps in all and untimed ones, of quick runs.
        quick = arguments.quick
        results = {
            "tutorial": tutorial(device, *(short if quick else (2400, 400))),
            "cleanrl": array_loop(device, *(long if quick else (14_000, 2000)), (120, 84), 128, 10, 1, F.mse_loss),
            "zoo": array_loop(device, *(long if quick else (5100, 2000)), (256, 256), 64, 256, 128, F.smooth_l1_loss),
        }
        printed["loopStepsPerSecond"] = {case: rate for case, (rate, _) in results.items()}
        printed["meanQ"] = {case: q for case, (_, q) in results.items()}
    if arguments.only != "loops":
        sizes = (((64,), 64), ((64, 64), 64), ((128, 128), 128), ((256, 256), 64), ((256, 256), 512))
        printed["updateMilliseconds"] = {
            f"{'-'.join(map(str, hidden))} batch {batch}": bare_update(
                device, hidden, batch, 10 if arguments.quick else 300
            )
            for hidden, batch in sizes
        }
    print(json.dumps(printed))


if __name__ == "__main__":
    main()
