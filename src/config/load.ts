/** Run configs from presets and files. @module */
import { didYouMean, excerpt, UsageError } from "../core/errors.ts";
import { parseJson } from "../format/json_text.ts";
import { readUntrustedText } from "../format/untrusted_file.ts";
import { override } from "./overrides.ts";
import type { RunConfig } from "./run_config.ts";
import { jsonSchema, parseConfig } from "./schema.ts";

/** A config and where it came from. */
export interface LoadedConfig {
  /** The preset's name, or the file's without folder and extension. */
  readonly name: string;
  readonly config: RunConfig;
}

/** How a config is loaded. */
export interface LoadOptions {
  /** Values that replace the config's, as in `agent.gamma=0.9`: JSON, or else texts. None by default. */
  readonly set?: readonly string[];
}

const presetFolder = new URL("../../configs/", import.meta.url);

/** Names of the presets, in alphabetical order; none where they cannot be listed, as over a URL. */
export function presetNames(): string[] {
  return namesIn(presetFolder);
}

/** Names of the files of a folder of configs or experiments, in alphabetical order; none over a URL. */
export function namesIn(folder: URL): string[] {
  if (folder.protocol !== "file:") return [];
  return [...Deno.readDirSync(folder)]
    .filter(({ name, isFile }) => isFile && name.endsWith(".json") && name !== "schema.json")
    .map(({ name }) => name.slice(0, -".json".length))
    .sort();
}

/** A config as it was written. */
export interface WrittenConfig {
  /** As in {@linkcode LoadedConfig}. */
  readonly name: string;
  /** What messages call it. */
  readonly place: string;
  /** Parsed, and not checked. */
  readonly written: unknown;
}

/**
 * The preset or config file that `reference` names: a name from `configs/`, or else the path of a JSON file, which may have
 * comments and trailing commas.
 *
 * @throws {UsageError} For an unknown preset, a file that cannot be read, text that is not JSON, or a config that is
 * not valid, with all that is wrong in it.
 */
export async function loadConfig(reference: string, options: LoadOptions = {}): Promise<LoadedConfig> {
  const { name, place, written } = await readConfig(reference);
  return { name, config: resolve(written, place, options.set ?? []) };
}

/** What {@linkcode loadConfig} checks. @throws {UsageError} As that does, unless the config is not valid. */
export async function readConfig(reference: string): Promise<WrittenConfig> {
  const isFile = reference.endsWith(".json");
  const text = await (isFile ? readUntrustedText(reference) : readPreset(reference));
  const place = isFile ? reference : `preset "${reference}"`;
  const name = isFile ? reference.replace(/^.*[/\\]/, "").slice(0, -".json".length) : reference;
  return { name, place, written: parseJson(text, place) };
}

/** The whole config, with `set` taken in. */
function resolve(written: unknown, place: string, set: readonly string[]): RunConfig {
  if (set.length === 0) return parseConfig(written, place);
  const resolved = tryParse(written, place);
  const config = override(set, { written, resolved, schema: jsonSchema() });
  return parseConfig(config, `${place} with ${excerpt(set.join(", "))}`);
}

/** The config with its defaults; undefined when it is not valid, which values that are set may mend. */
export function tryParse(written: unknown, place: string): RunConfig | undefined {
  try {
    return parseConfig(written, place);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}

async function readPreset(name: string): Promise<string> {
  const known = presetNames();
  try {
    if (!/^[\w-]+(\/[\w-]+)*$/.test(name)) throw new TypeError("no name of a preset");
    const response = await fetch(new URL(`${name}.json`, presetFolder));
    if (response.ok) return await response.text();
    await response.body?.cancel();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // A file that is not there.
  }
  const wanted = known.length > 0 ? `one of ${known.join(", ")}, or` : "a preset or";
  const hint = didYouMean(name, known);
  throw new UsageError(
    `Cannot find preset "${excerpt(name)}", wanted ${wanted} the path of a .json file${hint}`,
  );
}
