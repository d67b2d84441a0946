/** What checking finds out about functions, beside their trees. @module */
import type { FunctionDeclaration, Variable } from "./tree.ts";

/** A function, and what its calls need to know. */
export interface FunctionFacts {
  /** The function. */
  readonly declaration: FunctionDeclaration;
  /** Whether a call's result has to be used. */
  readonly mustUse: boolean;
  /** Functions that it calls, with the line of a call. */
  readonly calls: Map<FunctionFacts, number>;
  /** Calls with pointers among their arguments. */
  readonly pointerCalls: PointerCall[];
  /** Variables outside functions that it uses. */
  readonly variables: Set<Variable>;
  /** What it reads and writes, by its root: bits of `alias.ts`. */
  readonly accesses: Map<Variable, number>;
  /** Where the pointers come from that it declares. */
  readonly pointers: Map<Variable, Root>;
}

/** The variable or pointer parameter that a place or pointer comes from. */
export interface Root {
  /** It. */
  readonly variable: Variable;
  /** Whether it is meant as a whole, and no part of it. */
  readonly isWhole: boolean;
}

/** A call that hands pointers over. */
export interface PointerCall {
  /** What is called. */
  readonly callee: FunctionFacts;
  /** Where each argument comes from; undefined for those that are no pointers. */
  readonly roots: readonly (Root | undefined)[];
  /** Where it stands. */
  readonly line: number;
}
