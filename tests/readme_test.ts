import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl, join, relative } from "@std/path";
import { experimentNames } from "../src/config/experiment.ts";
import { parseExperiment } from "../src/config/experiment_schema.ts";
import { makeEnvironment } from "../src/config/environments.ts";
import { loadConfig, presetNames } from "../src/config/load.ts";
import { parseConfig } from "../src/config/schema.ts";
import { deviceEnvironmentIds } from "../src/device_envs/device_registry.ts";
import { environmentIds } from "../src/envs/environment_registry.ts";
import { gymnasiumPrefix } from "../src/envs/gymnasium/gymnasium.ts";
import { episodeColumns } from "../src/train/callbacks/csv_log.ts";
import { metricNames } from "../src/train/callbacks/metrics.ts";
import { page, pages, quoted, root } from "./pages.ts";
import { anywhere, deno } from "./programs.ts";

const readme = page("README.md");
const configs = page("configs/README.md");
const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root)));

/** Names of the files and folders of a folder. */
function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))].map(({ name }) => name).sort();
}

/** The TypeScript examples, as programs that stand anywhere. */
function examples(): string[] {
  return pages.flatMap((page) => page.code("ts")).map(anywhere);
}

/** The only example that matches. */
function example(marker: string | RegExp): string {
  const found = examples().filter((code) => code.search(marker) >= 0);
  assertEquals(found.length, 1, `${marker}`);
  return found[0]!;
}

async function outputOf(marker: string | RegExp, env: Record<string, string> = {}): Promise<string> {
  const { stdout, stderr, code } = await deno(["run", "-A"], [example(marker)], env);
  assertEquals(code, 0, stderr);
  return stdout;
}

Deno.test("README has at most 220 lines", () => {
  assertLessOrEqual(readme.text.trimEnd().split("\n").length, 220);
});

Deno.test("every TypeScript example of the pages type-checks, by Deno's own settings", async () => {
  const codes = examples();
  assertGreater(codes.length, 4);
  const { code: status, stderr } = await deno(["check"], codes);
  assertEquals(status, 0, stderr);
});

Deno.test("the pages' own environment is learned to its optimum", async () => {
  assertAlmostEquals(Number(await outputOf("registerEnvironment")), 1 - 6 * 0.01, 1e-6);
});

Deno.test("README's own environment in WGSL is learned on the device to its optimum", async () => {
  assertEquals(await outputOf("registerDeviceEnvironment"), "1\n");
});

Deno.test("README's own environment in WGSL with a mistake is told with the line that src/README.md says", async () => {
  const broken = example("registerDeviceEnvironment").replace("state.paddle + f32", "state.padle + f32");
  const { stderr, code } = await deno(["run", "-A"], [broken], { QERNEL_DEVICE: "wasm" });
  assertEquals(code, 1);
  const told = page("src/README.md").code("text").find((block) =>
    block.startsWith("Cannot use environment")
  )!;
  assertStringIncludes(stderr, `UsageError: ${told.trim()}`);
});

Deno.test("the pages' own callback ends its run as they say", async () => {
  const printed = await outputOf("watchLongest");
  assertMatch(printed, /^threshold of 60 reached: longest \d+\n$/);
  const { text } = page("src/README.md");
  assert(text.includes(`// ${printed.trim()}`), `src/README.md tells another end than ${printed}`);
});

Deno.test("the pages' own head learns", async () => {
  assertGreater(Number(await outputOf("registerHead")), 30); // Nobody who has learned nothing keeps the pole up for so long.
});

Deno.test("README's own program trains to its threshold", async () => {
  assertMatch(await outputOf(/^import \{ createRun \} from/), /^threshold of 500 reached /m);
});

Deno.test("the pages' population trains, each member by its own learning rate", async () => {
  const printed = await outputOf("createPopulation", { QERNEL_DEVICE: "wasm" }); // A minute by a software adapter.
  for (const rate of [0.01, 0.004, 0.001]) {
    assertMatch(
      printed,
      new RegExp(`^${rate} (threshold of 475 reached|budget of 40000 steps) at step`, "m"),
    );
  }
});

