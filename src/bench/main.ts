/** `deno task bench`: how fast Qernel runs here, alone or beside peers. @module */
import { UsageError } from "../core/errors.ts";
import { askToStart } from "./case_process.ts";
import { medianFigures } from "./figures.ts";
import { type BenchOptions, help, readOptions } from "./options.ts";
import { namesOf, runPeer } from "./peer.ts";
import { type Ratio, ratios, type Round } from "./ratios.ts";
import { measureRound } from "./round.ts";
import { describeFigures, describeRatios } from "./table.ts";

/** @returns What did not learn, in words. @throws {Error} When something could not be measured. */
async function bench(options: BenchOptions): Promise<readonly string[]> {
  askToStart();
  const progress = options.json ? () => {} : console.error;
  const rounds: Round[] = [];
  const problems = new Set<string>();
  const notes = new Set<string>();
  for (let round = 0; round < options.rounds; round++) {
    const theirs = []; // Before ours, as a peer that fails tells so at once.
    for (const peer of options.peers) {
      progress(`timing ${peer} ...`);
      theirs.push(...await runPeer(peer));
    }
    const ours = await measureRound(options, progress);
    rounds.push({ ours: ours.figures, theirs });
    for (const problem of ours.problems) problems.add(problem);
    for (const note of ours.notes) notes.add(note);
  }
  const peers = ratios(rounds);
  if (options.peers.length > 0) assertCommon(peers, rounds);
  const figures = medianFigures(rounds.map(({ ours }) => ours));
  if (options.json) {
    const beside = options.peers.length > 0 ? { peers } : {};
    console.log(
      JSON.stringify({
        framework: "Qernel",
        ...figures,
        ...beside,
        notes: [...notes],
        problems: [...problems],
      }),
    );
  } else {
    const lines = [...describeFigures(figures), ...describeRatios(peers, rounds.length), ...notes];
    console.log(lines.join("\n"));
  }
  return [...problems];
}

function assertCommon(found: readonly Ratio[], [first]: readonly Round[]): void {
  if (found.length > 0) return;
  const theirs = first!.theirs.flatMap(namesOf);
  throw new Error(
    `Cannot compare with the peer: it printed ${theirs.join(", ")}, wanted one of ${
      namesOf(first!.ours).join(", ")
    }`,
  );
}

if (import.meta.main) {
  try {
    const options = readOptions(Deno.args);
    const problems = options ? await bench(options) : console.log(help) ?? [];
    for (const problem of problems) console.error(problem);
    if (problems.length > 0) Deno.exit(1);
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    Deno.exit(error instanceof UsageError ? 2 : 1);
  }
}
