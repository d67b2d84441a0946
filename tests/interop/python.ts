/**
 * A Python of the tests' own, with the packages of requirements.txt, and those of requirements_alone.txt without what these
 * ask for, such as MinAtar, which asks for much that it needs for drawing alone.
 *
 * @module
 */
import { fromFileUrl, join } from "@std/path";

const here = fromFileUrl(new URL(".", import.meta.url));

/** Runs a script of this folder to its end; what it printed, as JSON. */
export async function runPython(script: string, ...args: string[]): Promise<unknown> {
  const { stdout } = await run(await pythonPath(), [join(here, script), ...args], `run ${script}`);
  return JSON.parse(stdout);
}

let made: Promise<string> | undefined;

/** The interpreter of a virtual environment in the system's cache, made by the first call and kept for later runs. */
export function pythonPath(): Promise<string> {
  return made ??= makeEnvironment({
    requirements: join(here, "requirements.txt"),
    alone: join(here, "requirements_alone.txt"),
    modules: "ale_py, Box2D, gymnasium, minatar, numpy, safetensors, tensorboard",
  });
}

/** What an environment holds. */
export interface PythonPackages {
  /** A file of packages. */
  readonly requirements: string;
  /** The same of packages that are installed without what they ask for. */
  readonly alone?: string;
  /** What can be imported then. */
  readonly modules: string;
}

/**
 * Makes a virtual environment in the system's cache, unless it is there. A folder with the final name is whole: it is made under
 * another name and moved there.
 *
 * @returns Its interpreter.
 */
export async function makeEnvironment({ requirements, alone, modules }: PythonPackages): Promise<string> {
  const files = alone === undefined ? [requirements] : [requirements, alone];
  const asked = await Promise.all(files.map((path) => Deno.readTextFile(path)));
  const folder = join(cacheFolder(), `python-${await digest(new TextEncoder().encode(asked.join("\n")))}`);
  const python = pythonOf(folder);
  if (await works(python, modules)) return python;
  await Deno.remove(folder, { recursive: true }).catch(() => {}); // Of a Python that is gone.
  const unfinished = `${folder}-${crypto.randomUUID().slice(0, 8)}`;
  try {
    await run("python3", ["-m", "venv", unfinished], "make a virtual environment");
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await run(pythonOf(unfinished), [...install, "-r", requirements], "install the packages");
    if (alone !== undefined) {
      await run(pythonOf(unfinished), [...install, "--no-deps", "-r", alone], "install the packages");
    }
    await Deno.rename(unfinished, folder).catch(async (error) => {
      if (!await works(python, modules)) throw error; // Another run may have been faster.
    });
  } finally {
    await Deno.remove(unfinished, { recursive: true }).catch(() => {});
  }
  return python;
}

async function works(python: string, modules: string): Promise<boolean> {
  const args = ["-c", `import ${modules}`];
  try {
    return (await new Deno.Command(python, { args, stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

function pythonOf(folder: string): string {
  return Deno.build.os === "windows" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

function cacheFolder(): string {
  const home = Deno.env.get("HOME");
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? Deno.env.get("LOCALAPPDATA") ??
    (home && join(home, ".cache"));
  if (!cache) throw new Error("Cannot keep a virtual environment: HOME is not set, wanted a home folder");
  return join(cache, "qernel-interop");
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex().slice(0, 12);
}

/** What a step may take, the installation over a slow network included. */
const limitSeconds = 600;

/** What to install when a step fails. */
const remedies: Record<string, string> = {
  "make a virtual environment":
    "Python 3.10 or newer with venv and pip (on Debian and Ubuntu: apt-get install python3 python3-venv)",
  "install the packages": "a network that reaches the Python package index (pypi.org)",
};

async function run(command: string, args: string[], action: string): Promise<{ stdout: string }> {
  const remedy = remedies[action] ? `, wanted ${remedies[action]}` : "";
  const env = { PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1" };
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitSeconds * 1000);
  let output: Deno.CommandOutput;
  try {
    output = await new Deno.Command(command, { args, env, signal: limit.signal }).output();
  } catch (cause) {
    throw new Error(`Cannot ${action}: ${command} does not start${remedy}`, { cause });
  } finally {
    clearTimeout(timer);
  }
  if (limit.signal.aborted) throw new Error(`Cannot ${action}: it took more than ${limitSeconds} s${remedy}`);
  const { code, stdout, stderr } = output;
  const [printed, complaint] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (code !== 0) {
    throw new Error(
      `Cannot ${action}: ${command} ended with status ${code}${remedy}.\n${complaint}${printed}`,
    );
  }
  return { stdout: printed! };
}
