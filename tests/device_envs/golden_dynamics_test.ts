import { assert, assertEquals, assertGreater } from "@std/assert";
import { type GoldenEnvironments, readGolden } from "../golden.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { chosen, floatsOf, floatState, follow } from "./probe.ts";

const golden = readGolden<GoldenEnvironments>("environments");

/** How far float32 may be from Gymnasium's float64. */
interface Case {
  readonly words: number;
  /** Entries of the state that are angles, compared by whole turns. */
  readonly angles: readonly number[];
  /** Of a transition: absolute plus relative. */
  readonly transition: number;
  /** Of a state after `steps` steps by float32 alone: absolute. */
  loop(steps: number): number;
  /** What is seen in a state. */
  observe(state: readonly number[]): number[];
}

const cases: Record<string, Case> = {
  "CartPole-v1": {
    words: 4,
    angles: [],
    transition: 2e-6,
    loop: (steps) => 1e-6 * 1.08 ** steps, // The upright pole makes errors grow by up to 8% a step.
    observe: (state) => [...state],
  },
  "MountainCar-v0": {
    words: 2,
    angles: [],
    transition: 2e-6,
    loop: () => 2e-5,
    observe: (state) => [...state],
  },
  "Acrobot-v1": {
    words: 4,
    angles: [0, 1],
    transition: 1e-4,
    loop: () => 1e-3,
    observe: ([theta1, theta2, ...speeds]) =>
      [theta1!, theta2!].flatMap((angle) => [Math.cos(angle), Math.sin(angle)]).concat(speeds),
  },
};

/** How two lists of numbers are compared. */
interface Comparison {
  readonly what: string;
  /** Entries that are compared by whole turns. */
  readonly angles?: readonly number[];
  /** What an entry with this value may be off by. */
  tolerance(value: number): number;
}

function assertNear(
  found: readonly number[],
  wanted: readonly number[],
  { what, angles = [], tolerance }: Comparison,
): void {
  assertEquals(found.length, wanted.length, what);
  wanted.forEach((value, i) => {
    const plain = found[i]! - value;
    const turns = angles.includes(i) ? Math.round(plain / (2 * Math.PI)) : 0;
    const off = Math.abs(plain - 2 * Math.PI * turns);
    assert(off <= tolerance(value), `${what}, entry ${i}: ${found[i]} is off ${value} by ${off}`);
  });
}

for (const [id, { words, angles, transition, loop, observe }] of Object.entries(cases)) {
  const environment = chosen(id, words);

  Deno.test(`${id} steps on the device as Gymnasium does`, () =>
    withGpu(async (gpu) => {
      const transitions = golden.transitions[id] ?? [];
      assertGreater(transitions.length, 0);
      const found = await follow(gpu, environment, {
        states: transitions.map(({ state }) => floatState(state)),
        actions: transitions.map(({ action }) => [action]),
      });
      const tolerance = (value: number) => transition * (1 + Math.abs(value));
      transitions.forEach(({ nextState, observation }, i) => {
        const what = `transition ${i}`;
        assertNear(floatsOf(found.states[i]!), nextState, { tolerance, what, angles });
        assertNear([...found.observations[i]!], observation, { tolerance, what: `${what}, seen` });
      });
      assertEquals(found.rewards, transitions.map(({ reward }) => reward));
      assertEquals(found.terminated, transitions.map(({ terminated }) => terminated));
    }));

  Deno.test(`${id} stays with Gymnasium's float64 state over whole episodes on the device`, () =>
    withGpu(async (gpu) => {
      const loops = golden.openLoop[id] ?? [];
      assertGreater(loops.length, 0);
      for (const [k, { initialState, actions, states, rewards, terminated }] of loops.entries()) {
        const found = await follow(gpu, environment, {
          states: [floatState(initialState)],
          actions: [actions],
        });
        states.forEach((state, i) => {
          const what = `loop ${k}, step ${i}`;
          const tolerance = () => loop(i + 1);
          assertNear(floatsOf(found.states[i]!), state, { tolerance, what, angles });
          assertNear([...found.observations[i]!], observe(state), { tolerance, what: `${what}, seen` });
        });
        assertEquals(found.rewards, rewards);
        assertEquals(found.terminated, actions.map((_, i) => terminated && i === actions.length - 1));
      }
    }));
}
