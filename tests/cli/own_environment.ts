/** An environment that users might register. @module */

/** A file for `--environments`: one on the host, and a reward threshold that the sweep's results tell of. */
export const ownEnvironment = `
import { box, discrete, registerEnvironment } from "@qernel/qernel";

class Corridor {
  observationSpace = box([1], 0, 1);
  actionSpace = discrete(2);
  #cell = 0;

  reset() {
    this.#cell = 0;
    return { observation: Float32Array.of(0), info: {} };
  }

  step(action) {
    this.#cell = Math.max(0, this.#cell + (action === 1 ? 1 : -1));
    const terminated = this.#cell === 5;
    return { observation: Float32Array.of(this.#cell / 5), reward: terminated ? 1 : 0, terminated, truncated: false, info: {} };
  }
}

registerEnvironment({ id: "Own-v0", create: () => new Corridor(), maxEpisodeSteps: 20, rewardThreshold: 0.5 });
`;
