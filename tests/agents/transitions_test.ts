import { assertThrows } from "@std/assert";
import type { Transitions } from "../../src/agents/agent.ts";
import { checkTransitions } from "../../src/agents/transitions.ts";

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
