/**
 * Random expressions. Floats are multiples of 1/8 in [-128, 128]: what is computed of a few is exact in binary32,
 * fused or not, and `tame` brings it back. So every program has one result, bit by bit.
 *
 * @module
 */
import type { Choice } from "./choice.ts";
import { literal, type Scalar, type Type, typeName } from "./types.ts";

/** Something that can be read, and perhaps written. */
export interface Accessor {
  /** Its type. */
  readonly type: Type;
  /** Its text: indices in it are expressions of their own, of this depth. */
  readonly text: (expressions: Expressions, depth: number) => string;
  /** Whether it can be assigned. */
  readonly writable: boolean;
}

/** A function without side effects. */
export interface PureFunction {
  /** Its name. */
  readonly name: string;
  /** Types of its parameters. */
  readonly parameters: readonly Type[];
  /** What it returns. */
  readonly returns: Type;
}

/** `count` of something. */
export function repeat<T>(count: number, make: () => T): T[] {
  return Array.from({ length: count }, make);
}

/** Makes expressions of what can be read. */
export class Expressions {
  readonly choice: Choice;
  /** What can be read here. The generator of statements adds to it and takes from it. */
  readonly scope: Accessor[];
  readonly #functions: readonly PureFunction[];

  /** `scope` has something of each scalar type. */
  constructor(choice: Choice, scope: Accessor[], functions: readonly PureFunction[]) {
    this.choice = choice;
    this.scope = scope;
    this.#functions = functions;
  }

  /** An expression of this type; constants of one literal among them. */
  any(type: Type, depth: number): string {
    if (this.choice.chance(0.15)) return this.#literal(type);
    return this.varying(type, depth);
  }

  /** One that is no constant: WGSL refuses constants that overflow. */
  varying(type: Type, depth: number): string {
    if (depth <= 0 || this.choice.chance(0.1)) return this.#read(type, depth);
    const { choice } = this;
    const shared: (readonly [number, () => string])[] = [
      [2, () => this.#read(type, depth)],
      [1, () => this.#select(type, depth)],
      [1, () => this.#swizzled(type, depth)],
      [type.width > 1 ? 4 : 0, () => this.#composed(type, depth)],
      [type.width > 1 ? 0 : 1, () => this.#component(type, depth)],
      [2, () => this.#call(type, depth)],
    ];
    const own = { u: () => this.#whole(type, depth), i: () => this.#whole(type, depth) } as const;
    const makers = { ...own, f: () => this.#float(type, depth), b: () => this.#bool(type, depth) };
    return choice.weighted([...shared, [8, makers[type.scalar]]])();
  }

  /** A number in [0, count). */
  index(count: number, depth: number): string {
    if (depth <= 0 || this.choice.chance(0.3)) return `${this.choice.below(count)}`;
    return `(${this.varying({ scalar: "u", width: 1 }, depth - 1)} % ${count}u)`;
  }

  #literal(type: Type): string {
    const { choice } = this;
    if (type.width === 1) return literal(choice, type.scalar);
    const parts = repeat(choice.of([1, type.width]), () => literal(choice, type.scalar));
    return `${typeName(type)}(${parts.join(", ")})`;
  }

  #read(type: Type, depth: number): string {
    const fitting = this.scope.filter((each) =>
      each.type.scalar === type.scalar && each.type.width === type.width
    );
    if (fitting.length > 0) return this.choice.of(fitting).text(this, Math.min(depth - 1, 1));
    if (type.width > 1) return `${typeName(type)}(${this.#read({ ...type, width: 1 }, depth)})`;
    throw new Error(`Cannot read a ${typeName(type)}: nothing in scope`);
  }

  #select(type: Type, depth: number): string {
    const width = this.choice.of([1, type.width]);
    const [no, yes] = [this.varying(type, depth - 1), this.any(type, depth - 1)];
    return `select(${no}, ${yes}, ${this.varying({ scalar: "b", width }, depth - 2)})`;
  }

  #swizzled(type: Type, depth: number): string {
    const width = this.choice.between(2, 4);
    const letters = this.choice.of(["xyzw", "rgba"]);
    const swizzle = repeat(type.width, () => letters[this.choice.below(width)]).join("");
    return `(${this.varying({ ...type, width }, depth - 1)}).${swizzle}`;
  }

  #component(type: Type, depth: number): string {
    const width = this.choice.between(2, 4);
    return `(${this.varying({ ...type, width }, depth - 1)})[${this.index(width, depth - 1)}]`;
  }

  /** A vector of scalars and vectors, or of one scalar. */
  #composed(type: Type, depth: number): string {
    if (this.choice.chance(0.2)) {
      return `${typeName(type)}(${this.varying({ ...type, width: 1 }, depth - 1)})`;
    }
    const parts: string[] = [];
    for (let left = type.width; left > 0;) {
      const width = this.choice.between(1, Math.min(left, type.width - 1));
      const part = { ...type, width };
      const plain = this.choice.chance(0.4) ? 0 : depth - 1;
      parts.push(parts.length > 0 ? this.any(part, plain) : this.varying(part, plain));
      left -= width;
    }
    return `${typeName(type)}(${parts.join(", ")})`;
  }

  #call(type: Type, depth: number): string {
    const fitting = this.#functions.filter(({ returns }) =>
      returns.scalar === type.scalar && returns.width === type.width
    );
    if (fitting.length === 0) return this.varying(type, depth - 1);
    const { name, parameters } = this.choice.of(fitting);
    return `${name}(${parameters.map((parameter) => this.any(parameter, depth - 2)).join(", ")})`;
  }

