/** What the host knows of a member of a population on the device. @module */
import type { AgentReport } from "../agents/agent.ts";
import { firstUpdates, LossDivergence } from "../agents/divergence.ts";
import { learnerReport, type UpdateMetrics } from "../agents/learner_report.ts";
import type { DivergenceError } from "../core/errors.ts";
import { type Counts, scheduleValue } from "../core/schedule.ts";
import type { State, StateReader } from "../core/state.ts";
import type { LearnerOptions } from "../learner/options.ts";
import type { Clock } from "../ops/member.ts";
import type { CollectorReport } from "./collector.ts";
import {
  type FinishedEpisode,
  finishedEpisodes,
  readOutcome,
  type RecordedEpisodes,
} from "./episode_records.ts";
import type { LockStep, Position } from "./lock_step.ts";
import { RunCounts } from "./run_counts.ts";

/** What a chunk left behind. */
export interface ChunkResults {
  /** The member's clock after it. */
  readonly clock: Clock;
  /** The chunk's records of all members, `[steps, members, environments, recordWords]`. */
  readonly records: Uint32Array<ArrayBuffer>;
  /** The chunk's updates, as if the member had made all of them. */
  readonly updates: UpdateMetrics;
}

/** One member: where this run of it began and how far it has come, by its clock. */
export class DeviceMember {
  /** Its clock at the latest report. */
  clock: Clock;
  /** The counts of this run, by its clock. */
  counts: RunCounts;
  readonly #index: number;
  readonly #options: LearnerOptions;
  readonly #lockStep: LockStep;
  /** Episodes that have ended and are not told yet, as their step owes updates. */
  #ended: FinishedEpisode[] = [];

  /** The member number `index` of a learner with these options. @param clock Where it begins. */
  constructor(
    index: number,
    clock: Clock,
    { options, lockStep }: { readonly options: LearnerOptions; readonly lockStep: LockStep },
  ) {
    this.clock = clock;
    this.counts = new RunCounts(clock);
    this.#index = index;
    this.#options = options;
    this.#lockStep = lockStep;
  }

  /** Takes over the clock of a state that has been loaded, if one has: the counts of this run stay. */
  goOn(clock: Clock): void {
    this.counts = RunCounts.at(clock, this.counts.since(this.clock));
    this.clock = clock;
  }

  /** What of it is not on the device. */
  save(): { readonly start: State; readonly ended: State } {
    return { start: { ...this.counts.start }, ended: this.#ended.map((episode) => ({ ...episode })) };
  }

  /** Takes over what was saved, with the clock that goes with it. @throws {UsageError} When that is something else. */
  load(reader: StateReader, clock: Clock): void {
    const start = reader.child("start");
    const [steps, updates, episodes] = ["steps", "updates", "episodes"].map((key) => start.number(key));
    this.#ended = reader.children("ended").map(readEpisode);
    this.counts = new RunCounts({ steps: steps!, updates: updates!, episodes: episodes! });
    this.clock = clock;
  }

  /** Takes in a chunk. Returns what happened in it, up to where something is wrong. */
  take({ clock, records, updates: chunk }: ChunkResults): CollectorReport {
    const before = this.clock;
    this.clock = clock;
    const { finished, fault: ofStep } = this.#endedSince(before, records);
    this.#ended = [...this.#ended, ...finished];
    const own = chunk.metrics.subarray(0, chunk.width * (clock.updates - before.updates));
    const { report, fault: ofUpdate } = reportUntilFault(clock, { ...chunk, metrics: own });
    let [until, fault]: [Position, DivergenceError?] = [clock];
    if (ofUpdate) [until, fault] = [this.#stepOf(before, report.updates + 1), ofUpdate];
    const begun = this.counts.start.steps;
    if (ofStep && begun + ofStep.step <= until.steps) {
      const steps = begun + ofStep.step - this.#options.environments;
      [until, fault] = [{ steps, updates: this.#lockStep.updatesDue(steps) }, ofStep];
    }
    const episodes = before.episodes + finished.length;
    const sound = { ...report, ...this.#progress({ ...until, episodes }) };
    if (!fault) return sound;
    return { ...sound, ...firstUpdates(report, until.updates - before.updates), fault };
  }

  /** Where an update is owed, with those before it done. */
  #stepOf({ steps }: Clock, update: number): Position {
    while (this.#lockStep.updatesDue(steps) < update) steps += this.#options.environments;
    return { steps, updates: update - 1 };
  }

  /** The counts of this run, and its episodes. A step counts once its updates are done, and so do they. */
  #progress(now: Counts): Counts & Pick<CollectorReport, "finished"> {
    const run = this.counts.since(now);
    const owes = this.#lockStep.updatesDue(now.steps) > now.updates;
    const steps = run.steps - (owes ? this.#options.environments : 0);
    const finished = this.#ended.splice(0, this.#ended.findLastIndex(({ step }) => step <= steps) + 1);
    return { steps, updates: run.updates, episodes: run.episodes - this.#ended.length, finished };
  }

  /** The episodes that it has ended since `before`. */
  #endedSince(before: Clock, records: Uint32Array<ArrayBuffer>): RecordedEpisodes {
    const { members, environments, masked } = this.#options;
    const { start } = this.counts;
    const begun = this.counts.since(before);
    return finishedEpisodes(records, {
      member: this.#index,
      members: members.length,
      environments,
      masked,
      rows: (this.clock.steps - before.steps) / environments,
      steps: begun.steps,
      episodes: begun.episodes,
      epsilon: (step, episode) => {
        const [steps, episodes] = [step + start.steps, episode + start.episodes];
        const updates = this.#lockStep.updatesDue(steps);
        return scheduleValue(members[this.#index]!.exploration, { steps, updates, episodes });
      },
    });
  }
}

/** The report of a chunk's updates, or of those before the first whose loss is not finite. */
function reportUntilFault(
  ...of: Parameters<typeof learnerReport>
): { readonly report: AgentReport; readonly fault?: LossDivergence } {
  try {
    return { report: learnerReport(...of) };
  } catch (error) {
    if (error instanceof LossDivergence) return { report: error.before, fault: error };
    throw error;
  }
}

function readEpisode(saved: StateReader): FinishedEpisode {
  return {
    episode: saved.count("episode"),
    step: saved.count("step"),
    ...readOutcome(saved),
    epsilon: saved.number("epsilon"),
  };
}
