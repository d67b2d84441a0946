/** Random statements. @module */
import { type Accessor, Expressions, type PureFunction, repeat } from "./expressions.ts";
import type { Choice } from "./choice.ts";
import { type Composite, composites } from "./composites.ts";
import { anyType, type Type, typeName } from "./types.ts";

/** A function that takes a pointer to a composite, and what it returns. */
export interface PointerFunction extends PureFunction {
  /** What its first parameter points to. */
  readonly target: Composite;
}

/** A variable of a structure or an array. */
interface CompositeVariable {
  readonly name: string;
  readonly type: Composite;
  /** What points to it; undefined where no function takes that. */
  readonly pointer: string | undefined;
}

/** Functions that there are. */
export interface Functions {
  /** Without side effects. */
  readonly pure: PureFunction[];
  /** That write where they are pointed to. */
  readonly pointer: PointerFunction[];
}

const bool = { scalar: "b", width: 1 } as const;
const whole = { scalar: "u", width: 1 } as const;

/** Makes the statements of one function. */
export class Statements {
  readonly expressions: Expressions;
  readonly #choice: Choice;
  readonly #functions: Functions;
  readonly #composites: CompositeVariable[] = [];
  /** What returns from the function, at the given type. */
  readonly #returns: Type | undefined;
  #names = 0;
  #loops = 0;
  #depth = 0;

  /** `scope` is what can be read and written at the beginning. */
  constructor(choice: Choice, scope: readonly Accessor[], options: { functions: Functions; returns?: Type }) {
    this.#choice = choice;
    this.#functions = options.functions;
    this.#returns = options.returns;
    this.expressions = new Expressions(choice, [...scope], options.functions.pure);
  }

  /** Adds what a variable of a composite type has to the scope. */
  addComposite(name: string, type: Composite, pointer?: string): void {
    this.#composites.push({ name, type, pointer });
    this.expressions.scope.push(...type.accessors(name, true));
  }