  #whole(type: Type, depth: number): string {
    const { choice } = this;
    const { scalar, width } = type;
    const x = () => this.varying(type, depth - 1);
    const y = () => this.any(type, depth - 1);
    const amount = () => this.any({ scalar: "u", width }, depth - 2);
    const nonzero = () =>
      width === 1 && choice.chance(0.5) ? literal(choice, scalar, { nonzero: true }) : x();
    const scalarBeside = () => width > 1 ? this.varying({ scalar, width: 1 }, depth - 1) : y();
    return choice.weighted<() => string>([
      [6, () => `(${x()} ${choice.of(["+", "-", "*", "&", "|", "^"])} ${y()})`],
      [2, () => `(${x()} ${choice.of(["/", "%"])} ${nonzero()})`],
      [1, () => `(${x()} ${choice.of(["+", "-", "*"])} ${scalarBeside()})`],
      [2, () => `(${x()} ${choice.of(["<<", ">>"])} (${amount()} & ${splat("31u", width)}))`],
      [width > 1 ? 1 : 0, () => `(${x()} ${choice.of(["<<", ">>"])} ${this.#amounts(width)})`],
      [
        scalar === "i" ? 1 : 0,
        () => `(${this.#least(type, depth)} ${choice.of(["/", "%"])} ${this.#least(type, depth)})`,
      ],
      [1, () => `${choice.of(["~", scalar === "i" ? "-" : "~"])}(${x()})`],
      [2, () => `${choice.of(["min", "max"])}(${x()}, ${y()})`],
      [1, () => `abs(${x()})`],
      [1, () => `clamp(${x()}, ${splat(`2${scalar}`, width)}, ${splat(`100${scalar}`, width)})`],
      [1, () => `${choice.of(bitFunctions)}(${x()})`],
      [0.5, () => `extractBits(${x()}, ${this.index(16, depth - 1)}, ${this.index(16, depth - 1)})`],
      [0.5, () => `insertBits(${x()}, ${y()}, ${this.index(16, depth - 1)}, ${this.index(16, depth - 1)})`],
      [width === 1 ? 0.5 : 0, () => this.#dot(scalar, depth)],
      [1.5, () => this.#converted(type, depth)],
      [
        1,
        () =>
          `bitcast<${typeName(type)}>(${
            this.varying({ scalar: scalar === "u" ? "i" : "u", width }, depth - 1)
          })`,
      ],
    ])();
  }

  /** Numbers of bits that are constant. */
  #amounts(width: number): string {
    return `vec${width}u(${repeat(width, () => this.choice.below(32)).join(", ")})`;
  }

