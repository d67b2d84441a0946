import { assert, assertEquals } from "@std/assert";
import { Random, Stream } from "../../src/core/random.ts";
import { sample } from "../../src/core/spaces.ts";
import type { State } from "../../src/core/state.ts";
import { actionsOf, type DeviceEnvironmentSpec } from "../../src/device_envs/device_environment.ts";
import { deviceEnvironmentSpec } from "../../src/device_envs/device_registry.ts";
import { planesOf } from "../../src/envs/minatar/drawing.ts";
import type { Game } from "../../src/envs/minatar/game.ts";
import { MinAtar, type MinAtarOptions } from "../../src/envs/minatar/minatar.ts";
import { numbersOf, stateFault, stateOf } from "../../src/envs/minatar/state.ts";
import { seaquest } from "../../src/envs/minatar/seaquest.ts";
import { type Swimmer, swimmersOf } from "../../src/envs/minatar/swimmers.ts";
import type { Learner } from "../../src/learner/learner.ts";
import { decodeClocks } from "../../src/ops/member.ts";
import { recordedGames } from "../envs/minatar/recorded_states.ts";
import { type GoldenGame, readGolden } from "../golden.ts";
import { profiles, withGpu } from "../gpu/with_gpu.ts";
import { observationsOf } from "../learner/replay_rows.ts";
import { smallMember } from "../learner/small.ts";
import { acting } from "./acting_setup.ts";
import { begin, type Chosen, chosen, follow } from "./probe.ts";

/** How a game's integers lie in its State. */
type Words = (numbers: readonly number[]) => number[];

/** By the package's names. */
const games: Readonly<Record<string, Words>> = {
  asterix: (numbers) => [...numbers.slice(0, 8), ...interleaved(numbers.slice(8), 3)],
  // The three rows of bricks are one word.
  breakout: (numbers) => [...numbers.slice(0, 8), numbers[8]! | numbers[9]! << 10 | numbers[10]! << 20],
  freeway: (numbers) => [...numbers.slice(0, 3), ...interleaved(numbers.slice(3), 4)],
  seaquest: (numbers) => [
    ...numbers.slice(0, 12),
    ...joined(numbers.slice(12).map(packed), 16),
    ...rowsOfThree(planesOf(seaquest, stateOf(seaquest, numbers))),
  ],
  space_invaders: (numbers) => [...numbers],
};

/** The first of each of `count` lists, then the second, and so on. */
function interleaved(lists: readonly number[], count: number): number[] {
  const length = lists.length / count;
  return lists.map((_, i) => lists[i % count * length + Math.floor(i / count)]!);
}

/** Numbers of so many bits each, lowest first, in words. */
function joined(numbers: readonly number[], bits: number): number[] {
  const words = new Uint32Array(Math.ceil(numbers.length * bits / 32));
  numbers.forEach((number, i) => words[Math.floor(i * bits / 32)]! |= number << i * bits % 32);
  return [...words];
}

/** Rows of ten zeros and ones, three in a word. */
function rowsOfThree(seen: Float32Array): number[] {
  const words = new Array<number>(Math.ceil(seen.length / 30)).fill(0);
  seen.forEach((one, i) => words[Math.floor(i / 30)]! |= one << i % 30);
  return words;
}

/** A swimmer in 16 bits. */
function packed(word: number): number {
  if (word === 0) return 0;
  const [{ x, y, right, wait, shot }] = swimmersOf(Int32Array.of(word)) as [Swimmer];
  return x + 1 | y << 4 | Number(right) << 8 | wait << 9 | shot << 12;
}

/** What MinAtar saves. */
interface Saved {
  readonly progress: {
    readonly random: { readonly seed: number; readonly lane: number; readonly counter: number };
  };
  readonly state: Int32Array;
  readonly lastMove: number;
}

const golden = readGolden<Record<string, GoldenGame>>("minatar");

/** A game on both sides. */
class Twins {
  readonly host: MinAtar;
  readonly device: Chosen;
  readonly #words: Words;

  constructor(name: string, options: MinAtarOptions) {
    const game = recordedGames[name]!.game.name;
    this.#words = games[name]!;
    this.host = new MinAtar(game, options);
    this.host.reset({ seed: 1 });
    this.device = chosen(`MinAtar/${game}`, this.state().length, { ...options });
  }

