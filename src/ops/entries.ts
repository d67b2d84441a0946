/** Several outputs an action, from one stream or from dueling ones. @module */
import duelingText from "../../shaders/entries_dueling.wgsl" with { type: "text" };
import singleText from "../../shaders/entries_single.wgsl" with { type: "text" };
import type { Head } from "./head.ts";
import { padded } from "./layout.ts";
import { streams } from "./streams.ts";

const single = { name: "entries_single.wgsl", text: singleText };
const duelingStreams = { name: "entries_dueling.wgsl", text: duelingText };

/** What of a {@linkcode Head} follows from its entries: `count` of each action, made of a state's and an action's if `dueling`. */
export function entries(
  { count, dueling }: { readonly count: number; readonly dueling: boolean },
): Required<Pick<Head, "modules" | "constants" | "outputs">> & Pick<Head, "layer"> {
  const constants = { ENTRIES: count };
  if (!dueling) return { modules: [single], constants, outputs: (actions) => actions * count };
  return {
    modules: [duelingStreams],
    constants,
    outputs: (actions) => padded(count) + actions * count,
    layer: (actions) => streams([count, actions * count]),
  };
}
