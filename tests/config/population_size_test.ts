import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { groupPopulations, splitGroup } from "../../src/config/population_groups.ts";
import { assertPopulationFits, largestPopulation, mostMembers } from "../../src/config/population_size.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { UsageError } from "../../src/core/errors.ts";
import type { Gpu } from "../../src/gpu/device.ts";
import { Learner } from "../../src/learner/learner.ts";
import { perceptron } from "../../src/ops/model.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { smallMember, smallOptions } from "../learner/small.ts";
import { dqnOf } from "./dqn.ts";

/** An adapter of these limits. */
function adapter(bytes: number, maxComputeWorkgroupsPerDimension = 65_535) {
  const limits = {
    maxBufferSize: 2 * bytes,
    maxStorageBufferBindingSize: bytes,
    maxComputeWorkgroupsPerDimension,
  };
  return { device: { limits } };
}

/** A learner whose largest tensor is its replay memory, of 1,000 rows of 12 floats a member. */
function population(members: number, changes: Parameters<typeof smallOptions>[0] = {}) {
  const member = smallMember({ capacity: 1000 });
  return smallOptions({ members: new Array(members).fill(member), capacity: 1000, ...changes });
}
const replayBytes = 1000 * 12 * 4;

Deno.test("mostMembers() is what the largest tensor and the workgroups allow", () => {
  assertStrictEquals(mostMembers(adapter(10 * replayBytes), population(1), "device"), 10);
  assertStrictEquals(mostMembers(adapter(10 * replayBytes - 1), population(3), "device"), 9);
  assertStrictEquals(mostMembers(adapter(10 * replayBytes, 4), population(1), "device"), 4);
  assertStrictEquals(mostMembers(adapter(replayBytes - 1), population(1), "device"), 0);
});

Deno.test("mostMembers() counts the metrics of 4,096 updates, and 16 records of each environment", () => {
  const little = { capacity: 64, members: [smallMember()] };
  const metricsBytes = 4096 * 2 * 4;
  assertStrictEquals(mostMembers(adapter(10 * metricsBytes), population(1, little), "device"), 10);
  assertStrictEquals(mostMembers(adapter(10 * metricsBytes - 1), population(1, little), "device"), 9);
  const recordBytes = 16 * 1000 * 3 * 4;
  const wide = { environments: 1000 };
  assertStrictEquals(mostMembers(adapter(10 * recordBytes), population(1, wide), "device"), 10);
  assertStrictEquals(mostMembers(adapter(10 * recordBytes - 1), population(1, wide), "device"), 9);
});

Deno.test("assertPopulationFits() says how many bytes are needed and allowed, and how many members fit", () => {
  const gpu = adapter(10 * replayBytes);
  assertPopulationFits(gpu, population(10), "device");
  const error = assertThrows(() => assertPopulationFits(gpu, population(11), "device"), UsageError);
  assertStrictEquals(
    error.message,
    "Cannot train a population of 11: replay [11, 1000, 12] needs 528,000 bytes, the adapter allows 480,000 per tensor, " +
      "wanted at most 10 members",
  );
  assertThrows(
    () => assertPopulationFits(adapter(1e9, 4), population(5), "device"),
    UsageError,
    "Cannot train a population of 5: the adapter allows 4, wanted at most 4 members",
  );
});

for (const loop of ["host", "device"] as const) {
  Deno.test(`assertPopulationFits() says how many environments fit, on the ${loop}`, () => {
    const gpu = adapter(2 * replayBytes);
    const options = population(1, { environments: 2500 });
    const error = assertThrows(() => assertPopulationFits(gpu, options, loop), UsageError);
    const [, most] = error.message.match(
      /^Cannot train with 2,500 environments: transitions \[1, 2500, 12\] needs 120,000 bytes, the adapter allows 96,000 per tensor, wanted an environment.count of at most (\d+)$/,
    )!;
    assertPopulationFits(gpu, { ...options, environments: Number(most) }, loop);
    assertThrows(
      () => assertPopulationFits(gpu, { ...options, environments: Number(most) + 1 }, loop),
      UsageError,
    );
  });
}

Deno.test("largestPopulation() fits the adapter, and one more does not", () =>
  withGpu((gpu) => {
    const config = parseConfig({ environment: { id: "CartPole-v1" }, budget: { steps: 1000 } });
    const most = largestPopulation(gpu, { ...config, agent: dqnOf(config) });
    const row = 12; // Two observations of 4, and 4 numbers of the outcome.
    const { maxBufferSize, maxStorageBufferBindingSize } = gpu.device.limits;
    const allowed = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    assertStrictEquals(most, Math.floor(allowed / (10_000 * row * 4)));
    const members = Array.from({ length: most + 1 }, () => smallMember({ capacity: 10_000 }));
    const options = smallOptions({ model: perceptron([4, 8, 2]), capacity: 10_000, members });
    assertThrows(
      () => new Learner(gpu, options),
      UsageError,
      `Cannot allocate replay [${most + 1}, 10000, 12]`,
    );
    return Promise.resolve();
  }));

Deno.test("groupPopulations() puts runs of one shape together, and splitGroup() what fits", () => {
  const run = (name: string, more: RunConfigInput = {}) => ({
    name,
    config: parseConfig({ environment: { id: "CartPole-v1" }, budget: { steps: 1000 }, ...more }),
  });
  const wide = { agent: { hidden: [8] } };
  const [host, random] = [{ loop: "host" }, { agent: { kind: "random" } }] as const;
  const runs = [
    run("a", { seed: 1 }),
    run("host", host),
    run("wide", wide),
    run("a again", { seed: 2 }),
    run("random", random),
    run("wide again", { ...wide, seed: 2 }),
    run("host again", { ...host, seed: 2 }),
  ];
  const names = (groups: readonly (readonly { name: string }[])[]) =>
    groups.map((group) => group.map(({ name }) => name).join());
  assertEquals(names(groupPopulations(runs)), [
    "a,a again",
    "host",
    "wide,wide again",
    "random",
    "host again",
  ]);
  const seeds = Array.from({ length: 7 }, (_, i) => run(`${i}`, { seed: i }));
  seeds[3] = run("3", { agent: { replay: { capacity: 20_000 } } });
  const split = (bytes: number) => names(splitGroup(seeds, adapter(bytes) as unknown as Gpu));
  assertEquals(split(7 * 20_000 * 48), ["0,1,2,3,4,5,6"]);
  assertEquals(split(6 * 20_000 * 48), ["0,1,2", "3,4,5,6"]);
  assertEquals(split(3 * 20_000 * 48), ["0,1", "2,3", "4,5,6"]);
});
