/** Keys of what a run writes and prints. @module */
import type { Tree } from "../schema_keys.ts";
import { type Cases, falling, times } from "./case.ts";

/** Without what `log` can add. */
const files = ["checkpoints/", "config.json", "episodes.csv", "metrics.csv", "state/", "summary.json"];
const withFile = (file: string) => ({ files: [files, [...files, file].sort()] as const });
const lines: Tree = {
  log: { tensorBoard: false, pictures: false, animation: false, print: [{ text: "walked {episode}" }] },
};

/** Four states in forty steps. */
const keeping: Tree = { checkpoints: { state: { every: 10, unit: "step", keep: 9 } } };

/** What a run leaves in its folder, and prints. */
export const written: Cases = {
  "checkpoints.monitor": [{
    values: ["evaluationMean", "epsilon"],
    facts: { best: [40, 10] },
    config: { ...falling, checkpoints: { mode: "max" } },
  }],
  "checkpoints.mode": [{
    values: ["min", "max"],
    facts: { best: [40, 10] },
    config: { ...falling, checkpoints: { monitor: "epsilon" } },
  }],
  "checkpoints.state.every": [{ values: [10, 20], facts: { states: [4, 2] }, config: keeping }],
  "checkpoints.state.unit": [{ values: ["step", "episode"], facts: { states: [4, 1] }, config: keeping }],
  "checkpoints.state.keep": [{ values: [1, 2], facts: { states: [1, 2] }, config: keeping }],
  "checkpoints.topK": [{ values: [1, 2], facts: { tops: [0, 2] } }],
  "log.tensorBoard": [{ values: [false, true], facts: withFile("tensorboard/") }],
  "log.updates": [{ values: [false, true], facts: withFile("updates.csv") }],
  "log.jsonLines": [{ values: [false, true], facts: withFile("metrics.jsonl") }],
  "log.pictures": [{ values: [false, true], facts: withFile("pictures/") }],
  "log.animation": [{
    values: [false, true],
    facts: withFile("episode.gif"),
    config: { environment: { id: "FrozenLake-v1", maxEpisodeSteps: 5 } },
  }],
  "log.print[].every": [{
    values: [4, 5],
    facts: { lines: [["walked 4", "walked 8"], ["walked 5", "walked 10"]] },
    config: lines,
  }],
  "log.print[].unit": [{
    values: ["episode", "evaluation"],
    facts: {
      lines: [Array.from({ length: 10 }, (_, i) => `walked ${i + 1}`), [
        "walked 2",
        "walked 5",
        "walked 7",
        "walked 10",
      ]],
    },
    config: lines,
  }],
  "log.print[].text": [{
    values: ["walked {length}", "walked on"],
    facts: { lines: [times(10, "walked 4"), times(10, "walked on")] },
    config: lines,
  }],
  "log.chart": [{ values: ["length", "return"], facts: { chart: ["Duration", "Return"] } }, {
    values: ["none", "length"],
    facts: { chart: ["none", "Duration"] },
  }],
};
