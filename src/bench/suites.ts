/** The suites, their cases, and which of these have to show that they learned. @module */
import { layerCases, loopCases, minatarCases, updateCases } from "./configs.ts";
import { type Demands, demands } from "./learned.ts";

/** The cases of each suite, in the order in which they are measured. */
export const suites = {
  kernels: [...Object.keys(layerCases), "elementwise", "compile"],
  update: Object.keys(updateCases),
  parts: ["updates", "compile plain", "compile rainbow"],
  loop: Object.keys(loopCases),
  minatar: Object.keys(minatarCases),
  population: ["1", "4", "16", "64", "256", "1024", "4096", "16384", "65535"],
  "time-to-solve": ["0", "1", "2", "3", "4"],
} as const satisfies Record<string, readonly string[]>;

/** A suite's name. */
export type Suite = keyof typeof suites;

/** What `all` stands for. */
export const everySuite: readonly Suite[] = ["kernels", "update", "loop"];

/** What is asked of a case beside finite losses and parameters that moved. */
export function demandsOf(suite: Suite, name: string): Demands {
  if (suite === "update") return demands.update;
  if (suite === "time-to-solve") return demands.solve;
  return suite === "loop" || suite === "minatar" ? demands.loop[name]! : {};
}
