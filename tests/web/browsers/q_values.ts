/** Q values that a page shows, beside those that the agent's parameters stand for. @module */
import { assertEquals, assertGreater } from "@std/assert";
import type { AgentState } from "../../../src/agents/agent.ts";
import { denseForward } from "../../ops/oracle.ts";
import { assertWithin, type Estimate, exact } from "../../ops/tolerance.ts";

/** Keeps what trainers tell the page, as `news`. To be run before the page's own scripts. */
export const keepNews = `{
  const Plain = Worker;
  globalThis.news = [];
  globalThis.Worker = class extends Plain {
    constructor(...given) {
      super(...given);
      news = [];
      this.addEventListener("message", ({ data }) => news.push(data));
    }
  };
}`;

/** What was seen at a moment, and the Q values there. */
export interface Seen {
  readonly observation: readonly number[];
  readonly q: readonly number[];
}

/** Reads what the latest run has shown, as {@linkcode Seen}. To be evaluated in the page. */
export const readSeen = `news.filter(({ kind }) => kind === "frames")
  .flatMap(({ frames }) => frames).filter(({ q }) => q)
  .map(({ observation, q }) => ({ observation: [...observation], q: [...q] }))`;

/** Fails unless the values are those of a checkpoint's network, to float32. */
export function assertQValues(seen: readonly Seen[], state: AgentState): void {
  assertGreater(seen.length, 0);
  for (const { observation, q } of seen) assertWithin(q, networkQ(state, observation), `at ${observation}`);
}

function networkQ(state: AgentState, observation: readonly number[]): Estimate {
  let x = exact(observation);
  for (let i = 0;; i++) {
    const [weight, bias] = ["weight", "bias"].map((name) => state[`online.layers.${i}.${name}`]);
    if (!weight || !bias) return x;
    const [outputs, inputs] = weight.shape as [number, number];
    assertEquals(x.value.length, inputs);
    const layer = { weight: exact(weight.data), bias: exact(bias.data) };
    const relu = `online.layers.${i + 1}.weight` in state;
    x = denseForward(layer, x, { inputs, outputs, batch: 1, relu });
  }
}
