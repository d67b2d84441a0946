/** How much workgroup memory a kernel asks for, which browsers check and llvmpipe does not. @module */

/** The part of a `KernelSpec` that shapes workgroup memory. */
export interface WorkgroupSpec {
  /** The file that declares the variables. */
  readonly file: { readonly name: string; readonly text: string };
  /** Its sizes that are appended. */
  readonly constants?: Readonly<Record<string, number>>;
  /** Its sizes that are overridden. */
  readonly overrides?: Readonly<Record<string, number>>;
}

/** A variable in workgroup memory: name and type. */
const declaration = /\bvar\s*<\s*workgroup\s*>\s*(\w+)\s*:\s*([^;]+);/g;

/** Bytes of the types that are kept there. */
const elementBytes: Readonly<Record<string, number>> = {
  bool: 4,
  f32: 4,
  u32: 4,
  i32: 4,
  vec2f: 8,
  vec4f: 16,
};

/**
 * Bytes of a kernel's variables in workgroup memory, each rounded up to 16 as WebGPU counts them. All that its file
 * declares count, also where another entry point alone uses them.
 *
 * @throws {RangeError} For a type that is none of numbers, vectors and arrays of them, or a size that is no product of
 * integers, `constants` and `overrides`.
 */
export function workgroupBytes({ file, constants, overrides }: WorkgroupSpec): number {
  const sizes: Readonly<Record<string, number>> = { ...constants, ...overrides };
  let bytes = 0;
  for (const [, name, type] of file.text.replaceAll(/\/\/.*/g, "").matchAll(declaration)) {
    const [, element, count = "1"] = /^array\s*<\s*(\w+)\s*,(.+)>$/.exec(type!.trim()) ??
      [type, type!.trim()];
    const factors = count.split("*").map((factor) => {
      const text = factor.trim();
      return /^\d+u?$/.test(text) ? parseInt(text) : sizes[text];
    });
    const size = factors.reduce<number>(
      (product, factor) => product * (factor ?? NaN),
      elementBytes[element!] ?? NaN,
    );
    if (!(size >= 0)) throw new RangeError(`Cannot count the bytes of ${file.name}: ${name} is ${type}`);
    bytes += 16 * Math.ceil(size / 16);
  }
  return bytes;
}
