/** The rules of the house as functions from sources to violations; architecture_test.ts applies them. @module */
import { dirname, relative, resolve } from "@std/path";

/**
 * Who may import whom. A file imports only from lower floors or from its own folder, and never in a
 * cycle; `src/std/` stands outside and is known by its bare names alone.
 */
const FLOORS: Record<string, number> = {
  "src/core": 0,
  "src/wasm": 1,
  "src/gpu": 2,
  "src/envs": 2,
  "src/format": 2,
  "src/report": 3,
  "src/ops": 3,
  "src/learner": 4,
  "src/device_envs": 4,
  "src/agents": 5,
  "src/train": 6,
  "src/config": 7,
  "src/command": 8,
  "src/runs": 8,
  "src/queue": 8,
  "src/cli": 9,
  "src/bench": 9,
  "src/web": 9,
  "mod.ts": 9,
};

const ENTRY_FLOOR = 9;
/** What `exports` of deno.json names: entry points, so that the one of a folder may show what stands above it. */
export const PUBLIC_MODULE = /^(?:src\/\w+\/)?mod\.ts$/;

const SHADER_IMPORTERS = ["src/ops", "src/device_envs"];
const BARE_NAME_USERS = ["src/command", "src/runs", "src/cli", "src/web", "tests"];

/** Names at the top of the repository; files whose name starts with a dot come on top. */
const TOP_LEVEL = [
  "deno.json",
  "deno.lock",
  "mod.ts",
  "src",
  "shaders",
  "tests",
  "configs",
  "README.md",
  "setup.sh",
  "LICENSE",
];

/** The texts of files by their path from the root, with `/` on every system. */
export type Sources = Record<string, string>;

/** What each file imports: paths from the root, URLs such as `npm:a@1`, or `bare:` and a bare name. */
export type Imports = Map<string, string[]>;

/** `import ... from "x"`, `export ... from "x"`, `import "x"`: at the start of a line, so not in a comment. */
const STATIC_IMPORT =
  /^[ \t]*(?:import|export)\b(?:(?:[\w\s{},*$]|\/\/.*\n)*?\bfrom)?[ \t]*["']([^"'\n]+)["']/gm;

