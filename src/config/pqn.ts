/** PQN as deep Q-learning from a replay memory that is one rollout. @module */
import type { DqnConfig, PqnConfig } from "./agent_config.ts";

/** Transitions of a rollout. */
export function rolloutRows({ rollout }: Pick<PqnConfig, "rollout">, environments: number): number {
  return rollout * environments;
}

/**
 * What a deep agent does in the words of DQN. For PQN: all updates of a rollout once it is there, from a replay memory of just that,
 * without a target network. That they learn lambda returns has no word there.
 *
 * @param environments Of the run.
 */
export function asDqn(agent: DqnConfig | PqnConfig, environments: number): DqnConfig {
  if (agent.kind === "dqn") return agent;
  const { lambda: _, rollout: __, minibatches, epochs, ...common } = agent;
  const rows = rolloutRows(agent, environments);
  return {
    ...common,
    kind: "dqn",
    steps: 1,
    double: false,
    loss: { kind: "mse" },
    target: { kind: "none" },
    replay: {
      capacity: rows,
      batch: Math.ceil(rows / minibatches),
      prefill: 0,
      warmup: rows,
      sampling: "without-replacement",
    },
    train: { every: rows, unit: "step", updates: epochs * minibatches },
  };
}
