"""Training loops on MinAtar's Breakout in JAX, fully compiled: a peer of `deno task bench --suite minatar`.

Environment, replay, acting and learning are one `lax.scan` over steps, which never leaves the device: see jax_loops.py.

    python3 -m venv jax && jax/bin/pip install jax            (or "jax[cuda12]" for an NVIDIA GPU)
    jax/bin/python src/bench/peers/jax_minatar.py [--platform cpu|gpu] [--quick]
    deno task bench --suite minatar --peer "jax/bin/python src/bench/peers/jax_minatar.py"

`minatar-dqn` and `minatar-pqn` have the values of the presets. Prints one JSON object: steps per second of each loop, and
what shows that they learned (the mean Q value of the last batch). Compiling is not timed.
"""
import argparse
import json
import math
import time
from functools import partial
from typing import NamedTuple

from jax_loops import huber, jax, jnp, lax, squared

GAMMA, ACTIONS, LAST, CAPACITY = 0.99, 3, 9, 100_000


class Game(NamedTuple):
    """MinAtar's Breakout: Qernel's own src/envs/minatar/breakout.ts, line for line."""

    paddle: jax.Array
    x: jax.Array
    y: jax.Array
    last_x: jax.Array
    last_y: jax.Array
    right: jax.Array
    down: jax.Array
    struck: jax.Array
    bricks: jax.Array  # Rows from 1 on.
    last_move: jax.Array


def begin(key):
    right = jax.random.bernoulli(key)
    side = jnp.where(right, 0, LAST).astype(int)
    paddle, row, wait = (jnp.full((), value, int) for value in (4, 3, 0))  # Strongly typed, or all is compiled anew when timed.
    no, yes = jnp.zeros((), bool), jnp.ones((), bool)
    return Game(paddle, side, row, side, row, right, yes, no, jnp.ones((3, 10), bool), wait)


def play(game, action, key, sticky=0.1):
    """The game after a step, as it ends if it does; the reward; whether it is over. Actions: wait, left, right."""
    move = jnp.where(jax.random.uniform(key) < sticky, game.last_move, action)
    paddle = jnp.clip(game.paddle + (move == 2) - (move == 1), 0, LAST)
    x, y = game.x + jnp.where(game.right, 1, -1), game.y + jnp.where(game.down, 1, -1)
    wall = (x < 0) | (x > LAST)
    x = jnp.where(wall, game.x, x)
    right = game.right ^ wall
    top = y < 0
    row = jnp.clip(y - 1, 0, 2)
    brick = (y >= 1) & (y <= 3) & game.bricks[row, x]
    hit = brick & ~game.struck
    bricks = game.bricks.at[row, x].set(game.bricks[row, x] & ~hit)
    bottom = y == LAST
    bricks = bricks | (bottom & ~bricks.any())
    above = game.x == paddle
    caught = bottom & (above | (x == paddle))
    down = jnp.where(top, True, game.down ^ hit) & ~caught
    right = right ^ (caught & ~above)
    y = jnp.where(top, 0, jnp.where(hit | caught, game.y, y))
    return Game(paddle, x, y, game.x, game.y, right, down, brick, bricks, move), hit.astype(float), bottom & ~caught


def observe(game):
    """Planes of paddle, ball, trail and bricks, uint8 [4, 10, 10]."""
    seen = jnp.zeros((4, 10, 10), jnp.uint8)
    seen = seen.at[0, LAST, game.paddle].set(1).at[1, game.y, game.x].set(1).at[2, game.last_y, game.last_x].set(1)
    return seen.at[3, 1:4].set(game.bricks)


def or_begin(game, over, key):
    return jax.tree.map(lambda new, old: jnp.where(over, new, old), begin(key), game)


def network(key):
    """A convolution of 3 x 3 to 16 channels and dense layers of 128 and 3, as PyTorch draws them."""
    layers = []
    for inputs, outputs in ((36, 16), (1024, 128), (128, ACTIONS)):
        key, first, second = jax.random.split(key, 3)
        draw = partial(jax.random.uniform, minval=-1 / math.sqrt(inputs), maxval=1 / math.sqrt(inputs))
        layers.append((draw(first, (inputs, outputs)), draw(second, (outputs,))))
    return layers, (jnp.ones(128), jnp.zeros(128))


