/** Whether an environment's WGSL declares what it should and nothing beyond, before a compiler sees it. @module */
import { excerpt, UsageError } from "../core/errors.ts";
import { whole } from "../core/numbers.ts";
import type { ShaderFile } from "../gpu/kernel.ts";
import { type Token, tokenize, WgslError } from "../gpu/wgsl_tokens.ts";
import { declarations, lineOutsideState } from "./declarations.ts";
import type { DeviceEnvironmentSpec } from "./device_environment.ts";

/** What an environment's file declares. */
const wanted: readonly { kind: string; name: string; instead?: string; form: string }[] = [
  { kind: "struct", name: "State", form: "struct State { ... }" },
  { kind: "fn", name: "env_reset", form: "fn env_reset(stream: Stream) -> State" },
  { kind: "fn", name: "env_step", form: "fn env_step(state: State, action: u32) -> Step" },
  {
    kind: "fn",
    name: "env_observe",
    instead: "env_bits",
    form: "fn env_observe(state: State, i: u32) -> f32",
  },
];

/** What a text may have at most: far beyond what people write, far below what overflows the stack of a compiler. */
const most = {
  characters: 2 ** 20,
  depth: 127, // brackets within brackets, which is what WGSL allows of braces
  run: 500, // tokens between two of , ; { }
  branches: 500, // `else if`
};

/** Throws UsageError for a text that is too long, is no WGSL by its tokens, or that a recursive compiler may not survive. */
export function assertReadable({ id, file, modules = [] }: DeviceEnvironmentSpec): void {
  for (const { name, text } of [file, ...modules]) {
    if (text.length > most.characters) {
      throw new UsageError(
        `Cannot use environment "${id}": ${name} has ${whole(text.length)} characters, wanted at most ${
          whole(most.characters)
        }`,
      );
    }
    const fault = firstFault(text);
    if (fault === undefined) continue;
    throw new UsageError(
      "message" in fault
        ? `Cannot use environment "${id}": it does not compile\n${name}:${fault.line}: ${fault.message}`
        : `Cannot use environment "${id}": ${name}:${fault.line} ${fault.found}, wanted fewer`,
    );
  }
}

/** What is wrong with the tokens of a text. */
function firstFault(text: string): { line: number; found: string } | WgslError | undefined {
  const count = { depth: 0, run: 0, branches: 0 };
  let tokens: Token[];
  try {
    tokens = tokenize(text);
  } catch (error) {
    if (error instanceof WgslError) return error;
    throw error;
  }
  for (const [i, { text: token, line }] of tokens.entries()) {
    if (["(", "[", "{"].includes(token)) count.depth++;
    if ([")", "]", "}"].includes(token)) count.depth--;
    if (token === "if" && tokens[i - 1]?.text === "else") count.branches++;
    count.run = [",", ";", "{", "}"].includes(token) ? 0 : count.run + 1;
    if (count.depth > most.depth) return { line, found: `nests more than ${most.depth} brackets` };
    if (count.run > most.run) {
      return { line, found: `has more than ${most.run} tokens without one of , ; { }` };
    }
    if (count.branches > most.branches) return { line, found: `has more than ${most.branches} "else if"` };
  }
  return undefined;
}

/** Throws UsageError unless the files declare what is wanted and nothing beyond functions, types and constants. */
export function assertDeclarations({ id, file, modules = [] }: DeviceEnvironmentSpec): void {
  for (const own of [file, ...modules]) {
    const line = lineOutsideState(own);
    if (line === undefined) continue;
    const text = excerpt(own.text.split("\n")[line - 1]!.trim());
    throw new UsageError(
      `Cannot use environment "${id}": ${own.name}:${line} reaches outside its State: ` +
        `${text}, wanted no bindings, entry points or variables outside functions`,
    );
  }
  const declared = [file, ...modules].flatMap(declarations);
  for (const { kind, name, instead, form } of wanted) {
    if (declared.some((one) => one.kind === kind && [name, instead].includes(one.name))) continue;
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
