/** Whether an environment's WGSL declares what it should and nothing beyond, before a compiler sees it. @module */
import { UsageError } from "../core/errors.ts";
import type { ShaderFile } from "../gpu/kernel.ts";
import { declarations, firstLine } from "./declarations.ts";
import type { DeviceEnvironmentSpec } from "./device_environment.ts";

/** What an environment's file declares. */
const wanted: readonly { kind: string; name: string; form: string }[] = [
  { kind: "struct", name: "State", form: "struct State { ... }" },
  { kind: "fn", name: "env_reset", form: "fn env_reset(stream: Stream) -> State" },
  { kind: "fn", name: "env_step", form: "fn env_step(state: State, action: u32) -> Step" },
  { kind: "fn", name: "env_observe", form: "fn env_observe(state: State, i: u32) -> f32" },
];

/** What would let an environment keep something outside its State, or run by itself. */
const outsideState =
  /@(group|binding|compute|vertex|fragment|workgroup_size)\b|\bvar\s*<\s*(storage|uniform|workgroup|private)\b/;

/** Throws UsageError unless the files declare what is wanted and nothing beyond functions, types and constants. */
export function assertDeclarations({ id, file, modules = [] }: DeviceEnvironmentSpec): void {
  for (const { name, text } of [file, ...modules]) {
    const found = firstLine(text, outsideState);
    if (!found) continue;
    throw new UsageError(
      `Cannot use environment "${id}": ${name}:${found.line} reaches outside its State: ` +
        `${found.text}, wanted no bindings, entry points or variables outside functions`,
    );
  }
  const declared = declarations(file);
  for (const { kind, name, form } of wanted) {
    if (declared.some((one) => one.kind === kind && one.name === name)) continue;
    throw new UsageError(
      `Cannot use environment "${id}": ${file.name} has no ${kind} ${name}, wanted ${form}`,
    );
  }
}

/** Throws UsageError if the environment's files declare a name that one of the files `beside` them declares. */
export function assertNamesFree(
  { id, file, modules = [] }: DeviceEnvironmentSpec,
  beside: readonly ShaderFile[],
): void {
  const taken = new Map(beside.flatMap(declarations).map((one) => [one.name, one]));
  for (const { name, file: own, line } of [file, ...modules].flatMap(declarations)) {
    const other = taken.get(name);
    if (!other) continue;
    throw new UsageError(
      `Cannot use environment "${id}": ${own}:${line} declares ${name}, wanted another name: ${other.file} has that one`,
    );
  }
}
