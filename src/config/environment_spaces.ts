/** The spaces of a config's environments, and whether its agent fits them. @module */
import { beforeTraining, UsageError } from "../core/errors.ts";
import { describe, type Discrete, type Space } from "../core/spaces.ts";
import { deviceActionSpace, deviceObservationSpace } from "../device_envs/device_environment.ts";
import { deviceEnvironmentSpec } from "../device_envs/device_registry.ts";
import { masksActions, showsBits } from "../device_envs/environment_modules.ts";
import { assertEnvironment } from "../envs/check.ts";
import type { Environment, Observation } from "../envs/environment.ts";
import { isDeviceOnly, makeEnvironment } from "./environments.ts";
import type { RunConfig } from "./run_config.ts";

/** What an agent must know of its environment. */
export interface EnvironmentSpaces {
  /** What it sees. */
  readonly observationSpace: Space;
  /** What it chooses from. */
  readonly actionSpace: Discrete;
  /** Whether some of the actions may be illegal. */
  readonly masked: boolean;
  /** Whether all that it sees are zeros and ones, and can be had as bits. */
  readonly binary: boolean;
}

/**
 * Makes the environments of training and evaluation, and looks at them. Of an environment that lives on the device alone,
 * its registration tells.
 *
 * @throws {UsageError} When one cannot be made, fails or is malformed, when they differ in what the agent sees or does, or when
 * the agent cannot take what they show.
 */
export function environmentSpaces(config: RunConfig): EnvironmentSpaces {
  if (isDeviceOnly(config)) {
    const spec = deviceEnvironmentSpec(config.environment.id)!;
    return {
      observationSpace: deviceObservationSpace(spec),
      actionSpace: deviceActionSpace(spec, config.environment.options),
      masked: masksActions(spec),
      binary: showsBits(spec),
    };
  }
  return beforeTraining(() => spacesOnHost(config));
}

function spacesOnHost(config: RunConfig): EnvironmentSpaces {
  const environment = makeEnvironment(config, "training");
  const evaluation = makeEnvironment(config, "evaluation");
  try {
    for (const env of [environment, evaluation]) {
      assertEnvironment(env, { steps: 1 }); // What is malformed shows at the first step.
    }
    const spaces = spacesIn(environment, config.seed);
    assertAlike(spaces, spacesIn(evaluation, config.seed), config);
    assertFits(spaces, config);
    const onDevice = deviceEnvironmentSpec(config.environment.id);
    return { ...spaces, binary: spaces.binary && (!onDevice || showsBits(onDevice)) };
  } finally {
    for (const env of [environment, evaluation]) env.close?.();
  }
}

function spacesIn(env: Environment<Observation>, seed: number): EnvironmentSpaces {
  const { observationSpace, actionSpace } = env;
  return {
    observationSpace,
    actionSpace,
    masked: env.reset({ seed }).info.actionMask !== undefined,
    binary: observationSpace.kind === "box" && observationSpace.binary === true,
  };
}

function assertAlike(
  training: EnvironmentSpaces,
  evaluation: EnvironmentSpaces,
  { environment: { id } }: RunConfig,
): void {
  const pairs = [
    ["observations are", training.observationSpace, evaluation.observationSpace],
    ["actions are", training.actionSpace, evaluation.actionSpace],
  ] as const;
  for (const [what, wanted, found] of pairs) {
    if (extents(wanted) === extents(found)) continue; // Bounds may differ: of noise, say.
    throw new UsageError(
      `Cannot evaluate on ${id} as evaluation.environment says: ${what} ${describe(found)}, wanted ${
        describe(wanted)
      } ` +
        "as in training",
    );
  }
  if (training.masked === evaluation.masked) return;
  const [found, wanted] = training.masked ? ["does not mask", "masked"] : ["masks", "none masked"];
  throw new UsageError(
    `Cannot evaluate on ${id} as evaluation.environment says: it ${found} actions, wanted ${wanted} as in training`,
  );
}

function extents(space: Space): string {
  return space.kind === "discrete" ? `${space.n}` : `[${space.shape}]`;
}

const ofNetworks = {
  kind: "box",
  wanted: "a Box",
  wrapper: '{ "kind": "one-hot" }',
  other: "tabular",
} as const;

/** What an agent takes, and what to add where its environment shows the other kind. */
const agentInputs = {
  dqn: { name: "a DQN agent", ...ofNetworks },
  pqn: { name: "a PQN agent", ...ofNetworks },
  tabular: {
    name: "a tabular agent",
    kind: "discrete",
    wanted: "a Discrete",
    wrapper: '{ "kind": "discretize", "bins": [...] }',
    other: "dqn",
  },
} as const;

function assertFits(
  { observationSpace }: EnvironmentSpaces,
  { agent, environment: { id } }: RunConfig,
): void {
  if (agent.kind === "random") return;
  const { name, kind, wanted, wrapper, other } = agentInputs[agent.kind];
  if (observationSpace.kind === kind) return;
  throw new UsageError(
    `Cannot give ${id} to ${name}: its observations are ${
      describe(observationSpace)
    }, wanted ${wanted}. Add ` +
      `${wrapper} to environment.wrappers, or use an agent of kind "${other}"`,
  );
}
