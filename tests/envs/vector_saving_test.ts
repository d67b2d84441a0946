import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { DivergenceError, UsageError } from "../../src/core/errors.ts";
import { deriveSeed, Random, Stream } from "../../src/core/random.ts";
import { discrete, sample } from "../../src/core/spaces.ts";
import type { State } from "../../src/core/state.ts";
import { CartPole } from "../../src/envs/cartpole.ts";
import type { StepResult } from "../../src/envs/environment.ts";
import { makeEnv } from "../../src/envs/environment_registry.ts";
import { VectorEnvironment } from "../../src/envs/vector.ts";
import type { VectorReset } from "../../src/envs/vector_step.ts";
import { mutants, saveable, textOf } from "./saving.ts";
import { Counter, Ring } from "./toys.ts";

/** Random legal actions where `seen` is acted on. */
function actionsAt(vector: VectorEnvironment, seen: VectorReset, random: Random): Uint32Array {
  const { n } = vector.actionSpace;
  return Uint32Array.from({ length: vector.count }, (_, i) => (
    sample(discrete(n), random, seen.actionMasks?.subarray(i * n, (i + 1) * n))
  ));
}

/** So many random steps; the last that was seen. */
function play(vector: VectorEnvironment, seen: VectorReset, random: Random, steps: number): VectorReset {
  for (let step = 0; step < steps; step++) seen = vector.step(actionsAt(vector, seen, random));
  return seen;
}

/** A copy of what is acted on. */
function shown({ observations, actionMasks }: VectorReset): VectorReset {
  return structuredClone(actionMasks === undefined ? { observations } : { observations, actionMasks });
}

Deno.test("VectorEnvironment.load goes on as the one that was saved, masks and returns of episodes too", () => {
  for (const [name, make] of Object.entries(saveable)) {
    const [vector, other] = [new VectorEnvironment(3, make), new VectorEnvironment(3, make)];
    let seen = play(vector, vector.reset(4), new Random(1), 70);
    const state = structuredClone(vector.save());
    const resumed = other.load(state);
    assertEquals(shown(resumed), shown(seen), name);
    assertEquals(resumed.restarted, [], name);
    assertEquals(textOf(other.save()), textOf(state), name);
    let again: VectorReset = resumed;
    let ends = 0;
    const [first, second] = [new Random(2), new Random(2)];
    for (let step = 0; step < 300; step++) {
      const [expected, found] = [
        vector.step(actionsAt(vector, seen, first)),
        other.step(actionsAt(other, again, second)),
      ];
      assertEquals(found, expected, `${name}, step ${step}`);
      ends += expected.episodes.length;
      [seen, again] = [expected, found];
    }
    assert(ends > 0 || /Cliff|Acrobot|Freeway/.test(name), `${name} has no end of an episode`);
  }
});

Deno.test("VectorEnvironment.load begins the episodes anew of those that cannot be saved, and tells them", () => {
  const make = () =>
    new VectorEnvironment(
      3,
      (index) => {
        const env = makeEnv("CartPole-v1");
        if (index !== 1) return env;
        const { observationSpace, actionSpace } = env;
        return { observationSpace, actionSpace, reset: (o) => env.reset(o), step: (a) => env.step(a) };
      },
    );
  const vector = make();
  const first = shown(vector.reset(9));
  play(vector, first, new Random(1), 6);
  const state = structuredClone(vector.save());
  const [resumed, twin] = [make(), make()];
  const seen = resumed.load(state);
  assertEquals(seen.restarted, [1]);
  assertEquals(shown(twin.load(state)), shown(seen));
  const row = ({ observations }: VectorReset, index: number) => observations.slice(4 * index, 4 * index + 4);
  const seed = deriveSeed(deriveSeed(9, Stream.environmentSeed, 1), Stream.environmentSeed, 6);
  assertEquals(row(seen, 1), makeEnv("CartPole-v1").reset({ seed }).observation);

  // Pushed to one side, a pole falls within some ten steps.
  const ends: [number, number][] = [];
  const expected: [number, number][] = [];
  for (let step = 1; step < 12; step++) {
    const actions = new Uint32Array(3);
    const [found, wanted] = [resumed.step(actions), vector.step(actions)];
    for (const index of [0, 2]) assertEquals(row(found, index), row(wanted, index));
    for (const { index, length } of found.episodes) ends.push([index, length]);
    for (const { index, length } of wanted.episodes) expected.push([index, length]);
    const other = found.episodes.find(({ index }) => index === 1);
    if (other !== undefined) assertEquals([other.length, other.return], [step, step]);
  }
  const untouched = (list: [number, number][]) => list.filter(([index]) => index !== 1);
  assertEquals(untouched(ends), untouched(expected));
  assert(ends.some(([index]) => index === 1), "the pole fell");

  const later = make().load(resumed.save());
  assertNotEquals(row(later, 1), row(seen, 1));
  assertNotEquals(row(later, 1), row(first, 1));
});

Deno.test("VectorEnvironment.load leaves alone what the call before returned", () => {
  const vector = new VectorEnvironment(2, saveable["Taxi-v4"]!);
  const state = vector.reset(1) && vector.save();
  const step = vector.step(Uint32Array.of(0, 0));
  const copy = structuredClone(step);
  const seen = vector.load(state);
  assertEquals(step, copy);
  const kept = shown(seen);
  const next = vector.step(Uint32Array.of(0, 0));
  assertEquals(shown(seen), kept);
  assertEquals(next, copy);
});

