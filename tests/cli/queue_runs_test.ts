import { assertEquals, assertThrows } from "@std/assert";
import "../../src/envs/gymnasium/family.ts";
import { heldRuns, jobsOf, queuedConfigurations, queuedRun } from "../../src/cli/queue_runs.ts";
import { planRuns, sweepPaths } from "../../src/cli/sweep_folder.ts";
import { type Experiment, loadExperiment } from "../../src/config/experiment.ts";
import { UsageError } from "../../src/core/errors.ts";
import { type HeldJob, type HeldRun, WorkerLacks } from "../../src/queue/hand_out.ts";
import { capacities, writeExperiment } from "./sweep_experiment.ts";
import { withFolder } from "./task.ts";

async function experimentOf(changed: Record<string, unknown>): Promise<Experiment> {
  let found: Experiment;
  await withFolder(async (folder) => {
    found = await loadExperiment(await writeExperiment(folder, { ...capacities, ...changed }));
  });
  return found!;
}

const onDevice = { ...capacities.set, loop: "device" };

Deno.test("jobsOf() gives runs on the host a job each, and those that train together one of a bounded size", async () => {
  const sizes = async (changed: Record<string, unknown>, together: number) => {
    const experiment = await experimentOf(changed);
    return jobsOf(experiment, planRuns(experiment, sweepPaths("x")), together).map((job) => job.length);
  };
  assertEquals(await sizes({}, 16), [1, 1, 1, 1]);
  assertEquals(await sizes({ set: onDevice }, 16), [4]);
  assertEquals(await sizes({ set: onDevice }, 3), [2, 2]);
  assertEquals(await sizes({ set: onDevice, singlePopulation: true }, 1), [4]);
  const huge = { ...onDevice, "agent.replay.capacity": 1_000_000 };
  const vary = { "agent.gamma": [0.9, 0.99] };
  assertEquals(await sizes({ set: huge, vary }, 16), [2, 2]); // Fewer than four fit the least adapter.
  const experiment = await experimentOf({});
  assertEquals(jobsOf(experiment, [], 16), []);
});

function heldJob(runs: readonly HeldRun[]): HeldJob {
  const ticket = { id: "1", retryCount: 0 };
  return { id: "1", sweep: "test", sweepId: "1", lease: 60, token: 1, attempt: 0, ticket, runs };
}

Deno.test("what a queue has of runs is what they were planned to be", async () => {
  const experiment = await experimentOf({});
  const planned = planRuns(experiment, sweepPaths("x"));
  const travelled = JSON.parse(JSON.stringify(queuedConfigurations(planned)));
  assertEquals(travelled.length, 2);
  const runs: HeldRun[] = planned.map((run, i) => ({
    id: `${i}`,
    threshold: null,
    ...travelled.find(({ slug }: { slug: string }) => slug === run.configuration.slug),
    ...queuedRun(run),
  }));
  const job = heldJob(runs);
  const held = heldRuns(job, "x/runs");
  assertEquals(
    JSON.stringify(held.map(({ config }) => config)),
    JSON.stringify(planned.map(({ config }) => config)),
  );
  assertEquals(held.map(({ folder }) => folder), planned.map(({ folder }) => folder));
  assertEquals(held.map(({ configuration }) => configuration.threshold), planned.map(() => 10));
  const first = runs[0]!;
  assertThrows(
    () => heldRuns({ ...job, runs: [{ ...first, slug: "../a" }] }, "x"),
    UsageError,
    "no part of a path",
  );
  assertThrows(
    () => heldRuns({ ...job, runs: [{ ...first, config: { agent: 1 } }] }, "x"),
    UsageError,
    "agent",
  );
});

for (const run of [true, false]) {
  Deno.test({
    name: `heldRuns() ${run ? "takes" : "leaves"} an environment of Python's ${
      run ? "with" : "without"
    } leave to start it`,
    permissions: { run, env: true },
    fn() {
      const config = { environment: { id: "gymnasium:CartPole-v1" }, budget: { steps: 100 } };
      const held = { id: "1", slug: "a", name: "a", values: {}, threshold: null, config, seed: 3 };
      const take = () => heldRuns(heldJob([held]), "x");
      if (run) assertEquals(take()[0]!.config.environment.id, "gymnasium:CartPole-v1");
      else {
        const says =
          'Cannot train a, seed 3: environment "gymnasium:CartPole-v1" starts Python, which needs leave, ' +
          "wanted deno task worker:gymnasium";
        assertThrows(take, WorkerLacks, says);
      }
    },
  });
}
