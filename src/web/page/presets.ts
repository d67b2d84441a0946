/** The presets, as their files have them. @module */
import cartpole from "../../../configs/cartpole.json" with { type: "json" };
import cartpoleDiscretized from "../../../configs/cartpole-discretized.json" with { type: "json" };
import cleanrlCartpole from "../../../configs/cleanrl-cartpole.json" with { type: "json" };
import cliffWalking from "../../../configs/cliff-walking.json" with { type: "json" };
import easyCartpole from "../../../configs/easy-cartpole.json" with { type: "json" };
import frozenLake from "../../../configs/frozen-lake.json" with { type: "json" };
import gridworldPlayer from "../../../configs/gridworld-player.json" with { type: "json" };
import gridworldRandom from "../../../configs/gridworld-random.json" with { type: "json" };
import gridworldStatic from "../../../configs/gridworld-static.json" with { type: "json" };
import handsonCartpole from "../../../configs/handson-cartpole.json" with { type: "json" };
import lightningCartpole from "../../../configs/lightning-cartpole.json" with { type: "json" };
import mountainCarDiscretized from "../../../configs/mountain-car-discretized.json" with { type: "json" };
import pytorchCartpole from "../../../configs/pytorch-cartpole.json" with { type: "json" };
import roomsQlearning from "../../../configs/rooms-qlearning.json" with { type: "json" };
import taxi from "../../../configs/taxi.json" with { type: "json" };
import tdCartpole from "../../../configs/td-cartpole.json" with { type: "json" };
import minatarDqn from "../../../configs/minatar-dqn.json" with { type: "json" };
import minatarRainbow from "../../../configs/minatar-rainbow.json" with { type: "json" };
import minatarPqn from "../../../configs/minatar-pqn.json" with { type: "json" };
import pqnCartpole from "../../../configs/pqn-cartpole.json" with { type: "json" };
import qrdqnAcrobot from "../../../configs/qrdqn-acrobot.json" with { type: "json" };
import qrdqnMountaincar from "../../../configs/qrdqn-mountaincar.json" with { type: "json" };
import qrdqnCartpole from "../../../configs/qrdqn-cartpole.json" with { type: "json" };
import rainbowCartpole from "../../../configs/rainbow-cartpole.json" with { type: "json" };
import zooAcrobot from "../../../configs/zoo-acrobot.json" with { type: "json" };
import zooCartpole from "../../../configs/zoo-cartpole.json" with { type: "json" };
import zooMountaincar from "../../../configs/zoo-mountaincar.json" with { type: "json" };
import type { RunConfigInput } from "../../config/run_config.ts";

const files: Readonly<Record<string, unknown>> = {
  cartpole: cartpole,
  "gridworld-static": gridworldStatic,
  "gridworld-player": gridworldPlayer,
  "gridworld-random": gridworldRandom,
  "rooms-qlearning": roomsQlearning,
  "td-cartpole": tdCartpole,
  "lightning-cartpole": lightningCartpole,
  "pytorch-cartpole": pytorchCartpole,
  "easy-cartpole": easyCartpole,
  "handson-cartpole": handsonCartpole,
  "zoo-cartpole": zooCartpole,
  "qrdqn-cartpole": qrdqnCartpole,
  "qrdqn-mountaincar": qrdqnMountaincar,
  "qrdqn-acrobot": qrdqnAcrobot,
  "rainbow-cartpole": rainbowCartpole,
  "pqn-cartpole": pqnCartpole,
  "minatar-dqn": minatarDqn,
  "minatar-rainbow": minatarRainbow,
  "minatar-pqn": minatarPqn,
  "cleanrl-cartpole": cleanrlCartpole,
  "cartpole-discretized": cartpoleDiscretized,
  "mountain-car-discretized": mountainCarDiscretized,
  "zoo-mountaincar": zooMountaincar,
  "zoo-acrobot": zooAcrobot,
  "frozen-lake": frozenLake,
  "cliff-walking": cliffWalking,
  taxi: taxi,
};

/** Every preset by its name, in the order of the list, but those that need Python. */
export const presets = files as Readonly<Record<string, RunConfigInput>>;