Deno.test("VectorEnvironment.save gives what later steps do not write to, and wants a reset before", () => {
  const vector = new VectorEnvironment(2, saveable["Taxi-v4"]!);
  assertThrows(
    () => vector.save(),
    Error,
    "Cannot save 2 environments: no episode has begun, wanted reset() first",
  );
  play(vector, vector.reset(1), new Random(3), 5);
  const state = vector.save();
  const copy = structuredClone(state);
  play(vector, vector.reset(2), new Random(3), 6);
  assertEquals(state, copy);
});

Deno.test("VectorEnvironment.load refuses any strange state, or the next step does, or all goes on", () => {
  const counts = { refused: 0, taken: 0 };
  for (const name of ["Rooms-v0", "CartPole masked, with statistics", "Gridworld with chance"]) {
    const vector = new VectorEnvironment(2, saveable[name]!);
    play(vector, vector.reset(5), new Random(2), 3);
    for (const mutant of mutants(vector.save())) {
      try {
        play(vector, vector.load(mutant as State), new Random(3), 20);
        counts.taken++;
      } catch (error) {
        // A step from numbers beyond all bounds may come to one that is not finite.
        const isTold = error instanceof UsageError || error instanceof DivergenceError;
        assert(isTold, `${name} from ${JSON.stringify(mutant)}: ${error}`);
        counts.refused++;
      }
    }
  }
  assert(counts.refused > 300 && counts.taken > 30, JSON.stringify(counts));
});

Deno.test("VectorEnvironment.load names what it refuses", () => {
  const vector = new VectorEnvironment(2, saveable["Taxi-v4"]!);
  vector.reset(5);
  const state = vector.save() as Record<string, State>;
  const environments = state["environments"] as { state: State }[];
  const refused = (change: Record<string, State | undefined>) => () => {
    vector.load({ ...state, ...change } as State);
    vector.step(new Uint32Array(2));
  };
  const cases: [Record<string, State | undefined>, string][] = [
    [{ lengths: new Uint32Array(3) }, "Cannot restore environments.lengths: it is a Uint32Array of 3"],
    [
      { returns: Float64Array.of(0, NaN) },
      "environments.returns: it is a Float64Array of 2, wanted 2 finite",
    ],
    [
      { environments: environments.slice(1) },
      "environments.environments: it is a list of 1, wanted a list of 2",
    ],
    [
      { observations: Float32Array.of(0, 500) },
      "Cannot use the observation of environment 1, at its reset: it is 500, wanted an integer of Discrete(500)",
    ],
    [
      { actionMasks: new Uint8Array(12) },
      "Cannot use the action mask of environment 0, at its reset: it is [0, 0, 0, 0, 0, 0]",
    ],
    [
      {
        environments: environments.map((entry, i) => (
          i === 0 ? entry : { state: { steps: 0, inner: { progress: { phase: "new" }, state: 0 } } }
        )),
      },
      "Cannot go on in environment 1 from its saved state: Cannot step Taxi: no episode has begun",
    ],
  ];
  for (const [change, message] of cases) assertThrows(refused(change), UsageError, message);
});

Deno.test("VectorEnvironment.load wants masks where the environments give them", () => {
  const vector = new VectorEnvironment(1, () => makeEnv<number>("Taxi-v4"));
  vector.reset(5);
  const { actionMasks: _, ...state } = vector.save() as Record<string, State>;
  vector.load(state);
  assertThrows(
    () => vector.step(Uint32Array.of(0)),
    UsageError,
    "Cannot go on in environment 0 from its saved state: there are no action masks",
  );
});

Deno.test("VectorEnvironment.load leaves errors of later steps to the environments", () => {
  const make = (length: number) =>
    new VectorEnvironment(1, () => Object.assign(new CartPole(), { step: steps(length) }));
  function steps(length: number): (action: number) => StepResult {
    const inner = new Counter(9);
    inner.reset();
    return () => {
      if (length-- === 0) throw new Error("the wire broke");
      const { observation, ...rest } = inner.step(0);
      return { ...rest, observation: Float32Array.of(...observation, 0, 0) };
    };
  }
  const vector = make(9);
  vector.reset(1);
  const state = vector.save();
  for (const [length, Kind] of [[0, UsageError], [1, Error]] as const) {
    const broken = make(length);
    broken.load(state);
    for (let step = 0; step < length; step++) broken.step(new Uint32Array(1));
    const error = assertThrows(() => broken.step(new Uint32Array(1)), Error, "the wire broke");
    assertEquals(error.constructor, Kind);
  }
});

Deno.test("VectorEnvironment.load tells what an environment of one's own threw", () => {
  const broken = Object.assign(new Ring(), {
    save: () => null,
    load() {
      throw new TypeError("no such cell");
    },
  });
  const vector = new VectorEnvironment(2, (index) => index === 1 ? broken : new Ring());
  vector.reset(1);
  const state = vector.save();
  assertThrows(
    () => vector.load(state),
    UsageError,
    "Cannot go on in environment 1 from its saved state: no such cell",
  );
  assertEquals(new VectorEnvironment(2, () => new Ring()).load(state).restarted, [0, 1]);
});