def q_values(parameters, boards, normalized=False):
    """Of boards [batch, 4, 10, 10]. The convolution is a product with the 3 x 3 cells around each place: on CPUs XLA has no faster."""
    ((weight, bias), (weight_1, bias_1), (weight_2, bias_2)), (gain, offset) = parameters
    boards = boards.astype(jnp.float32)
    cells = [boards[:, :, i : i + 8, j : j + 8] for i in range(3) for j in range(3)]
    patches = jnp.stack(cells, -1).transpose(0, 2, 3, 1, 4).reshape(len(boards), 64, 36)
    x = jax.nn.relu(patches @ weight + bias).reshape(len(boards), 1024) @ weight_1 + bias_1
    if normalized:
        x = x - x.mean(-1, keepdims=True)
        x = x * lax.rsqrt((x * x).mean(-1, keepdims=True) + 1e-5) * gain + offset
    return jax.nn.relu(x) @ weight_2 + bias_2


def falling(start, end, steps, duration):
    """A linear schedule."""
    return start + (end - start) * jnp.minimum(1, steps / duration)


def rmsprop(parameters, gradient, averages):
    """torch.optim.RMSprop, centred."""
    fade = partial(jax.tree.map, lambda a, g: 0.95 * a + 0.05 * g)
    square, mean = fade(averages[0], jax.tree.map(jnp.square, gradient)), fade(averages[1], gradient)
    step = lambda p, g, v, a: p - 2.5e-4 * g / (jnp.sqrt(v - a * a) + 0.01)
    return jax.tree.map(step, parameters, gradient, square, mean), (square, mean)


def radam(parameters, gradient, averages, count, rate):
    """torch.optim.RAdam."""
    mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, averages[0], gradient)
    square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, averages[1], gradient)
    first, second, most = 1 - 0.9**count, 1 - 0.999**count, 2 / 0.001 - 1
    rho = most - 2 * count * (1 - second) / second
    r = jnp.sqrt(jnp.maximum(0, (rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho)))
    root = lambda v: jnp.where(rho > 5, r * jnp.sqrt(second) / (jnp.sqrt(v) + 1e-8), 1)
    return jax.tree.map(lambda p, m, v: p - rate * m / first * root(v), parameters, mean, square), (mean, square)


def fit(parameters, loss_of, boards, actions, wanted, normalized=False):
    """Gradient of a loss of the Q values of `actions`, and their mean."""

    def loss(parameters):
        q = jnp.take_along_axis(q_values(parameters, boards, normalized), actions[:, None], 1)[:, 0]
        return loss_of(q - wanted), q.mean()

    return jax.grad(loss, has_aux=True)(parameters)


def act(key, q, epsilon):
    coin, choice = jax.random.split(key)
    explores = jax.random.uniform(coin, q.shape[:-1]) < epsilon
    return jnp.where(explores, jax.random.randint(choice, q.shape[:-1], 0, ACTIONS), q.argmax(-1))


def dqn_start(key):
    parameters = network(key)
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    boards = jnp.zeros((CAPACITY, 4, 10, 10), jnp.uint8)
    replay = (boards, jnp.zeros(CAPACITY, int), jnp.zeros(CAPACITY), boards, jnp.zeros(CAPACITY))
    return (parameters, parameters, (zeros, zeros), jnp.zeros((), int)), replay, begin(key), jnp.zeros(())


def dqn_step(key, carry, k):
    """A step, and from the 5,000th on an update."""
    learner, replay, game, q = carry
    choice, sticks, restart, rows = jax.random.split(jax.random.fold_in(key, k), 4)
    board = observe(game)
    action = act(choice, q_values(learner[0], board[None])[0], falling(1, 0.1, k, 100_000))
    game, reward, over = play(game, action, sticks)
    row = (board, action, reward, observe(game), over.astype(float))
    replay = tuple(part.at[k % CAPACITY].set(value) for part, value in zip(replay, row))
    indices = jax.random.randint(rows, (32,), 0, jnp.minimum(k + 1, CAPACITY))
    s, a, r, s2, d = (part[indices] for part in replay)  # Here, or all of the replay memory would be copied.

    def update(learned):
        (online, target, averages, count), _ = learned
        gradient, q = fit(online, huber, s, a, r + GAMMA * (1 - d) * q_values(target, s2).max(1))
        online, averages = rmsprop(online, gradient, averages)
        target = lax.cond((count + 1) % 1000 == 0, lambda: online, lambda: target)
        return (online, target, averages, count + 1), q

    learner, q = lax.cond(k + 1 >= 5000, update, lambda learned: learned, (learner, q))
    return (learner, replay, or_begin(game, over, restart), q), None


