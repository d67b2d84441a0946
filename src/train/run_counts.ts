/** The counts of a run, which nobody counts but its agent. @module */
import type { Due } from "../core/events.ts";
import type { Counts } from "../core/schedule.ts";

/** Where a run began by the counts of its agent, which may have come far before it: the run's counts are what came since. */
export class RunCounts {
  /** The agent's counts when the run began; below 0 where a state of fewer counts has been loaded since. */
  readonly start: Counts;

  /** A run that begins where its agent's counts are these. */
  constructor({ steps, updates, episodes }: Counts) {
    this.start = { steps, updates, episodes };
  }

  /** A run that has come to `counts` where those of its agent are `now`. */
  static at(now: Counts, counts: Counts): RunCounts {
    return new RunCounts(difference(now, counts));
  }

  /** The run's counts where its agent's are `now`. */
  since(now: Counts): Counts {
    return difference(now, this.start);
  }

  /** Counts of the run as those of its agent. */
  absolute({ step, update, episode }: Required<Due>): Required<Due> {
    const { steps, updates, episodes } = this.start;
    return { step: step + steps, update: update + updates, episode: episode + episodes };
  }
}

/** `a` less `b`. */
function difference(a: Counts, b: Counts): Counts {
  return { steps: a.steps - b.steps, updates: a.updates - b.updates, episodes: a.episodes - b.episodes };
}