  /** The least number, or -1 or another: what overflows a division. */
  #least(type: Type, depth: number): string {
    const name = typeName(type);
    const isLeast = this.varying({ scalar: "b", width: 1 }, depth - 2);
    return `select(${name}(-1), ${name}(-2147483647 - 1), ${isLeast})`;
  }

  #dot(scalar: Scalar, depth: number): string {
    const type = { scalar, width: this.choice.between(2, 4) };
    return `dot(${this.varying(type, depth - 1)}, ${this.any(type, depth - 1)})`;
  }

  #converted(type: Type, depth: number): string {
    const scalar = this.choice.of((["u", "i", "f", "b"] as const).filter((each) => each !== type.scalar));
    return `${typeName(type)}(${this.varying({ ...type, scalar }, depth - 1)})`;
  }

  #float(type: Type, depth: number): string {
    const { choice } = this;
    const { width } = type;
    const x = () => this.varying(type, depth - 1);
    const y = () => this.any(type, depth - 1);
    const beside = () => this.any({ scalar: "f", width: choice.of([1, width]) }, depth - 1);
    const tame = (text: string) => `tame${width}(${text})`;
    const byte = (scalar: "u" | "i") => this.varying({ scalar, width }, depth - 1);
    return choice.weighted<() => string>([
      [3, () => tame(`${x()} ${choice.of(["+", "-"])} ${beside()}`)],
      [3, () => tame(`${x()} * ${beside()}`)],
      [3, () => tame(`${x()} * ${y()} ${choice.of(["+", "-"])} ${y()}`)],
      [1, () => tame(`${x()} ${choice.of(["+", "-"])} ${y()} * ${y()}`)],
      [1, () => tame(`fma(${x()}, ${y()}, ${y()})`)],
      [1, () => tame(`${x()} ${choice.of(["*", "/"])} ${splat(choice.of(["0.25", "2.0", "4.0"]), width)}`)],
      [1, () => `(${x()} % ${splat(choice.of(["2.0", "8.0"]), width)})`],
      [2, () => `${choice.of(["min", "max"])}(${x()}, ${y()})`],
      [
        2,
        () => `${choice.of(["abs", "floor", "ceil", "trunc", "round", "sign", "fract", "saturate"])}(${x()})`,
      ],
      [1, () => `clamp(${x()}, ${splat("-2.5", width)}, ${splat("60.0", width)})`],
      [0.5, () => `step(${x()}, ${y()})`],
      [0.5, () => `-(${x()})`],
      [width === 1 ? 1 : 0, () => `tame1(${this.#dot("f", depth)})`],
      [width === 3 ? 1 : 0, () => tame(`cross(${x()}, ${y()})`)],
      [width > 1 ? 1.5 : 0, () => tame(this.#product(width, depth))],
      [1, () => `${typeName(type)}(${byte("u")} & ${splat("127u", width)})`],
      [1, () => `${typeName(type)}((${byte("i")} % ${splat("100i", width)}))`],
      [1, () => `${typeName(type)}(${this.varying({ scalar: "b", width }, depth - 1)})`],
    ])();
  }

  /** A matrix with a vector; matrices have up to four columns. */
  #product(width: number, depth: number): string {
    const other = this.choice.between(2, 4);
    const vector = (length: number) => this.varying({ scalar: "f", width: length }, depth - 2);
    const matrix = (columns: number, rows: number) =>
      `mat${columns}x${rows}f(${repeat(columns, () => vector(rows)).join(", ")})`;
    return this.choice.of([
      () => `${matrix(other, width)} * ${vector(other)}`,
      () => `${vector(other)} * ${matrix(width, other)}`,
      () => `(transpose(${matrix(width, other)}))[${this.choice.below(other)}]`,
      () => `(${matrix(other, width)} + ${matrix(other, width)})[${this.choice.below(other)}]`,
      () => `(2.0 * ${matrix(other, width)})[${this.choice.below(other)}]`,
    ])();
  }

  #bool(type: Type, depth: number): string {
    const { choice } = this;
    const { width } = type;
    const x = () => this.varying(type, depth - 1);
    const y = () => this.any(type, depth - 1);
    const compared = (scalars: readonly Scalar[], operators: readonly string[]) => {
      const operand = { scalar: choice.of(scalars), width };
      return `(${this.varying(operand, depth - 1)} ${choice.of(operators)} ${this.any(operand, depth - 1)})`;
    };
    return choice.weighted<() => string>([
      [4, () => compared(["u", "i", "f"], ["<", "<=", ">", ">="])],
      [2, () => compared(["u", "i", "f", "b"], ["==", "!="])],
      [2, () => `(${x()} ${choice.of(["&", "|"])} ${y()})`],
      [width === 1 ? 2 : 0, () => `(${x()} ${choice.of(["&&", "||"])} ${y()})`],
      [1, () => `!(${x()})`],
      [
        width === 1 ? 1 : 0,
        () =>
          `${choice.of(["any", "all"])}(${
            this.varying({ ...type, width: choice.between(2, 4) }, depth - 1)
          })`,
      ],
      [1, () => this.#converted(type, depth)],
    ])();
  }
}

const bitFunctions = [
  "countOneBits",
  "countLeadingZeros",
  "countTrailingZeros",
  "firstLeadingBit",
  "firstTrailingBit",
  "reverseBits",
];

/** A scalar's text as a vector where that is wanted. */
function splat(text: string, width: number): string {
  return width === 1 ? text : `vec${width}(${text})`;
}
