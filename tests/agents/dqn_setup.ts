/** A small DQN agent for tests, and a made-up environment for it. @module */
import type { Transitions } from "../../src/agents/agent.ts";
import type { DqnAgent } from "../../src/agents/dqn.ts";
import { Random } from "../../src/core/random.ts";
import type { Layer } from "../learner/reference.ts";
import { unpackBlocks } from "../../src/learner/network.ts";
import { uniform } from "../ops/random_values.ts";

/** Step number `step` of every environment of `agent`: random, with some ends. */
export function transitionsOf(
  agent: DqnAgent,
  step: number,
  changes: Partial<Transitions> = {},
): Transitions {
  const { online, options: { model: { actions }, masked } } = agent.learner;
  const [count, width] = [agent.environments, online.layout.widths[0]!];
  const random = new Random(1000 + step);
  const flags = () => Uint8Array.from({ length: count }, () => Number(random.below(4) === 0));
  return {
    observations: uniform(count * width, random),
    actions: Uint32Array.from({ length: count }, () => random.below(actions)),
    rewards: uniform(count, random),
    nextObservations: uniform(count * width, random),
    terminated: flags(),
    truncated: flags(),
    ...(masked ? { nextMasks: new Uint8Array(count * actions).fill(1) } : {}),
    ...changes,
  };
}

/** Observes steps `from` to `until` and updates `updates` times after each. */
export function play(agent: DqnAgent, [from, until]: readonly [number, number], updates = 1): void {
  for (let step = from; step < until; step++) {
    agent.observe(transitionsOf(agent, step));
    agent.update(updates);
  }
}

/** The online or the target network. */
export async function layersOf(
  { learner }: DqnAgent,
  which: "online" | "target" = "online",
): Promise<Layer[]> {
  const { layout, parameters } = learner[which];
  return unpackBlocks(layout, await parameters.read());
}