/** `import("x")` outside a line of comment. */
const DYNAMIC_IMPORT = /^(?![ \t]*(?:\/\/|\*|\/\*)).*?\bimport\([\s]*["'`]([^"'`]+)["'`]/gm;

/** The imports of the scripts among `sources`. */
export function importsOf(sources: Sources): Imports {
  const imports: Imports = new Map();
  for (const [file, text] of Object.entries(sources)) {
    if (!/\.[mc]?[jt]sx?$/.test(file)) continue;
    const found = [...text.matchAll(STATIC_IMPORT), ...text.matchAll(DYNAMIC_IMPORT)];
    imports.set(file, found.map(([, specifier]) => resolveSpecifier(file, specifier!)));
  }
  return imports;
}

function resolveSpecifier(file: string, specifier: string): string {
  if (/^[a-z]+:/.test(specifier)) return specifier;
  if (!/^\.{1,2}\//.test(specifier)) return `bare:${specifier}`;
  const path = relative(resolve("."), resolve(dirname(file), specifier));
  return path.replaceAll("\\", "/");
}

/** The room of a file: `src/train` for `src/train/callbacks/stop.ts`, `mod.ts` for every public module, `tests`. */
function roomOf(path: string): string {
  if (PUBLIC_MODULE.test(path)) return "mod.ts";
  const [first, second, third] = path.split("/");
  return first === "src" && third !== undefined ? `${first}/${second}` : first!;
}

/** Files that import from a floor that is not below theirs, from an entry point, or from no floor at all. */
export function floorViolations(imports: Imports): string[] {
  const found: string[] = [];
  for (const [file, targets] of imports) {
    const room = roomOf(file);
    if (room === "tests" || room === "configs") continue;
    if (room !== "src/std" && FLOORS[room] === undefined) found.push(`${file} stands on no floor`);
    for (const target of targets) {
      const reason = /^[a-z]+:/.test(target) ? undefined : whyNot(file, target);
      if (reason) found.push(`${file} imports ${target}: ${reason}`);
    }
  }
  return found;
}

function whyNot(file: string, target: string): string | undefined {
  const [from, to] = [roomOf(file), roomOf(target)];
  if (from === "src/std") {
    return dirname(file) === dirname(target) ? undefined : "src/std packages stand alone";
  }
  if (from === to) return undefined;
  const floor = FLOORS[from] ?? -1;
  if (to === "shaders") {
    return SHADER_IMPORTERS.includes(from) ? undefined : `only ${SHADER_IMPORTERS.join(" and ")} may`;
  }
  if (to === "configs" || to === "deno.json") return floor >= 7 ? undefined : "only floors from 7 on may";
  if (to === "src/wasm" && from !== "src/gpu") return "only src/gpu may";
  const below = FLOORS[to];
  if (below === undefined) return `${to} is on no floor`;
  if (below === ENTRY_FLOOR) return "nothing imports an entry point";
  return below < floor ? undefined : `floor ${floor} may not import floor ${below}`;
}

/** Bare names outside the folders that may use them, and anywhere in the graph of a public module. */
export function bareNameViolations(imports: Imports): string[] {
  const found: string[] = [];
  const published = reachableFrom([...imports.keys()].filter((file) => PUBLIC_MODULE.test(file)), imports);
  for (const [file, targets] of imports) {
    for (const target of targets.filter((name) => name.startsWith("bare:"))) {
      if (published.has(file)) found.push(`${file} is in the graph of a mod.ts and imports ${target}`);
      else if (!BARE_NAME_USERS.includes(roomOf(file))) found.push(`${file} imports ${target}`);
    }
  }
  return found;
}

function reachableFrom(files: readonly string[], imports: Imports): Set<string> {
  const seen = new Set<string>();
  const next = [...files];
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (seen.has(file) || !imports.has(file)) continue;
    seen.add(file);
    next.push(...imports.get(file)!);
  }
  return seen;
}

/** Files that reach themselves; each cycle once, from its first file found. */
export function cycles(imports: Imports): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  function visit(file: string, path: string[]): void {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(" -> "));
    if (done.has(file) || path.includes(file)) return;
    for (const target of imports.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  }
  for (const file of imports.keys()) visit(file, []);
  return found;
}

/** Lines of `src/core` that use Deno's own interface. */
export function denoInCore(sources: Sources): string[] {
  return linesMatching(
    sources,
    (file) => roomOf(file) === "src/core",
    /^(?!\s*(?:\/\/|\*|\/\*)).*\bDeno\s*[.[]/,
  );
}

/** What may write without `src/train/disk.ts`: locks and pipes, which are nothing to find after a crash, and what is no run's. */
const ownWriters = [
  "src/train/disk.ts",
  "src/runs/folder_lock.ts",
  "src/envs/gymnasium/pipes.ts",
  "src/cli/schema.ts",
  "src/bench/",
];

/** Lines that write to the disk past its one module. */
export function writesPastDisk(sources: Sources): string[] {
  const writes =
    /^(?!\s*(?:\/\/|\*|\/\*)).*\bDeno\.(?:(?:create|write\w*|rename|remove|mkdir|truncate|copyFile|link|symlink|makeTemp\w+)(?:Sync)?\(|open\w*\(.*\b(?:write|append|truncate)\b)/;
  return linesMatching(
    sources,
    (file) => /^src\/.*\.ts$/.test(file) && !ownWriters.some((own) => file.startsWith(own)),
    writes,
  );
}

/** Lines with a path that exists on one machine only: of a person's home or a working folder, or this checkout's. */
export function machinePaths(sources: Sources, checkout: string): string[] {
  const home =
    /(?:^|file:\/\/|[\s"'`(=:,>[])(?:\/(?:home|Users|root|work|workspace|workspaces|mnt|builds)\/[\w.-]|[A-Z]:\\\\?Users\\)/;
  const found = linesMatching(sources, () => true, home);
  const own = linesMatching(sources, () => checkout.length > 4, new RegExp(escapeRegExp(`${checkout}/`)));
  return [...new Set([...found, ...own])];
}

function linesMatching(sources: Sources, wanted: (file: string) => boolean, pattern: RegExp): string[] {
  return Object.entries(sources).filter(([file]) => wanted(file)).flatMap(([file, text]) =>
    text.split("\n").flatMap((line, i) =>
      pattern.test(line) ? [`${file}:${i + 1}: ${line.trim().slice(0, 120)}`] : []
    )
  );
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** Paths whose first part has no place at the top of the repository. */
export function strangersAtTop(paths: string[]): string[] {
  const tops = new Set(paths.map((path) => path.split("/")[0]!));
  return [...tops].filter((name) => !name.startsWith(".") && !TOP_LEVEL.includes(name));
}
