"""Writes moments.json: what VecNormalize of Stable-Baselines3 keeps and gives over steps that are written down, from a fixed seed.

    pip install stable-baselines3 && python tests/golden/moments.py > tests/golden/moments.json

All numbers of the environments are ones that float32 has. Entry 1 of the observations is large and far from 0, entry 2 is always
the same. After each step stand the moments of the observations that were acted on so far, which VecNormalize has by the time that
it gives them, and of the running returns.
"""

import json
from copy import deepcopy

import numpy as np
from gymnasium import spaces
from stable_baselines3.common.vec_env import VecNormalize
from stable_baselines3.common.vec_env.base_vec_env import VecEnv

SEED, ENVIRONMENTS, STEPS = 5, 3, 40
OPTIONS = {"gamma": 0.875, "epsilon": 2.0**-10, "observationClip": 2.0, "rewardClip": 1.25}


class Script(VecEnv):
    """Gives what was drawn before."""

    def __init__(self):
        random = np.random.default_rng(SEED)
        super().__init__(ENVIRONMENTS, spaces.Box(-np.inf, np.inf, (4,), np.float32), spaces.Discrete(2))
        drawn = random.integers(-64, 65, (STEPS + 1, ENVIRONMENTS, 4)) / 64
        self.shown = (drawn * [1, 500, 0, 2] + [0.5, 3000, 7, 0]).astype(np.float32)
        self.rewards = (4 * random.integers(-64, 129, (STEPS, ENVIRONMENTS)) / 64).astype(np.float32)
        self.ends = random.random((STEPS, ENVIRONMENTS)) < 0.15
        self.at = 0

    def reset(self):
        return self.shown[0]

    def step_async(self, actions):
        pass

    def step_wait(self):
        at, self.at = self.at, self.at + 1
        infos = [{"terminal_observation": self.shown[at][i]} if end else {} for i, end in enumerate(self.ends[at])]
        return self.shown[self.at], self.rewards[at], self.ends[at], infos

    def close(self):
        pass

    def get_attr(self, attr_name, indices=None):
        return [None] * ENVIRONMENTS

    def set_attr(self, attr_name, value, indices=None):
        pass

    def env_method(self, method_name, *args, indices=None, **kwargs):
        pass

    def env_is_wrapped(self, wrapper_class, indices=None):
        return [False] * ENVIRONMENTS


def main():
    script = Script()
    env = VecNormalize(
        script,
        gamma=OPTIONS["gamma"],
        epsilon=OPTIONS["epsilon"],
        clip_obs=OPTIONS["observationClip"],
        clip_reward=OPTIONS["rewardClip"],
    )
    env.reset()
    steps = []
    for at in range(STEPS):
        seen = deepcopy(env.obs_rms)
        env.step(np.zeros(ENVIRONMENTS))
        steps.append(
            {
                "observations": script.shown[at].tolist(),
                "rewards": script.rewards[at].tolist(),
                "ends": script.ends[at].astype(int).tolist(),
                "mean": seen.mean.tolist(),
                "variance": seen.var.tolist(),
                "returnVariance": float(env.ret_rms.var),
                "returnMean": float(env.ret_rms.mean),
            }
        )
    env.obs_rms = seen
    normalized = {
        "observations": [env.normalize_obs(step).tolist() for step in script.shown[:STEPS]],
        "rewards": [env.normalize_reward(step).tolist() for step in script.rewards],
    }
    print(json.dumps({"options": OPTIONS, "steps": steps, "normalized": normalized}))


main()
