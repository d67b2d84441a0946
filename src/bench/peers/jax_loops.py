"""DQN training loops on CartPole-v1 and bare updates in JAX, fully compiled: a peer of `deno task bench`.

Environment, replay, acting and learning are one `lax.scan` over steps, which never leaves the device. JAX is no
dependency of Qernel; in a virtual environment,

    python3 -m venv jax && jax/bin/pip install jax            (or "jax[cuda12]" for an NVIDIA GPU)
    jax/bin/python src/bench/peers/jax_loops.py [--platform cpu|gpu] [--only loops|updates] [--quick]
    deno task bench --suite loop --peer "jax/bin/python src/bench/peers/jax_loops.py"

Prints one JSON object: steps per second of each loop, milliseconds of a bare update, and what shows that the loops
learned (the mean Q value of the last batch). Compiling is not timed. Batches are drawn with replacement throughout,
which costs less than without, as `tutorial` has it elsewhere: where there is a difference, it is in favour of JAX.
"""
import argparse
import json
import math
import time
from functools import partial
from typing import Callable, NamedTuple

GAMMA, CAPACITY = 0.99, 10_000

try:
    import jax
    import jax.numpy as jnp
    from jax import lax
except ImportError:
    raise SystemExit("Cannot import jax: it is not installed, wanted `python3 -m pip install jax`")


class Case(NamedTuple):
    """A loop: what it learns with, and when."""

    hidden: tuple
    batch: int
    every: int  # steps from one time of learning to the next
    updates: int  # each time
    warmup: int  # steps before the first
    loss: Callable
    tutorial: bool = False  # AdamW with AMSGrad, clipping by value, soft target updates, decaying exploration


def huber(error):
    return jnp.where(jnp.abs(error) < 1, 0.5 * error**2, jnp.abs(error) - 0.5).mean()


def squared(error):
    return (error**2).mean()


CASES = {
    "tutorial": (Case((128, 128), 128, 1, 1, 127, huber, tutorial=True), (400, 2400)),
    "cleanrl": (Case((120, 84), 128, 10, 1, 1001, squared), (2000, 14_000)),
    "zoo": (Case((256, 256), 64, 256, 128, 1001, huber), (2000, 5100)),
}


def reset(key):
    return jax.random.uniform(key, (4,), minval=-0.05, maxval=0.05)


def step_environment(state, action):
    """CartPole with the dynamics of Gymnasium: the next state, and whether it is terminal."""
    x, velocity, theta, omega = state
    force = jnp.where(action == 1, 10.0, -10.0)
    cos, sin = jnp.cos(theta), jnp.sin(theta)
    push = (force + 0.05 * omega * omega * sin) / 1.1
    turn = (9.8 * sin - cos * push) / (0.5 * (4 / 3 - 0.1 * cos * cos / 1.1))
    acceleration = push - 0.05 * turn * cos / 1.1
    following = jnp.array(
        [x + 0.02 * velocity, velocity + 0.02 * acceleration, theta + 0.02 * omega, omega + 0.02 * turn]
    )
    return following, (jnp.abs(following[0]) > 2.4) | (jnp.abs(following[2]) > math.radians(12))


def network(key, hidden):
    """Layers as torch.nn.Linear draws them."""
    widths = (4, *hidden, 2)
    layers = []
    for i, o in zip(widths, widths[1:]):
        key, first, second = jax.random.split(key, 3)
        draw = partial(jax.random.uniform, minval=-1 / math.sqrt(i), maxval=1 / math.sqrt(i))
        layers.append((draw(first, (i, o)), draw(second, (o,))))
    return layers


def q_values(parameters, observations):
    for weight, bias in parameters[:-1]:
        observations = jax.nn.relu(observations @ weight + bias)
    weight, bias = parameters[-1]
    return observations @ weight + bias


def optimizer_step(parameters, gradient, averages, count, *, rate, amsgrad):
    """torch.optim.Adam, or AdamW with AMSGrad and a weight decay of 0.01."""
    mean, square, largest = averages
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradient)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradient)
    largest = jax.tree.map(jnp.maximum, largest, square) if amsgrad else largest
    first, second = 1 - 0.9**count, jnp.sqrt(1 - 0.999**count)

    def move(p, m, v):
        return p * (1 - rate * 0.01 if amsgrad else 1) - rate / first * m / (jnp.sqrt(v) / second + 1e-8)

    return jax.tree.map(move, parameters, mean, largest if amsgrad else square), (mean, square, largest)


def learn(case, rate, learner, batch):
    """One update: the learner after it, and the mean Q value of the actions taken."""
    online, target, averages, count = learner
    s, a, r, s2, d = batch
    y = r + GAMMA * (1 - d) * q_values(target, s2).max(1)

    def loss(parameters):
        q = jnp.take_along_axis(q_values(parameters, s), a[:, None], 1)[:, 0]
        return case.loss(q - y), q.mean()

    gradient, q = jax.grad(loss, has_aux=True)(online)
    if case.tutorial:
        gradient = jax.tree.map(lambda g: jnp.clip(g, -100, 100), gradient)
    count += 1
    online, averages = optimizer_step(online, gradient, averages, count, rate=rate, amsgrad=case.tutorial)
    if case.tutorial:
        target = jax.tree.map(lambda slow, fast: 0.995 * slow + 0.005 * fast, target, online)
    return (online, target, averages, count), q


