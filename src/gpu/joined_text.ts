/** The text that is compiled, and which line of which file each of its lines is. @module */

/** One WGSL file. */
export interface ShaderFile {
  /** File name, for labels and error messages. */
  readonly name: string;
  /** WGSL. */
  readonly text: string;
}

/** A line of a file. */
export interface SourceLine {
  /** `<file>:<line>`, or `constants` for what no file has. */
  readonly place: string;
  /** The line itself, without the space around it. */
  readonly text: string;
}

/** Files one after another, and constants behind them. */
export class JoinedText {
  /** What is compiled. */
  readonly text: string;
  readonly #files: readonly ShaderFile[];

  /** `constants` become `const NAME = <value>u;`. */
  constructor(files: readonly ShaderFile[], constants: Readonly<Record<string, number>> = {}) {
    const declarations = Object.entries(constants).map(([name, value]) => {
      if (value === value >>> 0) return `const ${name} = ${value}u;\n`;
      throw new RangeError(
        `Cannot use constant ${name}: it is ${JSON.stringify(value)}, wanted an unsigned 32-bit integer`,
      );
    });
    this.#files = files;
    this.text = [...files.map((file) => file.text), declarations.join("")].join("\n");
  }

  /** Where a line of the text comes from, counted from 1. */
  source(line: number): SourceLine {
    let first = 1;
    for (const { name, text } of this.#files) {
      const lines = text.split("\n");
      const index = line - first;
      if (index < lines.length) return { place: `${name}:${index + 1}`, text: lines[index]?.trim() ?? "" };
      first += lines.length;
    }
    return { place: "constants", text: "" };
  }
}