GAMES, LENGTH, MINIBATCHES, EPOCHS = 128, 32, 32, 2


def pqn_start(key):
    parameters = network(key)
    zeros = jax.tree.map(jnp.zeros_like, parameters)
    return (parameters, (zeros, zeros), jnp.zeros(())), jax.vmap(begin)(jax.random.split(key, GAMES)), jnp.zeros(())


def pqn_rollout(key, carry, k):
    """A rollout, and what is learned from it alone; k counts rollouts."""
    learner, games, _ = carry
    rows = GAMES * LENGTH
    acting, learning = jax.random.split(jax.random.fold_in(key, k))

    def step(games, t):
        choice, sticks, restart = jax.random.split(jax.random.fold_in(acting, t), 3)
        boards = jax.vmap(observe)(games)
        q = q_values(learner[0], boards, True)
        action = act(choice, q, falling(1, 0.05, k * rows + t * GAMES, 200_000))
        games, reward, over = jax.vmap(play)(games, action, jax.random.split(sticks, GAMES))
        games = jax.vmap(or_begin)(games, over, jax.random.split(restart, GAMES))
        return games, (boards, action, reward, over.astype(float), q.max(-1))

    games, (boards, actions, rewards, ends, values) = lax.scan(step, games, jnp.arange(LENGTH))
    last = q_values(learner[0], jax.vmap(observe)(games), True).max(-1)
    following = jnp.concatenate([values[1:], last[None]])

    def back(later, step):
        reward, end, value = step
        found = reward + GAMMA * (1 - end) * (0.65 * later + 0.35 * value)
        return found, found

    _, returns = lax.scan(back, last, (rewards, ends, following), reverse=True)
    s, a, y = (part.reshape(rows, *part.shape[2:]) for part in (boards, actions, returns))
    rate = falling(5e-4, 0, (k + 1) * rows, 2_000_000)

    def update(learner, part):
        parameters, averages, count = learner
        gradient, q = fit(parameters, squared, s[part], a[part], y[part], True)
        norm = jnp.sqrt(sum(jnp.sum(g * g) for g in jax.tree.leaves(gradient)))
        gradient = jax.tree.map(lambda g: g * jnp.minimum(1, 10 / (norm + 1e-6)), gradient)
        parameters, averages = radam(parameters, gradient, averages, count + 1, rate)
        return (parameters, averages, count + 1), q

    orders = jax.vmap(lambda key: jax.random.permutation(key, rows))(jax.random.split(learning, EPOCHS))
    learner, q = lax.scan(update, learner, orders.reshape(EPOCHS * MINIBATCHES, -1))
    return (learner, games, q[-1]), None


def time_loop(start, step, untimed, count, steps=1):
    """Steps per second of `count` turns of a loop after untimed ones, `steps` each, and the mean Q value of the last batch."""
    key = jax.random.key(0)

    @partial(jax.jit, static_argnums=2)
    def run(carry, first, count):
        return lax.scan(partial(step, key), carry, first + jnp.arange(count))[0]

    jax.block_until_ready(run(start(key), 0, count))  # Compiles what is timed below.
    carry = jax.block_until_ready(run(start(key), 0, untimed))
    begun = time.perf_counter()
    carry = jax.block_until_ready(run(carry, untimed, count))
    return count * steps / (time.perf_counter() - begun), float(carry[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--platform", choices=["cpu", "gpu"], help="JAX's own choice by default")
    parser.add_argument("--quick", action="store_true", help="a fraction of the work")
    arguments = parser.parse_args()
    if arguments.platform:
        jax.config.update("jax_platforms", {"cpu": "cpu", "gpu": "cuda"}[arguments.platform])
    quick = arguments.quick
    results = {
        "minatar-dqn": time_loop(dqn_start, dqn_step, *((5000, 60) if quick else (6000, 6000))),
        "minatar-pqn": time_loop(pqn_start, pqn_rollout, *((1, 1) if quick else (2, 12)), GAMES * LENGTH),
    }
    printed = {"framework": f"JAX {jax.__version__}", "device": jax.devices()[0].device_kind}
    printed["loopStepsPerSecond"] = {case: rate for case, (rate, _) in results.items()}
    printed["meanQ"] = {case: q for case, (_, q) in results.items()}
    print(json.dumps(printed))


if __name__ == "__main__":
    main()
