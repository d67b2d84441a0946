/** Processes that are killed at random moments, and begun again until they are done. @module */
import { Random } from "../../src/core/random.ts";
import { assertSameRun, contentsOf } from "../cli/same_run.ts";
import { command, decode, withFolder } from "../cli/task.ts";
import { type Subject, subjects } from "./kill_subjects.ts";
import type { Part } from "./part.ts";

/** What is killed, and how often at least. */
export interface KillOptions {
  readonly kills: number;
  readonly random: Random;
}

/** What came of it. */
export interface KillFigures {
  /** Processes that were killed. */
  readonly kills: number;
  /** Runs, or sweeps, that came to their end in spite of it. */
  readonly finished: number;
  /** What went wrong, a line each. */
  readonly failures: readonly string[];
}

/** Kills a command's processes until there are enough kills: whatever came of it must be as if there had been none. */
export async function tryKills(
  subject: Subject,
  { kills: least, random }: KillOptions,
): Promise<KillFigures> {
  let [kills, finished] = [0, 0];
  const failures: string[] = [];
  await withFolder(async (folder) => {
    for (const [name, content] of Object.entries(subject.files)) {
      await Deno.writeTextFile(`${folder}/${name}`, JSON.stringify(content));
    }
    const start = performance.now();
    await spend(subject, { folder, out: `${folder}/whole` });
    const whole = performance.now() - start;
    const wanted = await contentsOf(`${folder}/whole`);
    while (kills < least) {
      const [out, first] = [`${folder}/killed-${finished + failures.length}`, kills];
      try {
        // Every life ends by a kill or not, as likely as not, but for the first.
        for (let mortal = true;; mortal = random.below(2) === 0) {
          const until = mortal ? random.uniform(0, whole) : Infinity;
          if (!await spend(subject, { folder, out, until })) break;
          kills++;
        }
        await assertSameRun(out, wanted);
        finished++;
      } catch (error) {
        failures.push(`${subject.name}, after kills ${first + 1} to ${kills}: ${(error as Error).stack}`);
        if (first === kills) break; // It fails without.
      }
      await Deno.remove(out, { recursive: true }).catch(() => {}); // It may not have come to be.
    }
  });
  return { kills, finished, failures };
}

/** Runs a process until it ends, or is killed after so many milliseconds. Returns whether it was. */
async function spend(
  subject: Subject,
  { folder, out, until = Infinity }: {
    readonly folder: string;
    readonly out: string;
    readonly until?: number;
  },
): Promise<boolean> {
  const child = command(...subject.command(out, folder)).spawn();
  let isKilled = false;
  const timer = until === Infinity ? undefined : setTimeout(() => {
    isKilled = true;
    child.kill("SIGKILL");
  }, until);
  const output = await child.output();
  clearTimeout(timer);
  if (isKilled && output.signal === "SIGKILL") return true;
  const { code, stderr } = decode(output);
  if (code !== 0) throw new Error(`it ended with code ${code}: ${stderr}`);
  return false;
}

/** Kills of each subject. */
const kills = 36;

/** Kills at random moments. */
export const killing: Part = {
  name: "kills",
  summary:
    "kills processes at random moments and begins them again: what they come to must be as if they had not been",
  async run({ seed, tell }) {
    const figures: Record<string, unknown> = {};
    const failures: string[] = [];
    let total = 0;
    const left = [...subjects.entries()];
    // Two at once, as a process takes one core to start.
    const lanes = Array.from({ length: 2 }, async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        const [i, subject] = next;
        const found = await tryKills(subject, { kills, random: new Random(seed, undefined, i) });
        figures[subject.name] = { kills: found.kills, finished: found.finished };
        tell(`${subject.name}: ${found.kills} kills, ${found.finished} finished`);
        failures.push(...found.failures);
        total += found.kills;
      }
    });
    await Promise.all(lanes);
    return { figures: { kills: total, survived: total - failures.length, ...figures }, failures };
  },
};
