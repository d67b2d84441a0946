"""Environments of which the package Gymnasium has none like them; the tests' ids have this module before them."""
import os
import signal
import sys
import time

import gymnasium
import numpy
from gymnasium.envs.classic_control.cartpole import CartPoleEnv
from gymnasium.spaces import Box, Dict, Discrete


class RoundedCartPole(CartPoleEnv):
    """Gymnasium's CartPole, which goes on from what it showed, in float32: so whoever sees that knows the state."""

    def reset(self, **options):
        observation, info = super().reset(**options)
        self.state = observation.astype(numpy.float64)
        return observation, info

    def step(self, action):
        observation, *result = super().step(action)
        self.state = observation.astype(numpy.float64)
        return observation, *result


class Counter(gymnasium.Env):
    """Shows its steps, and at step `at`, where 0 is the reset, does something that it should not."""

    observation_space = Box(0, 100, (1,), numpy.float64)
    action_space = Discrete(3, start=-1)

    def __init__(self, fault=None, at=3):
        self.fault = fault
        self.at = at
        if fault == "dict":
            self.observation_space = Dict({"a": Discrete(2)})
        if fault == "continuous":
            self.action_space = Box(-1, 1, (2,))

    def observe(self):
        return numpy.array([self.steps], numpy.float64)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.steps = 0
        return self.fail(), {}

    def step(self, action):
        self.steps += 1
        print("step", self.steps)
        over = self.fault == "succeed" and self.steps == self.at
        return self.fail(), float(action), over, False, {"is_success": True} if over else {}

    def fail(self):
        fault = self.fault if self.steps == self.at else None
        if fault == "hang":
            time.sleep(1000)
        if self.fault == "nap":
            time.sleep(0.01)
        if fault == "raise":
            raise ArithmeticError("no such step")
        if fault == "kill":
            sys.stdout.flush()
            os.kill(os.getpid(), signal.SIGKILL)
        if fault == "nan":
            return numpy.array([numpy.nan])
        if fault == "shape":
            return numpy.zeros(2)
        return self.observe()


class Picture(Counter):
    """Bytes up to 255 in their order, less one a step."""

    def __init__(self, shape):
        super().__init__()
        self.observation_space = Box(0, 255, shape, numpy.uint8)

    def observe(self):
        shape = self.observation_space.shape
        return numpy.arange(256 - numpy.prod(shape), 256, dtype=numpy.uint8).reshape(shape) - self.steps


class State(Counter):
    """An integer that begins at 5."""

    observation_space = Discrete(4, start=5)

    def observe(self):
        return numpy.int64(5 + self.steps)


class Drawn(Counter):
    """Draws itself, brighter with each step."""

    metadata = {"render_modes": ["human", "rgb_array"]}

    def render(self):
        if self.render_mode != "rgb_array":
            raise ValueError(f"render_mode is {self.render_mode}")
        if self.steps == 2:
            raise gymnasium.error.DependencyNotInstalled("brush is not installed, run `pip install brush`")
        return numpy.full((2, 3, 3), 17 + self.steps, numpy.float64 if self.steps == 3 else numpy.uint8)


for name in (RoundedCartPole, Counter, Picture, State, Drawn):
    gymnasium.register(f"{name.__name__}-v0", name, max_episode_steps=200 if name is RoundedCartPole else 5)
