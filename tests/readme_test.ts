import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { experimentNames } from "../src/config/experiment.ts";
import { parseExperiment } from "../src/config/experiment_schema.ts";
import { makeEnvironment } from "../src/config/environments.ts";
import { presetNames } from "../src/config/load.ts";
import { parseConfig } from "../src/config/schema.ts";
import { deviceEnvironmentIds } from "../src/device_envs/registry.ts";
import { environmentIds } from "../src/envs/registry.ts";
import { episodeColumns } from "../src/train/callbacks/csv_log.ts";
import { metricNames } from "../src/train/callbacks/metrics.ts";

const root = new URL("..", import.meta.url);
const text = Deno.readTextFileSync(new URL("README.md", root));

function blocks(language: string): string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g"))].map(([, code]) =>
    code!
  );
}

/** What stands under a heading, up to the next one. */
function section(heading: string): string {
  const [, found] = text.split(`\n${heading}\n`);
  assert(found !== undefined, `README has no heading ${heading}`);
  return found.split(/\n##+ /)[0]!;
}

/** Everything in backticks that stands in one column of the tables of a section. */
function column(heading: string, index: number): string[] {
  const rows = section(heading).split("\n").filter((line) => line.startsWith("|"));
  return rows.flatMap((row) =>
    [...(row.split("|")[index + 1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
  );
}

/** The environments that live on the device too, in the table of environments. */
function devices(): string[] {
  const rows = section("### Environments").split("\n").filter((line) =>
    /\bdevice \|$/.test(line.replace(/ +/g, " "))
  );
  return rows.flatMap((row) => [...row.split("|")[1]!.matchAll(/`([^`]+)`/g)].map(([, id]) => id!));
}

/** The TypeScript examples of README, as programs that stand anywhere. */
function examples(): string[] {
  return blocks("ts").map((code) => code.replaceAll('"./mod.ts"', `"${new URL("mod.ts", root).href}"`));
}

async function deno(
  args: readonly string[],
  programs: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ stdout: string; stderr: string; code: number }> {
  const folder = await Deno.makeTempDir();
  try {
    const files = programs.map((_, i) => join(folder, `${i}.ts`));
    for (const [i, program] of programs.entries()) await Deno.writeTextFile(files[i]!, program);
    const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
      args: [...args, ...files],
      cwd: fromFileUrl(root),
      env: { NO_COLOR: "1", ...env },
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { stdout: decode(stdout), stderr: decode(stderr), code };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The only example that holds the marker. */
function example(marker: string): string {
  const found = examples().filter((code) => code.includes(marker));
  assertEquals(found.length, 1, marker);
  return found[0]!;
}

async function outputOf(marker: string): Promise<string> {
  const { stdout, stderr, code } = await deno(["run", "-A"], [example(marker)]);
  assertEquals(code, 0, stderr);
  return stdout;
}

Deno.test("every TypeScript example of README type-checks", async () => {
  const codes = examples();
  assertGreater(codes.length, 4);
  const { code: status, stderr } = await deno(["check"], codes);
  assertEquals(status, 0, stderr);
});

Deno.test("README's own environment is learned to its optimum", async () => {
  assertAlmostEquals(Number(await outputOf("registerEnvironment")), 1 - 6 * 0.01, 1e-6);
});

Deno.test("README's own environment in WGSL is learned on the device to its optimum", async () => {
  assertEquals(await outputOf("registerDeviceEnvironment"), "1\n");
});

Deno.test("README's own environment in WGSL with a mistake is told with the line that README says", async () => {
  const broken = example("registerDeviceEnvironment").replace("state.paddle + f32", "state.padle + f32");
  const { stderr, code } = await deno(["run", "-A"], [broken], { QERNEL_DEVICE: "wasm" });
  assertEquals(code, 1);
  const told = blocks("text").find((block) => block.startsWith("Cannot use environment"))!;
  assertStringIncludes(stderr, `UsageError: ${told.trim()}`);
});

Deno.test("README's own callback ends its run as README says", async () => {
  const printed = await outputOf("watchLongest");
  assertMatch(printed, /^threshold of 60 reached: longest \d+\n$/);
  assert(text.includes(`// ${printed.trim()}`), `README tells another end than ${printed}`);
});

Deno.test("every JSON example of README is a config or an experiment, without an unknown key", () => {
  const written = blocks("json").map((json) => JSON.parse(json));
  assertGreater(written.length, 1);
  for (const config of written) {
    assert(Deno.statSync(new URL(config.$schema, root)).isFile); // Beside README, editors find the schema.
    if ("base" in config) parseExperiment(config, "an experiment of README");
    else makeEnvironment(parseConfig(config, "a config of README"));
  }
});

Deno.test("README lists every preset, experiment, environment, metric and key of log", () => {
  const presets = column("## Presets", 0).map((command) => command.replace("deno task train ", ""));
  assertEquals(presets.sort(), presetNames());
  const experiments = [...text.matchAll(/^#### `([\w-]+)`/gm)].map(([, name]) => name!);
  assertEquals(experiments.sort(), experimentNames());
  assertEquals(column("### Environments", 0).filter((name) => /-v\d$/.test(name)).sort(), environmentIds());
  assertEquals(devices().sort(), deviceEnvironmentIds());
  assertEquals(column("### Metrics", 0), Object.keys(metricNames));
  const { log } = parseConfig({ environment: { id: "CartPole-v1" }, budget: { steps: 1000 } });
  const rest = column("## What a run leaves", 0).filter((name) => !/[./]/.test(name));
  assertEquals(rest.sort(), Object.keys(log).sort());
});

Deno.test("README names the columns of episodes.csv", () => {
  const row = section("## What a run leaves").split("\n").find((line) =>
    line.startsWith("| `episodes.csv`")
  )!;
  assertEquals([...row.matchAll(/`(\w+)`/g)].map(([, name]) => name), [...episodeColumns]);
});

Deno.test("README's commands are tasks, and train presets, that there are", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const commands = blocks("sh").join("\n").matchAll(/deno task ([\w:]+)(?: ([\w-]+))?/g);
  for (const [command, task, first] of commands) {
    assert(task! in tasks, command);
    if (task === "train" && first && !first.startsWith("-")) {
      assert(presetNames().includes(first), command);
    }
    if (task === "sweep" && first && first !== "my-experiment") {
      assert(experimentNames().includes(first), command);
    }
  }
});

Deno.test("README's links and pictures lead to files, and each picture is small", async () => {
  const links = [...text.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => path!);
  const pictures = [...text.matchAll(/<img src="([^"]+)"/g)].map(([, path]) => path!);
  for (const path of [...links, ...pictures]) await Deno.stat(new URL(path, root));
  const folder = "configs/pictures/";
  const files = [...Deno.readDirSync(new URL(folder, root))].map(({ name }) => folder + name);
  assertEquals(files.sort(), [...new Set(pictures)].sort());
  const sizes = files.map((path) => Deno.statSync(new URL(path, root)).size);
  assertLess(Math.max(...sizes), 60_000);
  assertLess(sizes.reduce((sum, size) => sum + size, 0), 600_000);
});

Deno.test("README gives a reason for every package that the code imports", () => {
  const known = column("## Dependencies", 0).concat(column("## Dependencies", 1));
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
