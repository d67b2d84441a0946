/** Keys of environments and their wrappers. @module */
import type { Tree } from "../schema_keys.ts";
import { type Cases, times } from "./case.ts";

/** Sees a box, as wrappers want it, and takes any observation. */
const random: Tree = { agent: { kind: "random" }, environment: { id: "Walk-v0", options: { box: true } } };

/** Sees a picture, as other wrappers want it, of bytes 51 at a reset and 102 after a step. */
const picture: Tree = { ...random, environment: { id: "Walk-v0", options: { box: "picture" } } };

const [dark, bright] = [51 / 255, 102 / 255].map(Math.fround);

/** What a run is made of. */
export const environments: Cases = {
  "environment.id": [{
    values: ["Walk-v0", "Stroll-v0"],
    facts: { reward: [1, 2], returns: [times(10, 4), times(10, 8)] },
  }],
  "environment.count": [{
    values: [1, 2],
    facts: { environments: [1, 2], lengths: [times(10, 4), times(10, 4)] },
  }],
  "environment.options": [{
    values: [{ pay: 1 }, { pay: 3 }],
    facts: { reward: [1, 3], evaluationReturns: [[4, 4], [12, 12]] },
  }, {
    values: [{ masked: false }, { masked: true }],
    facts: { onlyLegal: [false, true] },
  }, {
    // Targets are of legal actions alone: of the others, whose values stay at 5, none is the largest.
    values: [{ masked: true, pay: 1 }, { masked: true, pay: 2 }],
    facts: { secondQ: [[4, 3, 2, 1], [8, 6, 4, 2]] },
    config: { agent: { kind: "tabular", gamma: 1, learningRate: 1, initial: 5 } },
  }],
  "environment.maxEpisodeSteps": [{
    values: [3, null],
    facts: { lengths: [times(13, 3), times(10, 4)], evaluationLengths: [[3, 3], [4, 4]] },
  }],
  "environment.wrappers[].kind": [{
    values: ["scale-reward", "scale-observation"],
    facts: { reward: [2, 1], seen: [[[0, 0], [1, 2]], [[0, 0], [3, 6]]] },
    config: random,
  }],
  "environment.wrappers[](discretize).bins": [{
    values: [[2, 2], [10, 10]],
    facts: { seen: [[0, 0], [0, 11]] },
    config: random,
  }],
  "environment.wrappers[](discretize).low": [{
    values: [[0, 0], [-10, -20]],
    facts: { seen: [[0, 0], [3, 3]] },
    config: random,
  }],
  "environment.wrappers[](discretize).high": [{
    values: [[10, 20], [1.5, 3]],
    facts: { seen: [[0, 0], [0, 3]] },
    config: random,
  }],
  "environment.wrappers[](scale-reward).factor": [{
    values: [2, 5],
    facts: { reward: [2, 5] },
    config: random,
  }],
  "environment.wrappers[](scale-reward).offset": [{
    values: [1, -1],
    facts: { reward: [3, 1] },
    config: random,
  }],
  "environment.wrappers[](scale-observation).factor": [{
    values: [[3, 3], [1, 2]],
    facts: { seen: [[[0, 0], [3, 6]], [[0, 0], [1, 4]]] },
    config: random,
  }],
  "environment.wrappers[](scale-observation).offset": [{
    values: [[1, 1], [0, 2]],
    facts: { seen: [[[1, 1], [4, 7]], [[0, 2], [3, 8]]] },
    config: random,
  }],
  "environment.wrappers[](resize-observation).shape": [{
    values: [[1, 1], [2, 1]],
    facts: { seen: [[times(3, dark), times(3, bright)], [times(6, dark), times(6, bright)]] },
    config: picture,
  }],
  "environment.wrappers[](frame-stack-observation).stackSize": [{
    values: [1, 2],
    facts: { seen: [[[0, 0], [1, 2]], [[0, 0, 0, 0], [0, 0, 1, 2]]] },
    config: random,
  }],
  "environment.wrappers[](frame-stack-observation).padding": [{
    values: ["reset", "zero"],
    facts: {
      seen: [
        [times(24, dark), [...times(12, dark), ...times(12, bright)]],
        [[...times(12, 0), ...times(12, dark)], [...times(12, dark), ...times(12, bright)]],
      ],
    },
    config: picture,
  }],
};
