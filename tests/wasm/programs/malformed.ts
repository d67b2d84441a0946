/** WGSL with faults. @module */
import type { Choice } from "./choice.ts";

const token = /[A-Za-z_]\w*|\d[\w.]*|\/\/.*|\s+|[-+*/%&|^<>=!]=|&&|\|\||->|./gsu;

/** Marks and words that change what a text means. */
const strange = [
  ..."(){}[]<>;:,.=+-*/%&|^!~@_#$\\\"'`?",
  ..."\0\n\u2028é⊕𝒳",
  ..."fn var let const override struct return if else for while loop switch case default break continue"
    .split(" "),
  ..."alias enable requires diagnostic const_assert continuing discard true false".split(" "),
  ..."u32 i32 f32 bool f16 vec4f vec3<f32> mat4x4f array ptr atomic texture_2d sampler".split(" "),
  ..."0 1u 4294967296u -1 0x 1e 1e999 0xffffffffffffffffffff 1.5f 2h 99999999999999999999".split(" "),
  ..."@group(0) @binding(0) @compute @workgroup_size(1) @builtin(position) @id(0) /* // */ <<= >>= ++ -- ->"
    .split(" "),
  ..."workgroupBarrier() arrayLength(&x) bitcast<u32>(1.0) select(1,2,true) textureLoad main self".split(" "),
];

/** A text with one to three faults, or none that count. */
export function malformed(choice: Choice, text: string): string {
  let broken = text;
  for (let faults = choice.between(1, 3); faults > 0; faults--) broken = mutated(choice, broken);
  return broken;
}

function mutated(choice: Choice, text: string): string {
  const tokens: readonly string[] = text.match(token) ?? [" "]; // Not all may be cut away.
  const at = choice.below(tokens.length);
  const other = choice.below(tokens.length);
  return choice.weighted<() => string>([
    [3, () => tokens.toSpliced(at, 1).join("")],
    [2, () => tokens.toSpliced(at, 0, tokens[at]!).join("")],
    [2, () => tokens.with(at, tokens[other]!).with(other, tokens[at]!).join("")],
    [3, () => tokens.with(at, tokens[other]!).join("")],
    [3, () => tokens.toSpliced(at, choice.below(2), ` ${choice.of(strange)} `).join("")],
    [1, () => tokens.slice(0, at).join("")],
    [1, () => tokens.slice(at).join("")],
    [1, () => tokens.toSpliced(Math.min(at, other), Math.abs(at - other)).join("")],
    [0.5, () => text.slice(0, other) + String.fromCharCode(choice.below(65536)) + text.slice(other + 1)],
    [
      0.3,
      () =>
        tokens.toSpliced(at, 0, choice.of(["(", "[", "{", "-", "!", "(("]).repeat(choice.of([50, 5000])))
          .join(""),
    ],
  ])();
}
