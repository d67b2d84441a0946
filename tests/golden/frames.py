"""Writes frames.json: what Gymnasium's wrappers of pictures show, which resize by OpenCV.

    pip install gymnasium opencv-python-headless && python tests/golden/frames.py > tests/golden/frames.json
"""

import base64
import json
import sys

import cv2
import gymnasium
import numpy
from gymnasium.wrappers import FrameStackObservation, GrayscaleObservation, ResizeObservation


class Pictures(gymnasium.Env):
    """Picture after picture, by a formula that the test has too; grey ones show every grey."""

    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, rows, columns, grey=False):
        self.grey = grey
        self.observation_space = gymnasium.spaces.Box(0, 255, (rows, columns, 3), numpy.uint8)

    def observe(self):
        y, x, c = numpy.indices(self.observation_space.shape)
        number = y * self.observation_space.shape[1] + x
        value = number if self.grey else 31 * self.steps + 57 * y + 101 * x + 17 * c + 7 * x * y
        return (value % 256).astype(numpy.uint8)

    def reset(self, seed=None, options=None):
        self.steps = 0
        return self.observe(), {}

    def step(self, action):
        self.steps += 1
        return self.observe(), 0.0, False, False, {}


def case(rows, columns, steps=0, grey=False, **wrappers):
    """What is seen after so many steps, in PyTorch's order, channels first."""
    env = Pictures(rows, columns, grey)
    if "grayscale" in wrappers:
        env = GrayscaleObservation(env)
    if "shape" in wrappers:
        env = ResizeObservation(env, tuple(wrappers["shape"]))
    if "stack" in wrappers:
        env = FrameStackObservation(env, wrappers["stack"], padding_type=wrappers["padding"])
    seen = env.reset()[0]
    for _ in range(steps):
        seen = env.step(0)[0]
    if seen.ndim == 3 and "stack" not in wrappers:
        seen = seen.transpose(2, 0, 1)
    text = base64.b64encode(numpy.ascontiguousarray(seen).tobytes()).decode()
    return {"rows": rows, "columns": columns, "steps": steps, "grey": grey, **wrappers, "seen": text}


cases = [
    case(16, 16, grey=True, grayscale=True),
    case(20, 30, steps=2, grayscale=True),
    case(210, 160, steps=1, grayscale=True, shape=[84, 84]),
    case(21, 16, shape=[7, 5]),
    case(24, 20, grayscale=True, shape=[12, 10]),  # Squares of four.
    case(30, 24, shape=[10, 6]),
    case(21, 17, shape=[20, 17]),
    case(96, 96, grayscale=True, shape=[36, 40]),
    *(case(15, 20, steps=steps, grayscale=True, shape=[6, 8], stack=4, padding=padding)
      for padding in ("reset", "zero") for steps in (0, 1, 5)),
]
source = f"gymnasium {gymnasium.__version__}, OpenCV {cv2.__version__}"
json.dump({"source": source, "cases": cases}, sys.stdout, indent=1)
print()
