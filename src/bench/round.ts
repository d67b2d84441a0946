/** One round of ours: every case of the suites, one after another. @module */
import { UsageError } from "../core/errors.ts";
import { type CaseResult, measureCase } from "./case_process.ts";
import { type Figures, mergeFigures } from "./figures.ts";
import { problemsOf } from "./learned.ts";
import type { BenchOptions } from "./options.ts";
import { demandsOf, type Suite, suites } from "./suites.ts";

/** What a round found. */
export interface RoundResult {
  readonly figures: Figures;
  /** What did not learn, in words. */
  readonly problems: readonly string[];
  /** Why a suite ended early, in words. */
  readonly notes: readonly string[];
}

/** Measures every case. @throws {UsageError | Error} When one could not be measured. */
export async function measureRound(
  options: BenchOptions,
  progress: (line: string) => void,
  measure: typeof measureCase = measureCase,
): Promise<RoundResult> {
  const parts: Figures[] = [];
  const problems: string[] = [];
  const notes: string[] = [];
  for (const suite of options.suites) {
    for (const name of casesOf(suite, options)) {
      progress(`timing ${suite} ${name} ...`);
      let result: CaseResult;
      try {
        result = await measureOne({ suite, name, options }, measure);
      } catch (error) {
        const { message } = error as Error;
        // The smaller populations stand; the first has to work.
        if (suite !== "population" || name === suites.population[0]) {
          const Kind = error instanceof UsageError ? UsageError : Error;
          throw new Kind(`Cannot time ${suite} ${name}: ${message}`, { cause: error });
        }
        notes.push(`populations end before ${name}: ${message}`);
        break;
      }
      parts.push(result.figures);
      if (!result.evidence) continue;
      const demands = options.quick ? {} : demandsOf(suite, name);
      for (const problem of problemsOf(result.evidence, demands)) {
        problems.push(`${suite} ${name} did not learn: ${problem}`);
      }
    }
  }
  return { figures: mergeFigures(parts), problems, notes };
}

function casesOf(suite: Suite, { quick }: BenchOptions): readonly string[] {
  const cases: readonly string[] = suites[suite];
  return quick && (suite === "population" || suite === "time-to-solve") ? cases.slice(0, 2) : cases;
}

async function measureOne(
  { suite, name, options }: { suite: Suite; name: string; options: BenchOptions },
  measure: typeof measureCase,
): Promise<CaseResult> {
  const { device, loop, quick, limit } = options;
  const shared = { suite, name, settings: { device, loop, quick } };
  if (suite === "population") return await measure({ ...shared, limit });
  if (!name.startsWith("compile")) return await measure(shared);
  const folder = await Deno.makeTempDir({ prefix: "qernel-bench-" });
  try {
    return await measure({ ...shared, env: emptyCache(folder) });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Variables by which Mesa's and NVIDIA's drivers keep compiled shaders in `folder`, from one process to the next. */
function emptyCache(folder: string): Record<string, string> {
  return { MESA_SHADER_CACHE_DIR: folder, __GL_SHADER_DISK_CACHE_PATH: folder };
}