def new_learner(key, hidden):
    online = network(key, hidden)
    zeros = jax.tree.map(jnp.zeros_like, online)
    return online, online, (zeros, zeros, zeros), jnp.zeros(())


def start(case, key):
    """What a loop carries from step to step."""
    first, second = jax.random.split(key)
    replay = (
        jnp.zeros((CAPACITY, 4)),
        jnp.zeros(CAPACITY, int),
        jnp.ones(CAPACITY),
        jnp.zeros((CAPACITY, 4)),
        jnp.zeros(CAPACITY),
    )
    return new_learner(first, case.hidden), replay, reset(second), jnp.zeros((), int), jnp.zeros(())


def loop_step(case, key, carry, k):
    """Acts, steps the environment, stores the transition and learns if it is time to."""
    learner, replay, state, length, q = carry
    coin, choice, restart, rows = jax.random.split(jax.random.fold_in(key, k), 4)
    epsilon = 0.05 + (0.85 * jnp.exp(-k / 1000) if case.tutorial else 0)
    greedy = q_values(learner[0], state).argmax()
    action = jnp.where(jax.random.uniform(coin) < epsilon, jax.random.randint(choice, (), 0, 2), greedy)
    following, terminated = step_environment(state, action)
    row = (state, action, 1.0, following, terminated.astype(float))
    replay = tuple(part.at[k % CAPACITY].set(value) for part, value in zip(replay, row))
    length += 1
    ended = terminated | (length >= 500)
    state = jnp.where(ended, reset(restart), following)
    stored = jnp.minimum(k + 1, CAPACITY)

    def update(i, learned):
        indices = jax.random.randint(jax.random.fold_in(rows, i), (case.batch,), 0, stored)
        batch = tuple(part[indices] for part in replay)
        return learn(case, 1e-4 if case.tutorial else 2.5e-4, learned[0], batch)

    due = (k >= case.warmup) & (k % case.every == 0)
    learner, q = lax.cond(due, lambda learned: lax.fori_loop(0, case.updates, update, learned), lambda l: l, (learner, q))
    if not case.tutorial:
        online, target, *rest = learner
        target = lax.cond(k % 500 == 0, lambda: online, lambda: target)
        learner = (online, target, *rest)
    return (learner, replay, state, jnp.where(ended, 0, length), q), None


def time_loop(case, untimed, steps):
    """Steps per second, and the mean Q value of the last batch."""
    key = jax.random.key(0)

    @partial(jax.jit, static_argnums=2)
    def run(carry, first, count):
        return lax.scan(partial(loop_step, case, key), carry, first + jnp.arange(count))[0]

    jax.block_until_ready(run(start(case, key), 0, steps - untimed))  # Compiles what is timed below.
    carry = jax.block_until_ready(run(start(case, key), 0, untimed))
    begun = time.perf_counter()
    carry = jax.block_until_ready(run(carry, untimed, steps - untimed))
    return (steps - untimed) / (time.perf_counter() - begun), float(carry[-1])


def time_update(hidden, batch, updates):
    """Milliseconds of an update from a batch that is there already; Huber loss, Adam."""
    keys = jax.random.split(jax.random.key(0), 4)
    s, s2 = (jax.random.normal(key, (batch, 4)) for key in keys[:2])
    rows = (s, jax.random.randint(keys[2], (batch,), 0, 2), jnp.ones(batch), s2, jnp.zeros(batch))
    case = Case(hidden, batch, 1, 1, 0, huber)

    @jax.jit
    def run(learner):
        return lax.scan(lambda carry, _: learn(case, 1e-3, carry, rows), learner, length=updates)[0]

    learner = jax.block_until_ready(run(new_learner(keys[3], hidden)))
    begun = time.perf_counter()
    jax.block_until_ready(run(learner))
    return (time.perf_counter() - begun) / updates * 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", choices=["cpu", "gpu"], help="JAX's own choice by default")
    parser.add_argument("--only", choices=["loops", "updates"], help="one of the two parts (default both)")
    parser.add_argument("--quick", action="store_true", help="a fraction of the work")
    arguments = parser.parse_args()
    if arguments.platform:
        jax.config.update("jax_platforms", {"cpu": "cpu", "gpu": "cuda"}[arguments.platform])
    device = jax.devices()[0]
    printed = {"framework": f"JAX {jax.__version__}", "device": device.device_kind}
    if arguments.only != "updates":
        results = {
            name: time_loop(case, *((1000, 1100) if arguments.quick else steps)) for name, (case, steps) in CASES.items()
        }
        printed["loopStepsPerSecond"] = {name: rate for name, (rate, _) in results.items()}
        printed["meanQ"] = {name: q for name, (_, q) in results.items()}
    if arguments.only != "loops":
        sizes = (((64,), 64), ((64, 64), 64), ((128, 128), 128), ((256, 256), 64), ((256, 256), 512))
        printed["updateMilliseconds"] = {
            f"{'-'.join(map(str, hidden))} batch {batch}": time_update(hidden, batch, 10 if arguments.quick else 300)
            for hidden, batch in sizes
        }
    print(json.dumps(printed))


if __name__ == "__main__":
    main()
