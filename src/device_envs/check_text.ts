/** Whether an environment's WGSL declares what it should and nothing beyond, before a compiler sees it. @module */
import { UsageError } from "../core/errors.ts";
import type { ShaderFile } from "../gpu/kernel.ts";
import { declarations, firstLine, lineAt, withoutComments } from "./declarations.ts";
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

/** What a text may have at most: far beyond what people write, far below what overflows the stack of a compiler. */
const most = {
  depth: 127, // brackets within brackets, which is what WGSL allows of braces
  run: 500, // tokens between two of , ; { }
  branches: 500, // `else if`
};

/** Throws UsageError for a text that a recursive compiler may not survive. */
export function assertNotTooDeep({ id, file, modules = [] }: DeviceEnvironmentSpec): void {
  for (const { name, text } of [file, ...modules]) {
    const code = withoutComments(text);
    const count = { depth: 0, run: 0, branches: 0 };
    for (const { 0: token, index } of code.matchAll(/\belse\s+if\b|\w+|\S/g)) {
      if ("([{".includes(token)) count.depth++;
      if (")]}".includes(token)) count.depth--;
      if (token.startsWith("else") && token.endsWith("if")) count.branches++;
      count.run = ",;{}".includes(token) ? 0 : count.run + 1;
      const fault = count.depth > most.depth
        ? `nests more than ${most.depth} brackets`
        : count.run > most.run
        ? `has more than ${most.run} tokens without one of , ; { }`
        : count.branches > most.branches
        ? `has more than ${most.branches} "else if"`
        : undefined;
      if (!fault) continue;
      throw new UsageError(
        `Cannot use environment "${id}": ${name}:${lineAt(code, index)} ${fault}, wanted fewer`,
      );
    }
  }
}

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
