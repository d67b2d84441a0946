"""MinAtar's Breakout in numpy, several games at once: Qernel's own src/envs/minatar/breakout.ts, line for line."""
import numpy as np

LAST = 9  # Row and column.
STICKY = 0.1  # Chance of a step that takes the action of the step before.


class Breakout:
    """Actions: wait, left, right. Observations: uint8 [games, 4, 10, 10], of paddle, ball, trail and bricks."""

    def __init__(self, count, sticky=STICKY, seed=0):
        self.generator, self.sticky, self.games = np.random.default_rng(seed), sticky, np.arange(count)
        self.paddle, self.x, self.y, self.last_x, self.last_y, self.last_move = np.zeros((6, count), int)
        self.right, self.down, self.struck = np.zeros((3, count), bool)
        self.bricks = np.zeros((count, 3, 10), bool)  # From row 1 on.
        self.begin(np.ones(count, bool))

    def begin(self, which):
        """Begins games anew."""
        right = self.generator.random(len(which)) < 0.5
        side = np.where(right, 0, LAST)
        for name, value in dict(paddle=4, x=side, y=3, last_x=side, last_y=3, last_move=0, right=right, down=True, struck=False).items():
            setattr(self, name, np.where(which, value, getattr(self, name)))
        self.bricks[which] = True

    def step(self, actions):
        """Rewards, and which games are over. Those are as they ended: see begin."""
        sticks = self.generator.random(len(actions)) < self.sticky
        self.last_move = move = np.where(sticks, self.last_move, actions)
        self.paddle = np.clip(self.paddle + (move == 2) - (move == 1), 0, LAST)
        x, y = self.x + np.where(self.right, 1, -1), self.y + np.where(self.down, 1, -1)
        wall = (x < 0) | (x > LAST)
        x = np.where(wall, self.x, x)
        self.right = self.right ^ wall
        top = y < 0
        row = np.clip(y - 1, 0, 2)
        brick = (y >= 1) & (y <= 3) & self.bricks[self.games, row, x]
        hit = brick & ~self.struck
        self.bricks[self.games[hit], row[hit], x[hit]] = False
        bottom = y == LAST
        self.bricks[bottom & ~self.bricks.any((1, 2))] = True
        above = self.x == self.paddle
        caught = bottom & (above | (x == self.paddle))
        self.down = np.where(top, True, self.down ^ hit) & ~caught
        self.right = self.right ^ (caught & ~above)
        y = np.where(top, 0, np.where(hit | caught, self.y, y))
        self.struck, self.last_x, self.last_y, self.x, self.y = brick, self.x, self.y, x, y
        return hit.astype(np.float32), bottom & ~caught

    def observe(self):
        seen = np.zeros((len(self.games), 4, 10, 10), np.uint8)
        seen[self.games, 0, LAST, self.paddle] = 1
        seen[self.games, 1, self.y, self.x] = 1
        seen[self.games, 2, self.last_y, self.last_x] = 1
        seen[:, 3, 1:4] = self.bricks
        return seen
