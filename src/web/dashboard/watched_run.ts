/** A run's folder, looked at again and again. @module */
import { isRecord } from "../../config/values.ts";
import type { AgentConfig } from "../../config/agent_config.ts";
import { isLocked, lockFile } from "../../runs/folder_lock.ts";
import { algorithmName } from "../../runs/run_names.ts";
import { parseFailure, parseSummary } from "../../runs/summary.ts";
import { metricsColumns } from "../../train/callbacks/csv_log.ts";
import type { ClosedFolder, Place } from "./closed_folder.ts";
import { readLastRow } from "./log_header.ts";
import type { LogName, RunInfo, RunProgress } from "./protocol.ts";
import { filesOf } from "./run_files.ts";
import { type Signs, statusOf } from "./run_status.ts";
import { checkpointTexts, json, WatchedFile } from "./watched_file.ts";

/** What a run is known by. */
export interface RunId {
  readonly key: number;
  readonly place: Place;
  /** Folder of its sweep. */
  readonly sweep?: Place | undefined;
}

/** A run. What its files hold that no run writes is as if it were not there. */
export class WatchedRun {
  /** What it is known by. */
  readonly id: RunId;
  readonly #folder: ClosedFolder;
  readonly #config;
  readonly #summary;
  readonly #failure;
  readonly #metrics;
  readonly #best;
  #lock: Signs["lock"] = "none";
  #folders = "";
  #files: readonly string[] = [];
  #info: RunInfo | undefined;

  /** Reads nothing yet. */
  constructor(folder: ClosedFolder, id: RunId) {
    [this.#folder, this.id] = [folder, id];
    const { place } = id;
    this.#config = new WatchedFile(
      folder,
      [...place, "config.json"],
      json((given) => isRecord(given) ? given : {}),
    );
    this.#summary = new WatchedFile(
      folder,
      [...place, "summary.json"],
      json((given) => parseSummary(given, "it")),
    );
    this.#failure = new WatchedFile(
      folder,
      [...place, "failed.json"],
      json((given) => parseFailure(given, "it")),
    );
    this.#metrics = new WatchedFile(folder, this.log("metrics"), readLastRow);
    this.#best = new WatchedFile(folder, [...place, "checkpoints", "best.safetensors"], checkpointTexts);
  }

  /** How it is. `refresh` has to have been called. */
  get info(): RunInfo {
    return this.#info!;
  }

  /** Its config as it was written. */
  get config(): Readonly<Record<string, unknown>> {
    return this.#config.value ?? {};
  }

  /** Where a log of it lies. */
  log(name: LogName): Place {
    return [...this.id.place, `${name}.csv`];
  }

  /** The latest value of a column of `metrics.csv`. */
  latest(column: string): number | undefined {
    return this.#metrics.value?.row.get(column);
  }

  /** Looks at its files. Returns whether it is no longer as it was told. */
  async refresh(): Promise<boolean> {
    const files = [this.#config, this.#summary, this.#failure, this.#metrics, this.#best];
    const changes = await Promise.all(files.map((file) => file.look()));
    const lock = await this.#readLock();
    const folders = await this.#readFolders();
    if (this.#info && lock === this.#lock && folders === this.#folders && !changes.includes(true)) {
      return false;
    }
    if (folders !== this.#folders) this.#files = await filesOf(this.#folder, this.id.place);
    [this.#lock, this.#folders] = [lock, folders];
    this.#info = this.#describe();
    return true;
  }

  /** When names in its folders last changed: files are written under another name first. */
  async #readFolders(): Promise<string> {
    const { place } = this.id;
    const folders = [place, [...place, "checkpoints"], [...place, "pictures"]];
    return (await Promise.all(folders.map((folder) => this.#folder.look(folder))))
      .map((facts) => facts?.changed ?? 0).join();
  }

  async #readLock(): Promise<Signs["lock"]> {
    const place = [...this.id.place, lockFile];
    if (!await this.#folder.look(place)) return "none";
    using file = await this.#folder.open(place);
    return !file || isLocked(file) ? "held" : "left";
  }

  #describe(): RunInfo {
    const { key, place, sweep } = this.id;
    const { preset, environment, agent, seed, budget } = this.config;
    const summary = this.#summary.value;
    const files = [this.#config, this.#summary, this.#failure, this.#metrics, this.#best];
    return {
      key,
      name: place.join("/"),
      ...sweep ? { sweep: sweep.join("/") } : {},
      ...typeof preset === "string" ? { preset } : {},
      ...isRecord(environment) && typeof environment.id === "string" ? { environment: environment.id } : {},
      ...isRecord(agent) ? { algorithm: algorithmName(agent as unknown as AgentConfig) } : {},
      ...typeof seed === "number" ? { seed } : {},
      ...isRecord(budget) ? { budget: onlyNumbers(budget) } : {},
      ...statusOf({ summary, failure: this.#failure.value, lock: this.#lock }),
      ...this.#progress(),
      ...bestOf(this.#best.value),
      ...summary?.evaluation ? { evaluation: summary.evaluation } : {},
      created: this.#config.changed,
      changed: Math.max(...files.map(({ changed }) => changed)),
      metrics: this.#metrics.value?.names.filter((name) => !metricsColumns.includes(name)) ?? [],
      files: this.#files,
    };
  }

  #progress(): { readonly progress?: RunProgress } {
    const summary = this.#summary.value;
    if (summary && this.#lock !== "held") {
      const { environmentSteps: step, updates: update, episodes: episode, wallSeconds: seconds } = summary;
      return { progress: { step, update, episode, seconds } };
    }
    const [step, update, episode, seconds] = ["step", "update", "episode", "seconds"]
      .map((name) => this.latest(name) ?? 0) as [number, number, number, number];
    return this.#metrics.value ? { progress: { step, update, episode, seconds } } : {};
  }
}

function bestOf(texts: Readonly<Record<string, string>> | undefined): { readonly best?: number } {
  const best = Number(texts?.evaluationMean ?? NaN);
  return Number.isFinite(best) ? { best } : {};
}

function onlyNumbers(given: Readonly<Record<string, unknown>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}
