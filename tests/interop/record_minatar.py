"""Plays the package MinAtar as a black box and prints what it did, in the form that golden/minatar.ts tells of.

    pip install --no-deps minatar==1.0.15 && pip install numpy && python tests/interop/record_minatar.py SEED STEPS EPISODES BEGUN

Of each game STEPS transitions by random play, without sticky actions: in a third of them, and for what follows from there, the
game is put into a state that play seldom comes to. Then EPISODES whole ones with sticky actions, as `episodes`: return and length;
five more with all that they drew, as `games`; and the states of BEGUN ones, as `begun`, once something has appeared in them.
"""

import copy
import json
import logging
import random
import sys

import numpy as np

logging.disable(logging.WARNING)  # That nothing can be drawn.
from minatar import Environment

# Steps of waiting in which the first enemy, and the first diver, has appeared, and no second one.
WAITS = {"breakout": 0, "freeway": 0, "asterix": 12, "seaquest": 32}
NAMES = ["asterix", "breakout", "freeway", "seaquest", "space_invaders"]
SEED, STEPS, EPISODES, BEGUN = (int(argument) for argument in sys.argv[1:])


class Draws:
    """A random generator that remembers what it gave."""

    def __init__(self, seed):
        self.generator, self.log = np.random.RandomState(seed), []

    def rand(self, *size):
        return self.remember("rand", self.generator.rand(*size))

    def randint(self, *bounds, **named):
        return self.remember(f"randint[{list(bounds)}, {json.dumps(named)}]", self.generator.randint(*bounds, **named))

    def remember(self, kind, value):
        self.log.append([kind, plain(value)])
        return value


def plain(value):
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def state_of(game):
    hidden = ("random", "channels", "action_map")
    return {name: copy.deepcopy(plain(value)) for name, value in vars(game).items() if name not in hidden}


def put(game, state):
    for name, value in state.items():
        was = getattr(game, name)
        setattr(game, name, np.array(value, was.dtype) if isinstance(was, np.ndarray) else value)


def planes(seen):
    return ["".join(str(int(cell)) for cell in seen[:, :, plane].reshape(-1)) for plane in range(seen.shape[2])]


def strange(name, r):
    """A state that the game can be in, near to where something happens."""
    cell = lambda: r.randrange(10)
    soon = lambda most: r.choice([0, 0, r.randrange(most + 1)])
    flip = lambda: r.random() < 0.5

    def scatter(count, rows):
        spots = {(r.choice(rows), cell()) for _ in range(count)}
        return [[float((y, x) in spots) for x in range(10)] for y in range(10)]

    if name == "breakout":
        x, y = cell(), r.randrange(9)
        return dict(ball_x=x, ball_y=y, last_x=max(0, x - 1), last_y=max(0, y - 1), ball_dir=r.randrange(4), pos=cell(),
                    strike=flip(), brick_map=scatter(r.choice([0, 0, 2, 20, 40]), range(1, 4)))
    if name == "freeway":
        speeds = [r.choice([-1, 1]) * r.randrange(1, 6) for _ in range(8)]
        cars = [[r.choice([0, 3, 4, 5, 9]), lane + 1, soon(abs(speed)), speed] for lane, speed in enumerate(speeds)]
        return dict(cars=cars, pos=r.randrange(1, 10), move_timer=soon(3), terminate_timer=r.choice([0, 1, 100]))
    if name == "asterix":
        pace, arrival, empty = r.randrange(1, 6), r.randrange(1, 11), r.choice([0, 0.1, 0.5])
        rows = [None if r.random() < empty else [cell(), row, flip(), r.random() < 0.3] for row in range(1, 9)]
        return dict(entities=rows, player_x=cell(), player_y=r.randrange(1, 9), move_speed=pace, move_timer=soon(pace),
                    spawn_speed=arrival, spawn_timer=soon(arrival), ramp_index=r.randrange(10), ramp_timer=r.choice([-1, 0, 50]))
    if name == "space_invaders":
        pace, low = r.randrange(6, 13), flip()
        state = dict(pos=cell(), alien_map=scatter(r.choice([1, 1, 2, 3, 8, 20]), range(8, 10) if low else range(9)),
                     f_bullet_map=scatter(r.randrange(4), range(10)), e_bullet_map=scatter(r.randrange(3), range(10)),
                     alien_dir=r.choice([-1, 1]), enemy_move_interval=pace, alien_move_timer=soon(pace - 1),
                     alien_shot_timer=soon(9), ramp_index=12 - pace, shot_timer=soon(4))
        if r.random() < 0.3:  # Every alien in front of a shot.
            state.update(f_bullet_map=state["alien_map"][-1:] + state["alien_map"][:-1], alien_move_timer=1)
        return state
    x, y, arrival = cell(), r.choice([0, 0, 1, 1, 2, 5, 8]), r.randrange(1, 21)
    pace = r.randrange(2, 6) if arrival > 10 else 2  # As play has it: both become less together, and `ramp_index` counts that.
    near = lambda: min(9, max(0, x + r.randrange(-2, 3))) if flip() else cell()
    swimmer = lambda *rest: [near(), y if y > 0 and flip() else r.randrange(1, 9), flip(), *rest]
    several = lambda make, most: [make() for _ in range(r.randrange(most + 1))]
    # The player's shots do not meet, as two in one place would leave the package's list in another order, which nothing shows.
    apart = lambda shots: list({tuple(shot[:2]): shot for shot in shots if shot[1] != y or abs(shot[0] - x) > 1}.values())
    state = dict(sub_x=x, sub_y=y, sub_or=x == 9 or x > 0 and flip(), surface=flip(), shot_timer=soon(4),
                 oxygen=r.choice([0, 1, 19, 20, 21, 120, 199, 200]), diver_count=r.choice([-2, -1, 0, 0, 1, 5, 6, 6]),
                 f_bullets=apart(several(swimmer, 2)), e_bullets=several(swimmer, 3), e_fish=several(lambda: swimmer(soon(pace)), 5),
                 e_subs=several(lambda: swimmer(soon(pace), soon(10)), 5), divers=several(lambda: swimmer(soon(5)), 2),
                 move_speed=pace, e_spawn_speed=arrival, e_spawn_timer=soon(arrival), d_spawn_timer=soon(10),
                 ramp_index=max(0, 20 - arrival - r.randrange(2)))
    if r.random() < 0.2:  # An enemy and a shot that come to each other.
        state.update(f_bullets=[[3, 4, True]], e_subs=[[5, 4, False, 0, soon(10)]])
    return state


