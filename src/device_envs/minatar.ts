/** MinAtar's games on the device. @module */
import breakout from "../../shaders/env_breakout.wgsl" with { type: "text" };
import common from "../../shaders/minatar.wgsl" with { type: "text" };
import { sizeOf } from "../core/spaces.ts";
import { moveNames } from "../envs/minatar/game.ts";
import { MinAtar, type MinAtarOptions } from "../envs/minatar/minatar.ts";
import type { DeviceEnvironmentOptions, DeviceEnvironmentSpec } from "./device_environment.ts";

/** The file of each game that has one. */
const files = [
  { game: "Breakout", name: "env_breakout.wgsl", text: breakout },
];

/** A spec for each game that there is on the device. */
export const minatarSpecs: readonly DeviceEnvironmentSpec[] = files.map(({ game, ...file }) => {
  const { shape } = new MinAtar(game).observationSpace;
  // Made on the host, which refuses what it refuses.
  const made = (options: DeviceEnvironmentOptions) => new MinAtar(game, options as MinAtarOptions);
  return {
    id: `MinAtar/${game}`,
    file,
    modules: [{ name: "minatar.wgsl", text: common }],
    observations: sizeOf(made({}).observationSpace),
    shape,
    actions: (options) => made(options).actionSpace.n,
    options: ["stickyActions", "ramping", "minimalActions"],
    overrides(options) {
      const { stickyActions = 0.1, ramping = true } = options as MinAtarOptions;
      const moves = made(options).actions.map((name) => moveNames.indexOf(name));
      return {
        STICKY: stickyActions,
        RAMPING: Number(ramping),
        MOVES: moves.reduce((all, move, action) => all + move * 16 ** action, 0),
      };
    },
  };
});
