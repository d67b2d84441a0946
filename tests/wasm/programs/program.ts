/** Random programs in WGSL whose results are promised bit by bit. @module */
import { Choice } from "./choice.ts";
import { composites, grid, outer, structures } from "./composites.ts";
import { type Accessor, repeat } from "./expressions.ts";
import { type Functions, Statements } from "./statements.ts";
import { anyType, type Type, typeName } from "./types.ts";

/** Invocations of a program, and words that each writes. */
export const size = { invocations: 16, results: 40 } as const;

/** Bytes of the structure in storage, of which each invocation has one, and in the uniform. */
export const outerBytes = 160;

const preamble = `${structures}
@group(0) @binding(0) var<storage, read> input: array<vec4u>;
@group(0) @binding(1) var<storage, read_write> state: array<Outer>;
@group(0) @binding(2) var<storage, read_write> results: array<u32>;
var<private> mine: u32 = 7u;
var<private> mine_too: vec3f;
var<private> kept: array<array<u32, 3>, 2>;
const TABLE = array<i32, 5>(3, -1, 250, 7, 0x7fffffff);

// Multiples of 1/8 in [-128, 128) of any number below 2^17 that is a multiple of 1/64.
fn tame1(x: f32) -> f32 { return floor(fract(x * 0.00390625) * 2048.0) * 0.125 - 128.0; }
fn tame2(x: vec2f) -> vec2f { return floor(fract(x * 0.00390625) * 2048.0) * 0.125 - 128.0; }
fn tame3(x: vec3f) -> vec3f { return floor(fract(x * 0.00390625) * 2048.0) * 0.125 - 128.0; }
fn tame4(x: vec4f) -> vec4f { return floor(fract(x * 0.00390625) * 2048.0) * 0.125 - 128.0; }
`;

const named = (name: string, type: Type, writable = false): Accessor => ({
  type,
  text: () => name,
  writable,
});

/** The text of a program. */
export function randomProgram(seed: number): string {
  const choice = new Choice(seed);
  const functions: Functions = { pure: [], pointer: [] };
  const texts = repeat(choice.between(1, 4), () => declare(choice, functions));
  return `${preamble}\n${texts.join("\n")}\n${main(choice, functions)}`;
}

/** A function, which takes a pointer or has no side effects. */
function declare(choice: Choice, functions: Functions): string {
  const name = `f${functions.pure.length + functions.pointer.length}`;
  const returns = anyType(choice);
  const types = repeat(choice.between(1, 3), () => anyType(choice));
  // One of each scalar type, so that every expression has something to read.
  const seeds = (["u", "i", "f", "b"] as const).map((scalar) => ({ scalar, width: 1 }));
  const parameters = [...seeds, ...types];
  const scope = parameters.map((type, i) => named(`p${i}`, type));
  const statements = new Statements(choice, scope, { functions, returns });
  const target = choice.chance(0.5) ? choice.of(composites) : undefined;
  if (target) statements.addComposite("(*at)", target, "at");
  const body = statements.open(choice.between(2, 5));
  const result = statements.expressions.varying(returns, 3);
  const list = parameters.map((type, i) => `p${i}: ${typeName(type)}`);
  if (target) list.unshift(`at: ptr<function, ${target.name}>`);
  if (target) functions.pointer.push({ name, parameters, returns, target });
  else functions.pure.push({ name, parameters, returns });
  return `fn ${name}(${list.join(", ")}) -> ${typeName(returns)} {
${[...body, `return ${result};`].map((line) => `  ${line}`).join("\n")}
}
`;
}

/** As a word: floats in eighths, so that zeros have no sign. */
function word({ scalar }: Type, text: string): string {
  if (scalar === "f") return `bitcast<u32>(i32(${text} * 8.0))`;
  return scalar === "u" ? text : scalar === "i" ? `bitcast<u32>(${text})` : `u32(${text})`;
}

function main(choice: Choice, functions: Functions): string {
  const scope: Accessor[] = [
    named("id.x", { scalar: "u", width: 1 }),
    named("wide", { scalar: "u", width: 4 }),
    named("narrow", { scalar: "i", width: 3 }),
    named("count", { scalar: "i", width: 1 }, true),
    named("part", { scalar: "f", width: 1 }, true),
    named("flag", { scalar: "b", width: 1 }, true),
    named("mine", { scalar: "u", width: 1 }, true),
    named("mine_too", { scalar: "f", width: 3 }, true),
    {
      type: { scalar: "i", width: 1 },
      text: (expressions, depth) =>
        `TABLE[${expressions.varying({ scalar: "u", width: 1 }, depth - 1)} % 5u]`,
      writable: false,
    },
  ];
  const statements = new Statements(choice, scope, { functions });
  statements.addComposite("state[id.x]", outer);
  statements.addComposite("kept", grid);
  const body = statements.open(choice.between(8, 16));
  const { expressions } = statements;
  const written = repeat(size.results, (): string => {
    if (choice.chance(0.6)) {
      const type = { ...anyType(choice), width: 1 };
      return word(type, expressions.varying(type, 4));
    }
    const read = choice.of(expressions.scope);
    const { width } = read.type;
    const text = read.text(expressions, 1);
    return word({ ...read.type, width: 1 }, width === 1 ? text : `${text}.${"xyzw"[choice.below(width)]}`);
  });
  const stores = written.map((text, i) => `results[id.x * ${size.results}u + ${i}u] = ${text};`);
  return `@compute @workgroup_size(1) fn main(@builtin(global_invocation_id) id: vec3u) {
  let wide = input[id.x];
  let narrow = vec3i(wide.xyz) - vec3i(1000);
  var count = i32(wide.w);
  var part = f32(wide.x & 127u) * 0.5;
  var flag = (wide.y & 1u) == 1u;
${[...body, ...stores].map((line) => `  ${line}`).join("\n")}
}
`;
}
