/** The parameters of an agent in rows and columns. @module */
import type { Agent, AgentState } from "../../../agents/agent.ts";
import type { ParameterMatrix, ParametersNews } from "./news.ts";
import type { Sight } from "./looks.ts";

/** The layers of a network, or a table. */
export class Parameters implements Sight {
  readonly interval = 400;
  readonly #agent: Agent;

  /** Reads nothing yet. */
  constructor(agent: Agent) {
    this.#agent = agent;
  }

  async look(changed: boolean): Promise<ParametersNews | undefined> {
    if (!changed) return undefined;
    const state = await this.#agent.save();
    const table = state["q"];
    return table
      ? { kind: "parameters", of: "table", matrices: [transposed(table)] }
      : { kind: "parameters", of: "network", matrices: layersOf(state) };
  }
}

/** The weights of a state, each with the bias that goes with it. */
function layersOf(state: AgentState): ParameterMatrix[] {
  return Object.entries(state).filter(([name]) => name.endsWith(".weight")).map(([name, weight]) => {
    const rows = weight.shape[0]!;
    const bias = state[name.replace(/weight$/, "bias")]?.data as Float32Array | undefined;
    return {
      rows,
      columns: weight.data.length / rows,
      values: weight.data as Float32Array,
      ...bias ? { bias } : {},
    };
  });
}

/** A table `[states, actions]` with a row an action. */
function transposed({ shape, data }: AgentState[string]): ParameterMatrix {
  const [columns, rows] = shape as [number, number];
  const values = Float32Array.from(data, (_, i) => data[(i % columns) * rows + Math.floor(i / columns)]!);
  return { rows, columns, values };
}