def record(name):
    r = random.Random(f"{name} {SEED}")
    environment = Environment(name, sticky_action_prob=0.0, difficulty_ramping=True)
    game = environment.env
    draws = game.random = Draws(SEED)
    environment.reset()
    transitions = []
    for _ in range(STEPS):
        if r.random() < 1 / 3:
            put(game, strange(name, r))
            if hasattr(game, "ramping"):
                game.ramping = r.random() < 0.5
        state, seen, action = state_of(game), planes(environment.state()), r.randrange(6)
        draws.log = []
        reward, terminated = environment.act(action)
        after = state_of(game)
        if terminated:
            environment.reset()
        transitions.append(dict(state=state, action=action, draws=draws.log, nextState=after, reward=plain(reward),
                                terminated=plain(terminated), observation=seen))
    return dict(channels=game.channels, actions=game.action_map, minimalActions=environment.minimal_action_set(),
                transitions=transitions, episodes=[play(name, r) for _ in range(EPISODES)],
                games=[whole(name, r) for _ in range(5)], begun=begin(name) if name in WAITS else [])


def play(name, r):
    environment = Environment(name, sticky_action_prob=0.1, difficulty_ramping=True)
    environment.random = environment.env.random = np.random.RandomState(r.randrange(2**31))
    environment.reset()
    total, length, terminated = 0, 0, False
    while not terminated:
        reward, terminated = environment.act(r.randrange(6))
        total, length = total + plain(reward), length + 1
    return [total, length]


def whole(name, r):
    """An episode: what its start drew, and of each step what is seen before it, the action, the draws, the reward and the end."""
    environment = Environment(name, sticky_action_prob=0.1, difficulty_ramping=True)
    draws = environment.random = environment.env.random = Draws(r.randrange(2**31))
    environment.reset()
    start, steps, terminated = draws.log, [], False
    while not terminated:
        draws.log, seen, action = [], planes(environment.state()), r.randrange(6)
        reward, terminated = environment.act(action)
        steps.append(dict(observation=seen, action=action, draws=draws.log, reward=plain(reward), terminated=plain(terminated)))
    return dict(start=start, steps=steps)


def begin(name):
    environment = Environment(name, sticky_action_prob=0.0, difficulty_ramping=True)
    environment.random = environment.env.random = np.random.RandomState(SEED)
    states = []
    for _ in range(BEGUN):
        environment.reset()
        for _ in range(WAITS[name]):
            environment.act(0)
        states.append(state_of(environment.env))
    return states


print(json.dumps({name: record(name) for name in NAMES}))
