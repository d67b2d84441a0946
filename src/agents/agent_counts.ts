/** How far an agent has come. @module */
import type { Counts } from "../core/schedule.ts";
import type { AgentState, Transitions } from "./agent.ts";
import { entryOf } from "./agent_state.ts";

/** What an agent counts of its life, for its schedules and for whoever runs it; loading a state sets it. */
export class AgentCounts implements Counts {
  steps = 0;
  updates = 0;
  episodes = 0;

  /** Counts one step of every environment. */
  observe({ terminated, truncated }: Transitions): void {
    this.steps += terminated.length;
    for (let i = 0; i < terminated.length; i++) this.episodes += terminated[i]! | truncated[i]!;
  }

  /** Takes over other counts, zeros by default. */
  set({ steps, updates, episodes }: Counts = { steps: 0, updates: 0, episodes: 0 }): void {
    this.steps = steps;
    this.updates = updates;
    this.episodes = episodes;
  }

  /** Steps, updates and episodes, each as the low and the high half of a 64-bit integer: `[3, 2]`. */
  save(): AgentState[string] {
    const words = [this.steps, this.updates, this.episodes].flatMap((count) => [
      count >>> 0,
      Math.floor(count / 2 ** 32),
    ]);
    return { shape: [3, 2], data: Uint32Array.from(words) };
  }

  /** Takes over the `counts` of a state, zeros where it holds none. @throws {UsageError} When they are no counts. */
  load(state: AgentState): void {
    if (!("counts" in state)) return this.set();
    const words = entryOf(state, "counts", { shape: [3, 2], of: "steps, updates and episodes" });
    const [steps, updates, episodes] = [0, 2, 4].map((i) => words[i]! + words[i + 1]! * 2 ** 32);
    this.set({ steps: steps!, updates: updates!, episodes: episodes! });
  }
}
