import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import {
  bareNameViolations,
  cycles,
  denoInCore,
  floorViolations,
  type Imports,
  importsOf,
  machinePaths,
  type Sources,
  strangersAtTop,
  writesPastDisk,
} from "./architecture.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** The files that git tracks, and not what a user keeps beside them; undefined outside a checkout. */
async function trackedFiles(): Promise<string[] | undefined> {
  const args = ["-C", ROOT, "ls-files", "-z"];
  const listed = await new Deno.Command("git", { args, stderr: "null" }).output().catch(() => undefined);
  if (!listed?.success) return undefined;
  return new TextDecoder().decode(listed.stdout).split("\0").filter((path) => path !== "");
}

/** The texts under `folders` and of `files`; what does not exist is left out, and so are binary files. */
async function readSources(paths: string[]): Promise<Sources> {
  const sources: Sources = {};
  for (const path of paths) {
    const text = await Deno.readTextFile(join(ROOT, path)).catch(() => "\0");
    if (!text.includes("\0")) sources[path] = text;
  }
  return sources;
}

async function filesUnder(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
    if (isDirectory) paths.push(...await filesUnder(`${folder}/${name}`));
    else paths.push(`${folder}/${name}`);
  }
  return paths;
}

async function code(): Promise<Sources> {
  return await readSources(["mod.ts", ...await filesUnder("src"), ...await filesUnder("tests")]);
}

Deno.test("imports go down the floors", async () => {
  const imports = importsOf(await code());
  assert(imports.size > 10, `only ${imports.size} files found`);
  assertEquals(floorViolations(imports), []);
});

Deno.test("imports have no cycle", async () => {
  assertEquals(cycles(importsOf(await code())), []);
});

Deno.test("bare names stay in the commands and tests, out of the graph of every mod.ts", async () => {
  assertEquals(bareNameViolations(importsOf(await code())), []);
});

Deno.test("src/core does not use Deno", async () => {
  assertEquals(denoInCore(await code()), []);
});

Deno.test("src writes to the disk by its one module", async () => {
  assertEquals(writesPastDisk(await code()), []);
});

const tracked = await trackedFiles();

Deno.test({ name: "tracked files hold no path of one machine", ignore: !tracked }, async () => {
  assertEquals(machinePaths(await readSources(tracked!), ROOT), []);
});

Deno.test({ name: "the top level holds what it should and nothing else", ignore: !tracked }, () => {
  assertEquals(strangersAtTop(tracked!), []);
});

Deno.test("importsOf() finds every form of import and none in a comment", () => {
  const text = [
    'import "./a.ts";',
    'import b from "./b.ts";',
    "import {\n  c, // a note\n  type C,\n} from '../gpu/c.ts';",
    'export * from "./d.ts";',
    'export { e } from "npm:e@1";',
    'import type { F } from "@std/f";',
    'const g = await import("./g.ts");',
    'import h from "../../shaders/h.wgsl" with { type: "text" };',
    '  // import "./no.ts";',
    ' * import n from "./no.ts";',
    ' * const n = await import("./no.ts");',
    "export const from = 3; // from here",
    'export function x() {\n  return "./no.ts";\n}',
  ].join("\n");
  assertEquals(importsOf({ "src/ops/x.ts": text }).get("src/ops/x.ts")!.toSorted(), [
    "bare:@std/f",
    "npm:e@1",
    "shaders/h.wgsl",
    "src/gpu/c.ts",
    "src/ops/a.ts",
    "src/ops/b.ts",
    "src/ops/d.ts",
    "src/ops/g.ts",
  ]);
});

