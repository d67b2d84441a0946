import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { openForResume, resumeRun } from "../../src/cli/resume_run.ts";
import { trainRun } from "../../src/cli/train_run.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { Random } from "../../src/core/random.ts";
import { exists } from "../../src/runs/run_folder.ts";
import { subjects } from "../faults/kill_subjects.ts";
import { tryKills } from "../faults/kills.ts";
import { stepOf } from "../../src/train/latest_state.ts";
import { assertSameRun } from "./same_run.ts";
import { filesUnder, task, tiny, withFolder } from "./task.ts";

/** A run of a moment, with states at each 50 steps. */
const table: RunConfigInput = {
  environment: { id: "CliffWalking-v1", maxEpisodeSteps: 20 },
  agent: { kind: "tabular" },
  evaluation: { every: 60, episodes: 2, final: { episodes: 3 } },
  checkpoints: { state: { every: 50, unit: "step", keep: 3 } },
  log: { every: 30, tensorBoard: false, pictures: false, animation: false },
};
const silent = { quiet: true, silent: true, signal: new AbortController().signal };

async function trainTable(out: string, steps: number): Promise<void> {
  await trainRun({ name: "test", config: parseConfig({ ...table, budget: { steps } }) }, {
    out,
    ...silent,
  });
}

/** When each file was last written. */
function timesOf(folder: string): unknown {
  return filesUnder(folder).map((file) => [file, Deno.statSync(`${folder}/${file}`).mtime!.getTime()]);
}

Deno.test("train --resume goes on to a larger budget as if it had been the run's from the beginning", async () => {
  await withFolder(async (folder) => {
    const [run, whole] = [`${folder}/run`, `${folder}/whole`];
    const begun = await task("train", [tiny, "--out", run, "--set", "budget.steps=130", "--quiet"]);
    assertEquals(begun.code, 0, begun.stderr);
    Deno.writeTextFileSync(`${run}/failed.json`, '{ "reason": "diverged", "wallSeconds": 1 }'); // As if it had failed.
    const { code, stdout, stderr } = await task("train", ["--resume", run, "--set", "budget.steps=250"]);
    assertEquals(code, 0, stderr);
    assertMatch(stderr, /^going on from step 130\n/);
    assertStringIncludes(stderr, "step 250 of 250 ");
    assertMatch(stdout, /^run {10}tiny, seed 0\n[^]*^ended {8}budget of 250 steps$/m);
    assertEquals((await task("train", [tiny, "--out", whole, "--quiet"])).code, 0);
    await assertSameRun(run, whole);
  });
});

Deno.test("openForResume() goes on from its state with another budget, and removes what is of another config", async () => {
  await withFolder(async (folder) => {
    const [run, whole] = [`${folder}/run`, `${folder}/whole`];
    await trainTable(run, 100);
    const config = parseConfig({ ...table, budget: { steps: 200 } });
    const held = await openForResume(run, config);
    assertEquals(held?.latest && stepOf(held.latest), 100);
    await trainRun({ name: "test", config }, { out: run, ...silent, held });
    await trainTable(whole, 200);
    await assertSameRun(run, whole);
    assertEquals(await openForResume(run, { ...config, seed: 7 }), undefined);
    assert(!exists(run));
  });
});

Deno.test("train --resume refuses what would make it another run, by its name, and what is no run", async () => {
  await withFolder(async (folder) => {
    const run = `${folder}/run`;
    await trainTable(run, 100);
    Deno.mkdirSync(`${folder}/sweep`);
    Deno.writeTextFileSync(`${folder}/sweep/experiment.json`, "{}");
    const before = timesOf(run);
    const failure = async (...args: string[]) => {
      const { code, stdout, stderr } = await task("train", args);
      assertEquals([code, stdout], [2, ""], stderr);
      return stderr;
    };
    const [changed, unknown, other, none, sweep] = await Promise.all([
      failure("--resume", run, "--set", "agent.gamma=0.5", "--set", "seed=3", "--set", "budget.steps=200"),
      failure("--resume", run, "--set", "budget.stepz=200"),
      failure("--resume", run, "--seed", "3"),
      failure("--resume", folder),
      failure("--resume", `${folder}/sweep`),
    ]);
    assertStringIncludes(
      changed!,
      `Cannot go on with the run ${run}: agent.gamma, seed would change, wanted the run as it was. ` +
        "What may change: budget, checkpoints.state, ",
    );
    assertStringIncludes(unknown!, 'did you mean "steps"?');
    assertStringIncludes(other!, "Found --resume and --seed, wanted the run's folder alone");
    assertStringIncludes(none!, `Cannot read the run ${folder}: it holds no config.json`);
    assertStringIncludes(sweep!, `For a sweep the same command with --out ${folder}/sweep goes on\n`);
    assertEquals(timesOf(run), before);
  });
});

Deno.test("train --resume leaves a run that is done as it is, and tells how it would go on", async () => {
  await withFolder(async (folder) => {
    const run = `${folder}/run`;
    await trainTable(run, 100);
    const before = timesOf(run);
    const { code, stderr } = await task("train", ["--resume", run]);
    assertEquals(code, 0);
    assertEquals(
      stderr,
      `${run} is done already: budget of 100 steps. A larger budget goes on, as in --set budget.steps=...\n`,
    );
    assertEquals(timesOf(run), before);
  });
});

Deno.test("train --resume goes on from the state before one that is damaged, and begins anew without one, and says so", async () => {
  await withFolder(async (folder) => {
    const [damaged, bare, whole] = [`${folder}/damaged`, `${folder}/bare`, `${folder}/whole`];
    await trainTable(damaged, 120);
    await trainTable(bare, 120);
    await trainTable(whole, 200);
    const newest = `${damaged}/state/3.safetensors`;
    const bytes = Deno.readFileSync(newest);
    bytes[bytes.length - 1]! ^= 1;
    Deno.writeFileSync(newest, bytes);
    Deno.removeSync(`${bare}/state`, { recursive: true });
    const outcomes = await Promise.all(
      [damaged, bare].map((run) => task("train", ["--resume", run, "--set", "budget.steps=200"])),
    );
    for (const { code, stderr } of outcomes) assertEquals(code, 0, stderr);
    const [first, second] = outcomes.map(({ stderr }) => stderr.split("\n"));
    assertEquals(first!.slice(0, 2), [
      "state 3 is not whole: 3.safetensors is not as it was written",
      "going on from step 100",
    ]);
    assertEquals(second![0], `${bare} holds no whole state: the run begins anew`);
    for (const run of [damaged, bare]) await assertSameRun(run, whole);
  });
});

Deno.test("a run that was killed on its way to a larger budget is not taken for done", async () => {
  await withFolder(async (folder) => {
    const [run, whole] = [`${folder}/run`, `${folder}/whole`];
    await trainTable(run, 100);
    const kill = new Error("killed");
    const watch = {
      notify({ kind }: { readonly kind: string }) {
        if (kind === "progress") throw kill;
      },
      save: () => null,
    };
    await resumeRun(run, { set: ["budget.steps=200"], ...silent, watch }).then(
      () => assert(false, "it was not killed"),
      (error) => assertEquals(error, kill),
    );
    await resumeRun(run, { set: [], ...silent });
    await trainTable(whole, 200);
    await assertSameRun(run, whole);
  });
});

Deno.test("whoever is killed at any moment goes on as if nothing had been: a sample", async () => {
  const device = subjects.find(({ name }) => name === "device loop")!;
  const { kills, failures } = await tryKills(device, { kills: 2, random: new Random(1) });
  assertEquals(failures, []);
  assert(kills >= 2);
});