Deno.test("the pages' checkpoint is saved, loaded and played", async () => {
  assertGreater(Number(await outputOf("SaveCheckpoints")), 8); // No episode of CartPole is shorter.
});

Deno.test("the pages' run that keeps states trains", async () => {
  assertEquals(await outputOf("StateFolder"), "budget of 20000 steps\n");
});

Deno.test("every JSON example is a config or an experiment, without an unknown key", () => {
  const written = pages.flatMap((page) => page.code("json")).map((json) => JSON.parse(json));
  assertGreater(written.length, 1);
  for (const config of written) {
    assert(Deno.statSync(new URL(config.$schema, root)).isFile); // At the top, editors find the schema.
    if ("base" in config) parseExperiment(config, "an experiment of a page");
    else if (config.environment.id.startsWith(gymnasiumPrefix)) parseConfig(config, "a config of a page");
    else makeEnvironment(parseConfig(config, "a config of a page"));
  }
});

Deno.test("README and configs/README.md list every preset", () => {
  const commands = configs.column("## Presets", 0);
  assertEquals(commands.map((command) => command.replace("deno task train ", "")).sort(), presetNames());
  assertEquals(readme.column("## Presets", 0).filter((name) => !name.includes(" ")).sort(), presetNames());
});

Deno.test("configs/README.md lists every experiment, environment, metric and key of log", () => {
  const experiments = [...configs.prose.matchAll(/^### `([\w-]+)`/gm)].map(([, name]) => name!);
  assertEquals(experiments.sort(), experimentNames());
  const ids = (rows: readonly string[][]) =>
    rows.flatMap(([ids]) => quoted(ids!)).filter((name) => /-v\d$|^MinAtar\//.test(name)).sort();
  const environments = configs.rows("### Environments");
  assertEquals(ids(environments), environmentIds());
  assertEquals(ids(environments.filter((row) => row.at(-1)!.endsWith("device"))), deviceEnvironmentIds());
  assertEquals(configs.column("### Metrics", 0), Object.keys(metricNames));
  const { log } = parseConfig({ environment: { id: "CartPole-v1" }, budget: { steps: 1000 } });
  const rest = configs.column("## What a run leaves", 0).filter((name) => !/[./]/.test(name));
  assertEquals(rest.sort(), Object.keys(log).sort());
});

Deno.test("configs/README.md names the columns of episodes.csv", () => {
  const row = configs.rows("## What a run leaves").find(([file]) => file === "`episodes.csv`")!;
  assertEquals(quoted(row.slice(1).join()), [...episodeColumns]);
});

/** `a.b` and `a.c` of "`a.b`, `.c`". */
function keysOf(cell: string): string[] {
  const [first, ...rest] = quoted(cell);
  const group = first!.replace(/\.\w+$/, "");
  return [first!, ...rest.map((key) => key.startsWith(".") ? group + key : key)];
}

Deno.test("what others call a key, by configs/README.md, is a key of the presets made after them", async () => {
  const [header, ...rows] = configs.rows("### Names that others use");
  assertGreater(rows.length, 20);
  for (const [i, title] of header!.entries()) {
    const presets = await Promise.all(quoted(title).map((name) => loadConfig(name)));
    if (i === 0) continue;
    assertGreater(presets.length, 0, title);
    for (const row of rows.filter((row) => row[i] !== "")) {
      for (const key of keysOf(row[0]!)) {
        // deno-lint-ignore no-explicit-any -- whatever the key leads to
        const valueIn = (config: any) => key.split(".").reduce((value, name) => value?.[name], config);
        assert(presets.some(({ config }) => valueIn(config) !== undefined), `${title} has no ${key}`);
      }
    }
  }
});

Deno.test("shaders/README.md lists every shader, src/README.md every folder, tests/README.md every task of tests", () => {
  const shaders = page("shaders/README.md");
  const linked = [...shaders.prose.matchAll(/\]\((\w+\.wgsl)\)/g)].map(([, name]) => name!);
  assertEquals([...new Set(linked)].sort(), namesIn("shaders").filter((name) => name.endsWith(".wgsl")));
  const folders = namesIn("src").filter((name) => name !== "std" && name !== "README.md");
  assertEquals(page("src/README.md").column("## Floors", 1).sort(), [...folders, "mod.ts"].sort());
  const named = page("tests/README.md").rows("# The tests").flatMap(([task]) => quoted(task!));
  const wanted = Object.keys(tasks).filter((name) => /^test\b/.test(name));
  assertEquals(named.filter((name) => /^test\b/.test(name)).sort(), wanted.sort());
});

Deno.test("configs/README.md says what each part of test:faults is for", async () => {
  const { stdout } = await deno(["run", "-A", "tests/faults/main.ts", "--help"]);
  const parts = [...stdout.split("\nParts:\n")[1]!.matchAll(/^ {2}(\w[\w ]*): /gm)].map(([, name]) => name!);
  assertGreater(parts.length, 5);
  const named = quoted(configs.section("## Going on"));
  assertEquals(parts.filter((name) => !named.includes(name)), []);
});

Deno.test("README's figures of speed are those of src/bench/README.md", () => {
  const all = page("src/bench/README.md").rows("## Training loops").map((row) => row.join());
  const own = readme.rows("## Speed").map((row) => row.join());
  assertGreater(own.length, 3);
  assertEquals(own.filter((row) => !all.includes(row)), []);
});

Deno.test("the pages' commands are tasks, and train presets, that there are", () => {
  const shell = pages.flatMap((page) => page.code("sh")).join("\n");
  for (const [command, task, first] of shell.matchAll(/deno task ([\w:]+)(?: ([\w-]+))?/g)) {
    assert(task! in tasks, command);
    if (task === "train" && first && !first.startsWith("-")) {
      assert(presetNames().includes(first), command);
    }
    if (task === "sweep" && first && first !== "my-experiment") {
      assert(experimentNames().includes(first), command);
    }
  }
});

Deno.test("the pages' links lead to files, and to headings that there are", async () => {
  for (const { path, url, prose } of pages) {
    for (const [, link] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      const target = new URL(link!, url);
      const anchor = target.hash.slice(1);
      target.hash = "";
      await Deno.stat(target).catch(() => assert(false, `${path} links to ${link}, which is not there`));
      if (anchor === "") continue;
      const found = pages.find((page) => page.url.href === target.href);
      assert(found?.anchors().includes(anchor), `${path} links to ${link}, which is no heading`);
    }
  }
});

Deno.test("the pages show every picture that lies beside the presets, and each is small", () => {
  const shown = pages.flatMap(({ prose, url }) =>
    [...prose.matchAll(/<img src="([^"]+)"/g)].map(([, path]) =>
      relative(fromFileUrl(root), fromFileUrl(new URL(path!, url)))
    )
  );
  const files = namesIn("configs/pictures").map((name) => join("configs", "pictures", name));
  assertEquals([...new Set(shown)].sort(), files.sort());
  const sizes = files.map((path) => Deno.statSync(new URL(path, root)).size);
  assertLess(Math.max(...sizes), 60_000);
  assertLess(sizes.reduce((sum, size) => sum + size, 0), 600_000);
});

Deno.test("src/README.md gives a reason for every package that the code imports", () => {
  const code = page("src/README.md");
  const known = [...code.column("## Dependencies", 0), ...code.column("## Dependencies", 1)];
  const imported = new Set<string>();
  const read = (folder: URL) => {
    for (const { name, isDirectory } of Deno.readDirSync(folder)) {
      if (isDirectory) read(new URL(`${name}/`, folder));
      else if (name.endsWith(".ts")) {
        const code = Deno.readTextFileSync(new URL(name, folder));
        for (const [, found] of code.matchAll(/"npm:((?:@[\w-]+\/)?[\w-]+)@\d+\.\d+\.\d/g)) {
          imported.add(found!);
        }
      }
    }
  };
  for (const folder of ["src/", "tests/"]) read(new URL(folder, root));
  assertGreater(imported.size, 10);
  assertEquals([...imported].filter((name) => !known.includes(name)), []);
});
