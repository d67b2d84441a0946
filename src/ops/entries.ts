/** Several outputs an action, from one stream or from dueling ones. @module */
import duelingText from "../../shaders/entries_dueling.wgsl" with { type: "text" };
import singleText from "../../shaders/entries_single.wgsl" with { type: "text" };
import { dense } from "./dense.ts";
import type { Head } from "./head.ts";
import { padded } from "./layout.ts";
import { streams } from "./streams.ts";

const single = { name: "entries_single.wgsl", text: singleText };
const duelingStreams = { name: "entries_dueling.wgsl", text: duelingText };

/**
 * What of a {@linkcode Head} follows from its entries: `count` of each action, made of a state's and an action's if `dueling`. With
 * `sigma` the last layer is noisy: see {@linkcode dense}.
 */
export function entries(
  { count, dueling, sigma }: {
    readonly count: number;
    readonly dueling: boolean;
    readonly sigma?: number | undefined;
  },
): Required<Pick<Head, "modules" | "constants" | "outputs" | "layer">> {
  const constants = { ENTRIES: count };
  if (!dueling) {
    const outputs = (actions: number) => actions * count;
    return {
      modules: [single],
      constants,
      outputs,
      layer: (actions) => dense({ width: outputs(actions), relu: false, sigma }),
    };
  }
  return {
    modules: [duelingStreams],
    constants,
    outputs: (actions) => padded(count) + actions * count,
    layer: (actions) => streams([count, actions * count], sigma),
  };
}
