/** Folders as runs leave them, written in a moment. @module */
import { metricsColumns } from "../../../src/train/callbacks/csv_log.ts";

/** A config that a run of this seed leaves. */
export function configOf(seed: number, agent: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    formatVersion: 1,
    preset: "corridor",
    environment: { id: "CartPole-v1" },
    agent: { kind: "dqn", hidden: [16], ...agent },
    budget: { steps: 1000 },
    seed,
  };
}

/** What a run leaves whose training is over. */
export const summary = {
  preset: "corridor",
  seed: 3,
  environmentSteps: 1000,
  updates: 500,
  episodes: 20,
  wallSeconds: 1.5,
  stopReason: "budget of 1000 steps",
  adapter: "none",
  kernelProfile: "none",
  evaluation: { episodes: 3, mean: 2, std: 0, min: 2, max: 2 },
};

/** Writes a run's folder with so many rows of metrics, of which `return100` is the row's number. Returns the folder. */
export function writeRun(
  folder: string,
  { config = configOf(0), rows = 3 }: { config?: Record<string, unknown>; rows?: number } = {},
): string {
  Deno.mkdirSync(`${folder}/checkpoints`, { recursive: true });
  Deno.writeTextFileSync(`${folder}/config.json`, JSON.stringify(config));
  const lines = Array.from({ length: rows }, (_, i) => metricsRow(i + 1));
  Deno.writeTextFileSync(`${folder}/metrics.csv`, [metricsColumns.join(","), ...lines, ""].join("\n"));
  return folder;
}

/** A row of `metrics.csv` at step 10 `i`. */
export function metricsRow(i: number): string {
  const values: Record<string, number> = {
    step: 10 * i,
    update: 5 * i,
    episode: i,
    seconds: i / 100,
    loss: 1 / i,
    return100: i,
  };
  return metricsColumns.map((name) => values[name] ?? "").join(",");
}

/** Adds rows to `metrics.csv`. */
export function addRows(folder: string, from: number, to: number): void {
  const lines = Array.from({ length: to - from + 1 }, (_, i) => `${metricsRow(from + i)}\n`);
  Deno.writeTextFileSync(`${folder}/metrics.csv`, lines.join(""), { append: true });
}
