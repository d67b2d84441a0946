/** What a kernel that plays in an environment on the device is made of, and which actions are legal there. @module */
import prelude from "../../shaders/environment.wgsl" with { type: "text" };
import stateText from "../../shaders/legal_state.wgsl" with { type: "text" };
import type { ShaderFile } from "../gpu/kernel.ts";
import { randomModule } from "../ops/elementwise.ts";
import { legalAll } from "../ops/head.ts";
import { assertReadable } from "./check_text.ts";
import { declarations } from "./declarations.ts";
import type { DeviceEnvironmentSpec } from "./device_environment.ts";

/** What an environment may declare to tell legal actions. */
export const legalForm = "fn env_legal(state: State, action: u32) -> bool";

/** What stands in for it where all actions are legal. */
const standIn: ShaderFile = { name: "legal_stand_in", text: `${legalForm} { return true; }` };

/** What an environment may declare in place of `env_observe`, where all that is seen is zeros and ones. */
export const bitsForm = "fn env_bits(state: State, i: u32) -> u32";

const fromBits: ShaderFile = {
  name: "observe_bits",
  text: `const SHOWS_BITS = true;
fn env_observe(state: State, i: u32) -> f32 { return f32((env_bits(state, i / 32u) >> (i % 32u)) & 1u); }`,
};

const noBits: ShaderFile = {
  name: "no_bits",
  text: `const SHOWS_BITS = false;
${bitsForm} { return 0u; }`,
};

const legalState: ShaderFile = { name: "legal_state.wgsl", text: stateText };

/**
 * Whether an environment tells which actions are legal: one of its files declares `env_legal`.
 *
 * @throws {UsageError} For a text that is no WGSL by its tokens.
 */
export function masksActions(spec: DeviceEnvironmentSpec): boolean {
  return declares(spec, "env_legal");
}

/**
 * Whether what an environment shows is zeros and ones: one of its files declares `env_bits`.
 *
 * @throws {UsageError} For a text that is no WGSL by its tokens.
 */
export function showsBits(spec: DeviceEnvironmentSpec): boolean {
  return declares(spec, "env_bits");
}

/** Whether one of an environment's files declares a function of this name. Throws UsageError for what is no WGSL by its tokens. */
function declares(spec: DeviceEnvironmentSpec, wanted: string): boolean {
  assertReadable(spec);
  return [spec.file, ...spec.modules ?? []].flatMap(declarations).some(({ kind, name }) =>
    kind === "fn" && name === wanted
  );
}

/** Defines `is_legal` for a kernel that plays in the environment, by that kernel's `acting_state`. */
export function legalModule(spec: DeviceEnvironmentSpec): ShaderFile {
  return masksActions(spec) ? legalState : legalAll;
}

/**
 * The modules of a kernel that calls the environment: its own files, `env_legal` where it has none, `environment.wgsl` and
 * `random.wgsl`. To be given to `Gpu.kernel` after the kernel's own file, whose top-level names they must not repeat.
 *
 * @throws {UsageError} For a text that is no WGSL by its tokens.
 */
export function environmentModules(spec: DeviceEnvironmentSpec): ShaderFile[] {
  const own = [spec.file, ...spec.modules ?? [], ...masksActions(spec) ? [] : [standIn]];
  const shown = showsBits(spec) ? fromBits : noBits;
  return [...own, shown, { name: "environment.wgsl", text: prelude }, randomModule];
}
