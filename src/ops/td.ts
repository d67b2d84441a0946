/** Learning from a batch: the host side of `shaders/td.wgsl`. @module */
import shader from "../../shaders/td.wgsl" with { type: "text" };
import type { ShaderFile } from "../gpu/kernel.ts";
import type { Recorder } from "../gpu/recorder.ts";
import { assertTurns } from "../gpu/software.ts";
import { dispatchElementwise, layoutModule, memberModule } from "./elementwise.ts";
import { choiceModules, type Head, type LossArguments, metricsWidth } from "./head.ts";
import { padded } from "./layout.ts";
import type { Members } from "./member.ts";

/** What a head learns from a row. */
export interface RowRule {
  /** The head, whose file is there as well. */
  readonly head: Head;
  /** Define `learn_row`. */
  readonly files: readonly ShaderFile[];
  /** Sizes that the files name. Default: none. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Values of the files' `override` constants. Default: none. */
  readonly overrides?: Readonly<Record<string, number>>;
  /** Turns of the loops of a row at most, where they are many. Default: 0. */
  readonly turns?: number;
}

/**
 * Targets, their weighted mean loss and its gradient by the outputs, row by row as `rule` says; counts one update.
 *
 * @throws {UsageError} When a software adapter would end the loops of that many rows.
 */
export function learnRows(
  program: Recorder,
  members: Members,
  { rule: { head, files, constants, overrides, turns = 0 }, ...args }: LossArguments & {
    readonly rule: RowRule;
  },
): void {
  const { batch, actions, masked, selects, outputs, td, gradient, metrics } = args;
  const rows = Math.ceil(batch.size / program.gpu.kernelProfile.group);
  assertTurns(program.gpu, { what: `learn ${batch.size} rows at once`, turns: rows * turns });
  const choice = choiceModules(head, { actions, masked });
  dispatchElementwise(program, {
    file: { name: "td.wgsl", text: shader },
    modules: [...files, memberModule, layoutModule, ...choice.modules],
    entryPoint: "learn",
    constants: { ...choice.constants, ...constants },
    overrides: {
      ...choice.overrides,
      ...overrides,
      SELECT: selects,
      BOTH_MASKS: Number(masked && batch.masks.shape[2]! > padded(actions)),
      COUNTS_OUTSIDE: Number(metrics.shape[2]! > metricsWidth()),
    },
    invocations: 1, // One workgroup a member.
    members: members.shape[0]!,
  }, {
    tensors: {
      members,
      outcomes: batch.outcomes,
      outputs,
      td,
      gradient,
      metrics,
      ...masked ? { masks: batch.masks } : {},
    },
    sizes: {
      batch: batch.size,
      outputs: head.outputs(actions),
      passes: outputs.shape[1]! / 2,
      share: outputs.shape[2]!,
      ring: metrics.shape[1]!,
    },
  });
}