  /** The host's state as the device has it. */
  state(): Uint32Array<ArrayBuffer> {
    const { state, lastMove, progress: { random } } = this.host.save() as unknown as Saved;
    return Uint32Array.of(...this.#words([...state]), lastMove, random.seed, random.lane, random.counter);
  }
}

/** A step on the host. */
interface HostStep {
  readonly before: Uint32Array<ArrayBuffer>;
  readonly action: number;
  readonly after: Uint32Array<ArrayBuffer>;
  readonly observation: Float32Array;
  readonly reward: number;
  readonly terminated: boolean;
}

function hostStep(twins: Twins, action: number): HostStep {
  const before = twins.state();
  const { observation, reward, terminated } = twins.host.step(action);
  return { before, action, after: twins.state(), observation, reward, terminated };
}

/** A state of which some integers, not those of lists, are others that they can be, often the largest. */
function shaken({ ranges }: Game, numbers: readonly number[], random: Random): number[] {
  const single = Object.values(ranges).filter(({ count }) => count === undefined);
  return numbers.map((number, i) => {
    const range = single[i]; // Lists come last.
    if (!range || random.below(4) > 0) return number;
    return random.below(2) ? range.high : range.low + random.below(range.high - range.low + 1);
  });
}

/** Steps of random play, from each recorded state of the package, and from states that are like these. */
function hostSteps(name: string, twins: Twins, count: number): HostStep[] {
  const { host } = twins;
  const random = new Random(7, Stream.host);
  const played = Array.from({ length: count }, () => {
    const step = hostStep(twins, sample(host.actionSpace, random));
    if (step.terminated) host.reset();
    return step;
  });
  const { game, stateOf: recordedState } = recordedGames[name]!;
  const recorded = golden[name]!.transitions.flatMap(({ state, action }) => {
    const numbers = [...numbersOf(game, recordedState(state))];
    return [numbers, ...Array.from({ length: 4 }, () => shaken(game, numbers, random))].flatMap((each) => {
      host.reset();
      host.load({ ...host.save() as { [key: string]: State }, state: Int32Array.from(each) });
      const step = hostStep(twins, action);
      const { state: after } = host.save() as unknown as Saved;
      return stateFault(game, after) === undefined ? [step] : []; // No play comes to a state that leads to none.
    });
  });
  return [...played, ...recorded];
}

const uses: readonly MinAtarOptions[] = [
  { minimalActions: false },
  { minimalActions: false, stickyActions: 0 },
  { minimalActions: false, stickyActions: 0.5, ramping: false },
];

for (const name of Object.keys(games)) {
  const { game } = recordedGames[name]!;

  Deno.test(`MinAtar's ${game.name} steps, draws and shows on the device as on the host`, () =>
    withGpu(async (gpu) => {
      for (const options of uses) {
        const twins = new Twins(name, options);
        const steps = hostSteps(name, twins, 1000);
        const found = await follow(gpu, twins.device, {
          states: steps.map(({ before }) => before),
          actions: steps.map(({ action }) => [action]),
        });
        steps.forEach(({ before, action, after, ...wanted }, i) => {
          const what = `${JSON.stringify(options)}, action ${action} in [${before}]`;
          assertEquals(found.states[i], after, what);
          const { observation, reward, terminated } = wanted;
          const { observations, rewards, terminated: ends } = found;
          assertEquals([rewards[i], ends[i]], [reward, terminated], what);
          assertEquals(observations[i]!.join(""), observation.join(""), what);
        });
      }
    }));

  Deno.test(`MinAtar's ${game.name} starts every episode of a seed on the device as on the host`, () =>
    withGpu(async (gpu) => {
      const twins = new Twins(name, {});
      const starts = [0, 1, 0xffffffff].flatMap((seed) =>
        Array.from({ length: 20 }, (_, episode) => [seed, episode] as const)
      );
      const found = await begin(gpu, twins.device, starts);
      starts.forEach(([seed, episode], i) => {
        twins.host.reset(episode === 0 ? { seed } : {});
        assertEquals(found.states[i], twins.state(), `seed ${seed}, episode ${episode}`);
      });
    }));

  Deno.test(`MinAtar's ${game.name} does on the device what an action means, of the minimal ones or of all`, () =>
    withGpu(async (gpu) => {
      for (const minimalActions of [true, false]) {
        const twins = new Twins(name, { stickyActions: 0, minimalActions });
        const actions = Array.from({ length: twins.host.actionSpace.n }, (_, action) => action);
        assertEquals(
          actionsOf(deviceEnvironmentSpec(`MinAtar/${game.name}`)!, { minimalActions }),
          actions.length,
        );
        const steps = actions.map((action) => {
          twins.host.reset();
          return hostStep(twins, action);
        });
        const found = await follow(gpu, twins.device, {
          states: steps.map(({ before }) => before),
          actions: steps.map(({ action }) => [action]),
        });
        assertEquals(found.states, steps.map(({ after }) => after));
      }
    }));
}

/** The spec with an `env_observe` of its own in place of `env_bits`. */
function inNumbers(spec: DeviceEnvironmentSpec): DeviceEnvironmentSpec {
  const observe = "fn env_observe(state: State, i: u32) -> f32 " +
    "{ return f32((packed_bits(state, i / 32u) >> (i % 32u)) & 1u); }";
  const [common, ...modules] = spec.modules ?? [];
  const text = `${common!.text.replace("fn env_bits", "fn packed_bits")}\n${observe}`;
  return { ...spec, id: `${spec.id} in numbers`, modules: [{ name: "numbers.wgsl", text }, ...modules] };
}

/** Rows of replay with their observations as numbers, whether they hold them so or as bits. */
async function numbersOfRows({ replay: { rows, layout } }: Learner): Promise<number[][]> {
  const floats = await rows.read();
  return Array.from({ length: floats.length / layout.row }, (_, i) => {
    const row = floats.subarray(i * layout.row, (i + 1) * layout.row);
    const { observation, next } = observationsOf(row, layout);
    return [...observation, ...next, ...row.subarray(layout.outcome)];
  });
}

for (const environments of [1, 3]) {
  for (const kernelProfile of profiles) {
    Deno.test(`Rollout shows networks and replay the same of bits as of numbers, and stores either: ${environments} environments, "${kernelProfile}"`, () =>
      withGpu(async (gpu) => {
        const spec = deviceEnvironmentSpec("MinAtar/SpaceInvaders")!;
        const capacity = 60;
        const members = Array.from(
          { length: 5 },
          (_, seed) => smallMember({ seed, capacity, exploration: { kind: "constant", value: 0.2 } }),
        );
        // Where members come to rest: several environments would have to take one step a dispatch.
        const goals = Uint32Array.of(0xffffffff, 1, 2, 0xffffffff, 3).map((goal) =>
          environments > 1 ? 0xffffffff : goal
        );
        const ways = [
          { spec: inNumbers(spec), bits: false, steps: 1 },
          { spec, bits: false, steps: 3 },
          { spec, bits: true, steps: 1 },
          { spec, bits: true, steps: 4 },
        ];
        const found = await Promise.all(ways.map(async ({ spec: one, bits, steps }) => {
          const made = await acting(gpu, { members, environments, capacity, bits }, { spec: one });
          const { learner, rollout } = made;
          rollout.setGoals(goals);
          gpu.enqueue(rollout.program(steps), 180 / steps);
          const rows = await numbersOfRows(learner);
          const clocks = decodeClocks(await learner.members.read());
          const slots = [...await rollout.slots.read()];
          made.dispose();
          return { rows, clocks, slots };
        }));
        const [numbers, ...others] = found;
        assertEquals(numbers!.clocks.some(({ halted }) => halted === 1), environments === 1);
        assert(numbers!.rows.some((row) => row.at(-2) === 1), "no episode has ended");
        for (const [i, { rows, ...other }] of others.entries()) {
          const { rows: wanted, ...rest } = numbers!;
          rows.forEach((row, at) =>
            assertEquals(row.join(""), wanted[at]!.join(""), `way ${i + 1}, row ${at}`)
          );
          assertEquals(other, rest, `way ${i + 1}`);
        }
      }, { kernelProfile }));
  }
}
