/** What of a config may change when its run goes on. @module */
import { UsageError } from "../core/errors.ts";
import { leaves } from "./values.ts";
import { override } from "./overrides.ts";
import type { RunConfig } from "./run_config.ts";
import { differingPaths } from "./same_configuration.ts";
import { jsonSchema, parseConfig } from "./schema.ts";

/** Keys that may change, with all keys below them: what ends a run, what is kept of it, how it is shown. */
export const resumableKeys: readonly string[] = [
  "budget",
  "checkpoints.state",
  "evaluation.final",
  "test",
  "log.animation",
  "log.chart",
  "log.pictures",
  "onDivergence",
];

/**
 * A run's config with values set anew, as by `budget.steps=100000`.
 *
 * @throws {UsageError} When a value changes that would make it another run, by its key; or as `override` and `parseConfig` do.
 */
export function resumedConfig(config: RunConfig, set: readonly string[], place: string): RunConfig {
  if (set.length === 0) return config;
  const changed = override(set, { written: config, resolved: config, schema: jsonSchema() });
  const resumed = parseConfig(changed, `${place} with ${set.join(", ")}`);
  const differing = differingPaths([config, resumed].map((one) => new Map(leaves(one))));
  const others = differing.filter((path) =>
    !resumableKeys.some((key) => path === key || path.startsWith(`${key}.`))
  );
  if (others.length === 0) return resumed;
  throw new UsageError(
    `Cannot go on with ${place}: ${others.join(", ")} would change, wanted the run as it was. ` +
      `What may change: ${resumableKeys.join(", ")}`,
  );
}
