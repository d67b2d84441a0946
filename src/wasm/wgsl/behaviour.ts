/** Whether statements end, and how. Source: the WGSL specification, "Behavior Analysis". @module */
import { WgslError } from "./error.ts";
import type { FunctionDeclaration, LoopStatement, Statement } from "./tree.ts";

/** How statements may end: bits. */
const next = 1;
const breaks = 2;
const continues = 4;
const returns = 8;

/** Refuses a function that may end without its result, and loops that never end. @throws {WgslError} */
export function assertEnds({ name, returns: result, body, line }: FunctionDeclaration): void {
  if ((endsOf(body) & next) !== 0 && result) {
    throw new WgslError(`\`${name}\` may end without a \`return\``, line);
  }
}

function endsOf(body: readonly Statement[]): number {
  let ends = next;
  for (const statement of body) {
    const own = endsOfOne(statement);
    // What stands after a statement that never goes on adds nothing, but its own loops have to end.
    if ((ends & next) !== 0) ends = (ends & ~next) | own;
  }
  return ends;
}

function endsOfOne(statement: Statement): number {
  switch (statement.kind) {
    case "if":
      return endsOf(statement.then) | endsOf(statement.otherwise);
    case "switch": {
      const ends = statement.cases.reduce((all, { body }) => all | endsOf(body), 0);
      return (ends & breaks) !== 0 ? (ends & ~breaks) | next : ends;
    }
    case "loop":
      return endsOfLoop(statement);
    case "block":
      return endsOf(statement.body);
    case "break":
      return breaks;
    case "continue":
      return continues;
    case "return":
      return returns;
    default:
      return next;
  }
}

function endsOfLoop({ condition, body, continuing, breakIf, line }: LoopStatement): number {
  const ends = endsOf(body) | endsOf(continuing);
  const leaves = condition !== undefined || breakIf !== undefined || (ends & breaks) !== 0;
  const result = (ends & returns) | (leaves ? next : 0);
  if (result === 0) throw new WgslError("this loop never ends", line);
  return result;
}
