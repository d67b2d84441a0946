/** The agent of a config that has a learner. @module */
import { assert } from "@std/assert";
import type { RunConfig } from "../../src/config/run_config.ts";
import type { DqnConfig } from "../../src/config/agent_config.ts";

/** The agent of a config, which is a DQN agent. */
export function dqnOf({ agent }: RunConfig): DqnConfig {
  assert(agent.kind === "dqn", `the agent is of kind ${agent.kind}`);
  return agent;
}