  /** So many statements, in a scope of their own. */
  block(count: number): string[] {
    const { scope } = this.expressions;
    const [outer, variables] = [scope.length, this.#composites.length];
    this.#depth++;
    const lines = repeat(count, () => this.#statement()).flat();
    this.#depth--;
    scope.length = outer;
    this.#composites.length = variables;
    return lines.map((line) => `  ${line}`);
  }

  /** So many statements, whose variables stay in scope. */
  open(count: number): string[] {
    return repeat(count, () => this.#statement()).flat();
  }

  #fresh(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  #statement(): string[] {
    const inner = this.#depth < 3 ? 1 : 0;
    return this.#choice.weighted<() => string[]>([
      [3, () => this.#declare()],
      [1.5, () => this.#declareComposite()],
      [5, () => this.#assign()],
      [2, () => this.#compound()],
      [1.5, () => this.#copy()],
      [2, () => this.#callWithPointer()],
      [2 * inner, () => this.#if()],
      [1 * inner, () => this.#switch()],
      [1.5 * inner, () => this.#loop()],
      [
        this.#loops > 0 ? 1 : 0,
        () => [`if (${this.expressions.varying(bool, 2)}) { ${this.#choice.of(["break", "continue"])}; }`],
      ],
      [this.#returns && this.#depth > 0 ? 0.4 : 0, () => this.#return()],
    ])();
  }

  #return(): string[] {
    const { expressions } = this;
    return [`if (${expressions.varying(bool, 2)}) { return ${expressions.any(this.#returns!, 2)}; }`];
  }

  #declare(): string[] {
    const type = anyType(this.#choice);
    const kind = this.#choice.of(["let", "var"]);
    const value = this.expressions.varying(type, this.#choice.of([0, 1, 3]));
    const name = this.#fresh("v");
    this.expressions.scope.push({ type, text: () => name, writable: kind === "var" });
    return [`${kind} ${name}${this.#choice.chance(0.5) ? `: ${typeName(type)}` : ""} = ${value};`];
  }

  #declareComposite(): string[] {
    const type = this.#choice.of(composites);
    const value = type.construct(this.expressions);
    const name = this.#fresh("c");
    const line = `var ${name}: ${type.name} = ${value};`;
    this.addComposite(name, type, `&${name}`);
    return [line];
  }

  #place(fits: (type: Type) => boolean): { accessor: Accessor; text: string } | undefined {
    const fitting = this.expressions.scope.filter(({ type, writable }) => writable && fits(type));
    if (fitting.length === 0) return undefined;
    const accessor = this.#choice.of(fitting);
    return { accessor, text: accessor.text(this.expressions, 2) };
  }

  #assign(): string[] {
    const place = this.#place(() => true);
    if (!place) return this.#declare();
    const { type } = place.accessor;
    if (type.width > 1 && this.#choice.chance(0.3)) {
      const at = this.#choice.chance(0.5)
        ? `.${"xyzw"[this.#choice.below(type.width)]}`
        : `[${this.expressions.index(type.width, 2)}]`;
      return [`${place.text}${at} = ${this.expressions.any({ ...type, width: 1 }, 3)};`];
    }
    return [`${place.text} = ${this.expressions.any(type, 3)};`];
  }

  #compound(): string[] {
    const place = this.#place(({ scalar }) => scalar === "u" || scalar === "i");
    if (!place) return this.#assign();
    const { type } = place.accessor;
    if (type.width === 1 && this.#choice.chance(0.2)) {
      return [`${place.text}${this.#choice.of(["++", "--"])};`];
    }
    const operator = this.#choice.of(["+", "-", "*", "/", "%", "&", "|", "^"]);
    const scalar = /[-+*/%]/.test(operator) && this.#choice.chance(0.3);
    return [
      `${place.text} ${operator}= ${this.expressions.varying(scalar ? { ...type, width: 1 } : type, 3)};`,
    ];
  }

  /** A composite variable assigned another, or one made of its own parts. */
  #copy(): string[] {
    if (this.#composites.length === 0) return this.#declareComposite();
    const to = this.#choice.of(this.#composites);
    const others = this.#composites.filter((from) => from.type === to.type && from !== to);
    if (others.length > 0 && this.#choice.chance(0.5)) {
      return [`${to.name} = ${this.#choice.of(others).name};`];
    }
    return [`${to.name} = ${to.type.construct(this.#partial(to))};`];
  }

  /** Expressions that read parts of one variable more often than others. */
  #partial({ name, type }: CompositeVariable): Expressions {
    const parts = repeat(6, () => type.accessors(name, false)).flat();
    return new Expressions(this.#choice, [...this.expressions.scope, ...parts], this.#functions.pure);
  }

  #callWithPointer(): string[] {
    const calls = this.#functions.pointer.flatMap((declared) =>
      this.#composites.filter(({ type, pointer }) => pointer !== undefined && type === declared.target).map((
        variable,
      ) => ({
        declared,
        variable,
      }))
    );
    if (calls.length === 0) return this.#assign();
    const { declared, variable } = this.#choice.of(calls);
    const args = declared.parameters.map((type) => this.expressions.any(type, 2));
    const call = `${declared.name}(${[variable.pointer!, ...args].join(", ")})`;
    if (this.#choice.chance(0.2)) return [`_ = ${call};`];
    const before = this.#partial(variable).varying(declared.returns, 1);
    const name = this.#fresh("r");
    this.expressions.scope.push({ type: declared.returns, text: () => name, writable: false });
    const isWhole = declared.returns.scalar === "u" || declared.returns.scalar === "i";
    return [`let ${name} = ${isWhole && this.#choice.chance(0.5) ? `${before} - ` : ""}${call};`];
  }

  #if(): string[] {
    const lines = [`if (${this.expressions.varying(bool, 3)}) {`, ...this.block(this.#choice.between(1, 3))];
    if (this.#choice.chance(0.3)) {
      lines.push(`} else if (${this.expressions.varying(bool, 2)}) {`, ...this.block(2));
    }
    if (this.#choice.chance(0.5)) lines.push("} else {", ...this.block(this.#choice.between(1, 2)));
    return [...lines, "}"];
  }

  #switch(): string[] {
    const scalar = this.#choice.of(["u", "i"] as const);
    const selector = this.expressions.varying({ scalar, width: 1 }, 2);
    const loops = this.#loops;
    this.#loops = 0; // A break would leave the switch, which is fine, and continue the loop: kept apart.
    const shared = this.#choice.chance(0.3);
    const lines = [
      `switch (${selector} ${scalar === "u" ? "& 3u" : "% 3i"}) {`,
      `  case 0${scalar}, 2${scalar}: {`,
      ...this.block(2),
      ...this.#choice.chance(0.3) ? ["  break;"] : [],
      "  }",
      `  case 1${scalar}${shared ? ", default" : ""}: {`,
      ...this.block(2),
      "  }",
      ...scalar === "i" ? ["  case -1i: {", ...this.block(1), "  }"] : [],
    ];
    this.#loops = loops;
    return [...lines, ...shared ? [] : ["  default: {", ...this.block(1), "  }"], "}"];
  }

  #loop(): string[] {
    const counter = this.#fresh("n");
    const turns = this.#choice.chance(0.5)
      ? `${this.#choice.between(1, 5)}u`
      : `(${this.expressions.varying(whole, 2)} & 7u)`;
    const limit = this.#fresh("l");
    const { scope } = this.expressions;
    const length = scope.length;
    scope.push({ type: whole, text: () => counter, writable: false });
    this.#loops++;
    const body = () => this.block(this.#choice.between(1, 3));
    const lines = this.#choice.of([
      () => [`for (var ${counter} = 0u; ${counter} < ${limit}; ${counter}++) {`, ...body(), "}"],
      () => [
        `var ${counter} = 0u;`,
        `while (${counter} < ${limit} && ${this.expressions.any(bool, 2)}) {`,
        `  ${counter} += 1u;`,
        ...body(),
        "}",
      ],
      () => [
        `var ${counter} = 0u;`,
        "loop {",
        ...body(),
        `  continuing { ${counter}++; break if (${counter} >= ${limit}); }`,
        "}",
      ],
    ])();
    this.#loops--;
    scope.length = length;
    return ["{", ...[`let ${limit} = ${turns};`, ...lines].map((line) => `  ${line}`), "}"];
  }
}
