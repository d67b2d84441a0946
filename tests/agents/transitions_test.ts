import { assertEquals, assertThrows } from "@std/assert";
import type { Transitions } from "../../src/agents/agent.ts";
import { checkTransitions, packTransitions } from "../../src/agents/transitions.ts";
import { transitionLayout } from "../../src/ops/replay.ts";
import { observationsOf } from "../learner/replay_rows.ts";

Deno.test("checkTransitions() wants an entry or a row of every array for each environment", () => {
  const [count, width, actions] = [2, 3, 4];
  const transitions: Transitions = {
    observations: new Float32Array(count * width),
    actions: new Uint32Array(count),
    rewards: new Float32Array(count),
    nextObservations: new Float32Array(count * width),
    terminated: new Uint8Array(count),
    truncated: new Uint8Array(count),
    nextMasks: new Uint8Array(count * actions),
  };
  checkTransitions(transitions, count, { width, actions });
  for (const [name, rows] of Object.entries(transitions)) {
    const short = { ...transitions, [name]: rows.subarray(1) };
    const message = `Cannot observe: ${name} hold ${rows.length - 1} numbers, wanted ${rows.length}`;
    assertThrows(() => checkTransitions(short, count, { width, actions }), RangeError, message);
  }
});

Deno.test("packTransitions() packs observations as numbers, or as bits with the rest beside them as it is", () => {
  const [count, width, actions] = [3, 70, 2];
  const ones = (step: number) =>
    Float32Array.from({ length: count * width }, (_, i) => Number(i % step === 0));
  const transitions: Transitions = {
    observations: ones(3),
    actions: Uint32Array.of(1, 0, 1),
    rewards: Float32Array.of(-1, 0.5, 0),
    nextObservations: ones(7),
    terminated: Uint8Array.of(0, 1, 0),
    truncated: Uint8Array.of(1, 0, 0),
    nextMasks: Uint8Array.of(1, 0, 0, 1, 1, 1),
  };
  for (const bits of [false, true]) {
    const layout = transitionLayout(width, actions, true, { bits });
    const rows = new Float32Array(count * layout.row);
    packTransitions(rows, transitions, layout);
    for (let i = 0; i < count; i++) {
      const row = rows.slice(i * layout.row, (i + 1) * layout.row);
      const own = (all: Float32Array) => all.slice(i * width, (i + 1) * width);
      assertEquals(observationsOf(row, layout), {
        observation: own(transitions.observations),
        next: own(transitions.nextObservations),
      });
      const { actions: taken, rewards, terminated, truncated, nextMasks } = transitions;
      const wanted = [
        taken[i]!,
        rewards[i]!,
        terminated[i]!,
        truncated[i]!,
        nextMasks![2 * i]!,
        nextMasks![2 * i + 1]!,
      ];
      assertEquals([...row.slice(layout.outcome, layout.outcome + 6)], wanted);
    }
  }
});
