/** From a checked module to the WebAssembly of one of its entry points. @module */
import { WgslError } from "../wgsl/error.ts";
import { sizeOf, strideOf } from "../wgsl/layout.ts";
import type { Expression, FunctionDeclaration, Module, Statement, Type, Variable } from "../wgsl/tree.ts";
import { i32 } from "./builder.ts";
import { encode } from "./encode.ts";
import { evaluate } from "./expression.ts";
import type { Instruction, Operand, Register } from "./ir.ts";
import type { CodeOptions, KernelBinding, KernelCode } from "./kernel_code.ts";
import { Lowering, type Writers } from "./lowering.ts";
import { optimize } from "./optimize.ts";
import { overrideValues, withLengths } from "./overrides.ts";
import { callFunction, declare, lowerAll } from "./statement.ts";
import { expressionsOf, partsOfExpression, statementsIn } from "./tree_walk.ts";
import { lowerWorkgroups } from "./workgroups.ts";

const writers: Writers = { evaluate, run: lowerAll, call: callFunction };

/** Parameters of the function that is made: see `KernelFunction`. */
interface Parameters {
  readonly first: Register;
  readonly end: Register;
  readonly x: Register;
  readonly y: Register;
  readonly z: Register;
  readonly table: Register;
  readonly scratch: Register;
}

function parameters(): Parameters {
  const register = (): Register => ({ kind: "register", type: "i32", isVariable: false });
  return {
    first: register(),
    end: register(),
    x: register(),
    y: register(),
    z: register(),
    table: register(),
    scratch: register(),
  };
}

/**
 * Compiles an entry point.
 *
 * @throws {WgslError} With the line of what is not supported, or of an override without a value.
 * @throws {RangeError} When there is no entry point of this name.
 */
export function compileKernel(module: Module, entryPoint: string, options: CodeOptions): KernelCode {
  const entry = module.functions.find(({ name, workgroupSize }) => name === entryPoint && workgroupSize);
  if (!entry) {
    throw new RangeError(`Cannot compile ${entryPoint}: the module has no entry point of this name`);
  }
  // Each attempt finds variables that have to be in memory; the next one puts them there.
  const inMemory = new Set<Variable>();
  try {
    for (;;) {
      const attempt = new Attempt(module, entry, { options, inMemory });
      if (attempt.lowering.moved.size === 0) return attempt.finish();
      for (const variable of attempt.lowering.moved) inMemory.add(variable);
    }
  } catch (error) {
    if (!isStackOverflow(error)) throw error;
    throw new WgslError("a kernel nested this deep, through its calls, is not supported here", entry.line);
  }
}

/** Whether the engine had no room for another call: each one says it in its words. */
function isStackOverflow(error: unknown): boolean {
  return error instanceof Error && /call stack|too much recursion/.test(error.message);
}

class Attempt {
  readonly lowering: Lowering;
  readonly #parameters = parameters();
  readonly #body: Instruction[];
  readonly #options: CodeOptions;
  readonly #entry: FunctionDeclaration;

  constructor(
    module: Module,
    entry: FunctionDeclaration,
    { options, inMemory }: { readonly options: CodeOptions; readonly inMemory: ReadonlySet<Variable> },
  ) {
    this.#options = options;
    this.#entry = entry;
    this.lowering = new Lowering(writers, this.#parameters, inMemory);
    const { lowering } = this;
    for (const [override, value] of overrideValues(lowering, module, options.constants)) {
      lowering.values.set(override, value);
    }
    lowering.workgroupSize = entry.workgroupSize!.map((size) =>
      this.#extent(evaluate(lowering, size) as Operand)
    ) as [
      number,
      number,
      number,
    ];
    const used = reachable(entry);
    const workgroup = [...used].filter(({ space }) => space === "workgroup");
    const privates = [...used].filter(({ space }) => space === "private");
    for (const variable of workgroup) {
      lowering.values.set(variable, lowering.memoryFor(variable, withLengths(lowering, variable.type)));
    }
    const clear = { offset: 0, bytes: lowering.scratchBytes };
    this.#body = lowering.builder.collect(() =>
      lowerWorkgroups(lowering, this.#parameters, {
        entry,
        begin: () => {
          const { builder, scratch } = lowering;
          if (clear.bytes > 0) builder.add({ kind: "clear", address: scratch, bytes: clear.bytes });
        },
        invoke: (args) => {
          lowering.builder.copy(lowering.turns, i32(0));
          for (const variable of privates) declare(lowering, variable, variable.initializer);
          callFunction(lowering, entry, args);
        },
      })
    );
  }

  #extent(size: Operand): number {
    const value = size.kind === "constant" ? size.value as number : 0;
    if (value < 1) throw new WgslError(`a workgroup size is ${value}, wanted at least 1`, this.#entry.line);
    return value;
  }

  finish(): KernelCode {
    const { lowering } = this;
    const { first, end, x, y, z, table, scratch } = this.#parameters;
    const body = optimize(
      [...lowering.prologue, ...this.#body, { kind: "return", value: i32(0) }],
      this.#options,
    );
    return {
      bytes: encode(body, [first, end, x, y, z, table, scratch], {
        shared: this.#options.shared,
        line: this.#entry.line,
      }),
      bindings: [...lowering.bindings.keys()].map(kernelBinding),
      workgroupSize: lowering.workgroupSize,
      scratchBytes: lowering.scratchBytes,
    };
  }
}

function kernelBinding({ binding, space, access, type }: Variable): KernelBinding {
  return {
    binding: binding!,
    type: space === "uniform" ? "uniform" : access === "read_write" ? "storage" : "read-only-storage",
    minimumBytes: minimumBytes(type),
  };
}

/** An array without a length has one element at least. */
function minimumBytes(type: Type): number {
  const last = type.kind === "struct" ? type.members.at(-1) : undefined;
  if (last?.type.kind === "array" && last.type.length === undefined) {
    return last.offset + strideOf(last.type.element);
  }
  return type.kind === "array" && type.length === undefined ? strideOf(type.element) : sizeOf(type);
}

/** The variables outside functions that a function and those it calls use. */
function reachable(entry: FunctionDeclaration): ReadonlySet<Variable> {
  const variables = new Set<Variable>();
  const functions = new Set<FunctionDeclaration>();
  const look = (expression: Expression): void => {
    if (expression.kind === "variable") variables.add(expression.variable);
    if (expression.kind === "call") enter(expression.function);
    partsOfExpression(expression).forEach(look);
  };
  const visit = (statement: Statement): void => {
    expressionsOf(statement).forEach(look);
    statementsIn(statement).forEach(visit);
  };
  const enter = (declared: FunctionDeclaration): void => {
    if (functions.has(declared)) return;
    functions.add(declared);
    declared.body.forEach(visit);
  };
  enter(entry);
  return new Set([...variables].filter(({ space }) => space !== undefined && space !== "function"));
}