Deno.test("floorViolations() reports each broken rule and no lawful import", () => {
  const cases: [string, string, string | undefined][] = [
    ["src/train/callbacks/a.ts", "src/train/b.ts", undefined],
    ["src/train/a.ts", "src/agents/b.ts", undefined],
    ["src/ops/a.ts", "shaders/b.wgsl", undefined],
    ["src/device_envs/a.ts", "shaders/b.wgsl", undefined],
    ["src/config/a.ts", "configs/b.json", undefined],
    ["src/cli/a.ts", "deno.json", undefined],
    ["src/std/cli/a.ts", "src/std/cli/b.ts", undefined],
    ["src/core/a.ts", "npm:b@1", undefined],
    ["tests/a_test.ts", "src/cli/b.ts", undefined],
    ["src/envs/mod.ts", "src/envs/a.ts", undefined],
    ["src/envs/mod.ts", "src/device_envs/a.ts", undefined],
    ["src/agents/a.ts", "src/train/b.ts", "floor 5 may not import floor 6"],
    ["src/gpu/a.ts", "src/envs/b.ts", "floor 2 may not import floor 2"],
    ["src/gpu/a.ts", "src/wasm/b.ts", undefined],
    ["src/ops/a.ts", "src/wasm/b.ts", "only src/gpu may"],
    ["src/core/a.ts", "src/format/b.ts", "floor 0 may not import floor 2"],
    ["src/cli/a.ts", "src/bench/b.ts", "nothing imports an entry point"],
    ["src/bench/a.ts", "mod.ts", "nothing imports an entry point"],
    ["src/envs/a.ts", "src/envs/mod.ts", "nothing imports an entry point"],
    ["src/train/a.ts", "src/envs/mod.ts", "nothing imports an entry point"],
    ["src/envs/mod.ts", "shaders/a.wgsl", "only src/ops and src/device_envs may"],
    ["src/learner/a.ts", "shaders/b.wgsl", "only src/ops and src/device_envs may"],
    ["src/train/a.ts", "configs/b.json", "only floors from 7 on may"],
    ["src/cli/a.ts", "src/std/cli/mod.ts", "src/std is on no floor"],
    ["src/cli/a.ts", "tests/b.ts", "tests is on no floor"],
    ["src/std/cli/a.ts", "src/core/b.ts", "src/std packages stand alone"],
  ];
  for (const [file, target, reason] of cases) {
    const wanted = reason ? [`${file} imports ${target}: ${reason}`] : [];
    assertEquals(floorViolations(new Map([[file, [target]]])), wanted);
  }
  assertEquals(floorViolations(new Map([["src/util/a.ts", []], ["src/a.ts", []]])), [
    "src/util/a.ts stands on no floor",
    "src/a.ts stands on no floor",
  ]);
});

Deno.test("cycles() reports a cycle within a folder, and none in a diamond", () => {
  const diamond: Imports = new Map([["a", ["b", "c"]], ["b", ["d"]], ["c", ["d"]], ["d", []]]);
  assertEquals(cycles(diamond), []);
  assertEquals(cycles(new Map([...diamond, ["d", ["b"]]])), ["b -> d -> b"]);
  assertEquals(cycles(new Map([["a", ["a"]]])), ["a -> a"]);
});

Deno.test("bareNameViolations() reports a bare name in the wrong folder or in the graph of a mod.ts", () => {
  const lawful: Imports = new Map([["src/cli/a.ts", ["bare:@std/cli"]], ["tests/a_test.ts", [
    "bare:@std/assert",
  ]]]);
  assertEquals(bareNameViolations(lawful), []);
  assertEquals(bareNameViolations(new Map([["src/gpu/a.ts", ["bare:zod", "node:path"]]])), [
    "src/gpu/a.ts imports bare:zod",
  ]);
  for (const module of ["mod.ts", "src/gpu/mod.ts"]) {
    assertEquals(bareNameViolations(new Map([...lawful, [module, ["src/cli/a.ts", "npm:a@1"]]])), [
      "src/cli/a.ts is in the graph of a mod.ts and imports bare:@std/cli",
    ]);
  }
});

Deno.test("denoInCore() reports a use, not a mention", () => {
  const use = "export const now = Deno.pid;";
  assertEquals(denoInCore({ "src/core/a.ts": `// Deno.pid\n * Deno.pid\n${use}`, "src/cli/b.ts": use }), [
    `src/core/a.ts:3: ${use}`,
  ]);
});

Deno.test("writesPastDisk() reports what writes, and nothing that reads", () => {
  const lawful = [
    "await Deno.open(path);",
    "Deno.openSync(folder, { read: true });",
    "Deno.removeSignalListener(signal, end);",
    " * await Deno.writeTextFile(path, text);",
  ];
  const writes = [
    "await Deno.open(path, { write: true });",
    "Deno.openSync(path, { append: true });",
    "Deno.removeSync(path);",
    "await Deno.writeTextFile(path, text);",
    "Deno.renameSync(a, b);",
    "Deno.mkdirSync(path);",
  ];
  assertEquals(
    writesPastDisk({
      "src/cli/a.ts": [...lawful, ...writes].join("\n"),
      "src/train/disk.ts": writes[0]!,
      "src/runs/folder_lock.ts": writes[0]!,
    }),
    writes.map((line, i) => `src/cli/a.ts:${lawful.length + i + 1}: ${line}`),
  );
});

Deno.test("machinePaths() reports home folders, working folders and this checkout", () => {
  const paths = [["", "home", "me", "x"], ["", "Users", "me"], ["", "work", "main"], [
    "",
    "srv",
    "qernel",
    "a.ts",
  ]];
  const lines = paths.map((parts) => `see "${parts.join("/")}"`);
  const lawful = ["#!/usr/bin/env bash", "https://example.com/home/me", "src/work/a", "a/root/b", "/tmp/x"];
  const found = machinePaths({ a: [...lines, ...lawful].join("\n") }, ["", "srv", "qernel"].join("/"));
  assertEquals(found, lines.map((line, i) => `a:${i + 1}: ${line}`));
});

Deno.test("strangersAtTop() reports what has no place there", () => {
  assertEquals(strangersAtTop(["src/a.ts", ".gitignore", "docs/a.md", "notes.txt"]), ["docs", "notes.txt"]);
});
