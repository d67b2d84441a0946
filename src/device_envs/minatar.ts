/** MinAtar's games on the device. @module */
import asterix from "../../shaders/env_asterix.wgsl" with { type: "text" };
import breakout from "../../shaders/env_breakout.wgsl" with { type: "text" };
import freeway from "../../shaders/env_freeway.wgsl" with { type: "text" };
import seaquest from "../../shaders/env_seaquest.wgsl" with { type: "text" };
import swimmers from "../../shaders/env_seaquest_swimmers.wgsl" with { type: "text" };
import spaceInvaders from "../../shaders/env_space_invaders.wgsl" with { type: "text" };
import common from "../../shaders/minatar.wgsl" with { type: "text" };
import { sizeOf } from "../core/spaces.ts";
import { moveNames } from "../envs/minatar/game.ts";
import { MinAtar, type MinAtarOptions } from "../envs/minatar/minatar.ts";
import type { ShaderFile } from "../gpu/kernel.ts";
import type { DeviceEnvironmentOptions, DeviceEnvironmentSpec } from "./device_environment.ts";

/** The file of each game, and what it calls beside the one of all. */
const files: readonly (ShaderFile & { readonly game: string; readonly modules?: readonly ShaderFile[] })[] = [
  { game: "Asterix", name: "env_asterix.wgsl", text: asterix },
  { game: "Breakout", name: "env_breakout.wgsl", text: breakout },
  { game: "Freeway", name: "env_freeway.wgsl", text: freeway },
  {
    game: "Seaquest",
    name: "env_seaquest.wgsl",
    text: seaquest,
    modules: [{ name: "env_seaquest_swimmers.wgsl", text: swimmers }],
  },
  { game: "SpaceInvaders", name: "env_space_invaders.wgsl", text: spaceInvaders },
];

/** A spec for each game that there is on the device. */
export const minatarSpecs: readonly DeviceEnvironmentSpec[] = files.map(({ game, modules = [], ...file }) => {
  const { shape } = new MinAtar(game).observationSpace;
  // Made on the host, which refuses what it refuses.
  const made = (options: DeviceEnvironmentOptions) => new MinAtar(game, options as MinAtarOptions);
  return {
    id: `MinAtar/${game}`,
    file,
    modules: [{ name: "minatar.wgsl", text: common }, ...modules],
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
