/** Populations that act in device environments, for tests. @module */
import { assertEquals } from "@std/assert";
import { deriveSeed, Stream } from "../../src/core/random.ts";
import { prepareDeviceEnvironment } from "../../src/device_envs/prepare.ts";
import type { DeviceEnvironmentSpec } from "../../src/device_envs/device_environment.ts";
import { Rollout } from "../../src/device_envs/rollout.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import type { Tensor } from "../../src/gpu/tensor.ts";
import { Learner } from "../../src/learner/learner.ts";
import type { LearnerOptions } from "../../src/learner/options.ts";
import { clockFields, decodeClocks, encodeClock, type HyperParameters } from "../../src/ops/member.ts";
import { perceptron } from "../../src/ops/model.ts";
import { priorityWords, smallMember, smallOptions } from "../learner/small.ts";
import { walkSpec } from "./walk.ts";

/** Members that differ in all that acting reads. */
export const actingMembers: readonly HyperParameters[] = [
  smallMember({ seed: 5, capacity: 11, exploration: { kind: "constant", value: 0.4 } }),
  smallMember({ seed: 0xfffffff0, capacity: 16 }),
  smallMember({
    seed: 77,
    capacity: 13,
    exploration: { kind: "linear", start: 0.9, end: 0.1, duration: 9, per: "episode" },
  }),
];

/** What {@linkcode acting} makes. */
export interface Acting {
  readonly learner: Learner;
  readonly rollout: Rollout;
  dispose(): void;
}

/** A small learner and the environments of its members, begun as a collector begins them. */
export async function acting(
  gpu: Gpu,
  options: Partial<LearnerOptions> = {},
  { records = 16, spec = walkSpec }: { readonly records?: number; readonly spec?: DeviceEnvironmentSpec } =
    {},
): Promise<Acting> {
  const environment = await prepareDeviceEnvironment(gpu, spec);
  const model = perceptron([spec.observations, 9, 6, environment.actions]);
  const learner = new Learner(gpu, smallOptions({ model, environments: 1, ...options }));
  const { members, replay, options: { environments } } = learner;
  const network = { ...learner.online, moments: learner.moments };
  const rollout = new Rollout(gpu, { environment, environments, members, network, replay, records });
  rollout.begin(learner.options.members.flatMap(({ seed }) => environmentSeeds(seed, environments)));
  rollout.setGoals(new Uint32Array(learner.options.members.length).fill(0xffffffff));
  await gpu.ready();
  return {
    learner,
    rollout,
    dispose() {
      rollout.dispose();
      learner.dispose();
    },
  };
}

/** The seeds of a member's environments. */
export function environmentSeeds(seed: number, environments: number): number[] {
  return Array.from({ length: environments }, (_, i) => deriveSeed(seed, Stream.environmentSeed, i));
}

/** The part of each member in a tensor `[P, ...]`, bit for bit. */
export async function memberWords(tensor: Tensor, members: number): Promise<Uint32Array[]> {
  const words = new Uint32Array((await tensor.read()).buffer);
  const size = words.length / members;
  return Array.from({ length: members }, (_, member) => words.slice(member * size, (member + 1) * size));
}

/** All of a population that lasts, bit for bit, member by member. */
export async function lasting({ learner, rollout }: Pick<Acting, "learner" | "rollout">) {
  const { online, target, optimizerState, replay, metrics, members, returns, moments, options } = learner;
  const count = options.members.length;
  const parts = {
    online: await memberWords(online.parameters, count),
    target: (await memberWords(target.parameters, count)).map((words) => words.slice(0, words.length / 2)),
    optimizerState: await memberWords(optimizerState, count),
    replay: await memberWords(replay.rows, count),
    metrics: await memberWords(metrics, count),
    clock: decodeClocks(await members.read()).map(encodeClock),
    slots: await memberWords(rollout.slots, count),
    returns: returns ? await memberWords(returns, count) : options.members.map(() => new Uint32Array()),
    moments: moments
      ? await memberWords(moments.numbers, count)
      : options.members.map(() => new Uint32Array()),
    running: moments
      ? await memberWords(moments.running, count)
      : options.members.map(() => new Uint32Array()),
    priorities: await Promise.all(options.members.map((_, member) => priorityWords(learner, member))),
  };
  return options.members.map((_, member) =>
    Object.fromEntries(Object.entries(parts).map(([name, words]) => [name, words[member]!]))
  );
}

/** What lasts of a member, with other values in some fields of its clock. */
export function withClock(
  member: Record<string, Uint32Array>,
  fields: Partial<Record<"halted" | "sync", number>>,
): Record<string, Uint32Array> {
  let clock = member["clock"]!;
  for (const [name, value] of Object.entries(fields)) {
    clock = clock.with(clockFields.findIndex(([field]) => field === name), value);
  }
  return { ...member, clock };
}

/** Asserts that what lasts of a member is the same, bit for bit; else names the parts and their first differing words. */
export function assertSameMember(
  actual: Record<string, Uint32Array>,
  expected: Record<string, Uint32Array>,
  hint = "",
): void {
  const differences = Object.entries(expected).flatMap(([name, words]) => {
    const found = actual[name]!;
    const differing = [...words.keys()].filter((i) => words[i] !== found[i]);
    if (found.length === words.length && differing.length === 0) return [];
    const at = differing[0] ?? 0;
    return [`${name}: ${differing.length} words, word ${at} is ${found[at]}, wanted ${words[at]}`];
  });
  assertEquals(differences, [], hint);
}
