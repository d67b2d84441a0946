/** Formulas: from a line of text to the tree of MathML, which browsers draw and read out. @module */
import "../page/dom.ts";

/** An element of MathML. */
export interface Mark {
  readonly tag: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children: readonly (Mark | string)[];
}

/** Under which an index stands in place of beside it. */
const limits = new Set(["max", "min", "argmax"]);

/**
 * Reads a formula: `Q(s, a) <- r + \gamma max_{a'} Q(s', a')`. Letters that stand alone are variables; `_x`, `^x` and `'` put
 * indices, powers and primes on what comes before; `{...}` is one thing; `\frac{a}{b}` and `\cases{a & b; c & d}` are what they
 * are in TeX, and so are `\gamma` and its like.
 *
 * @throws {Error} When it cannot be read.
 */
export function readFormula(text: string): Mark {
  const reader = new Reader(text.match(/\\[a-z]+|\p{L}+|[\d.,]*\d|<-|<=|>=|\S/gu) ?? []);
  const row = reader.row();
  if (!reader.isAtEnd) throw new Error(`Cannot read the formula ${text}: "${reader.next}" is left over`);
  return { tag: "math", attributes: { display: "block" }, children: [row] };
}

const symbols: Readonly<Record<string, string>> = {
  "<-": "←",
  "<=": "≤",
  ">=": "≥",
  "-": "−",
  "*": "·",
  "\\alpha": "α",
  "\\gamma": "γ",
  "\\delta": "δ",
  "\\epsilon": "ε",
  "\\theta": "θ",
  "\\tau": "τ",
  "\\minus": "−",
  "\\dots": "…",
};

class Reader {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  get next(): string | undefined {
    return this.#tokens[this.#at];
  }

  /** Up to a bracket that ends it, or one of the `ends`. */
  row(ends: readonly string[] = ["}"]): Mark {
    const children: Mark[] = [];
    while (this.next !== undefined && !ends.includes(this.next)) children.push(this.#item());
    return children.length === 1 ? children[0]! : { tag: "mrow", children };
  }

  #item(): Mark {
    const first = this.next!;
    const base = this.#atom();
    let power = this.#power();
    if (this.next !== "_") return power ? { tag: "msup", children: [base, power] } : base;
    this.#take();
    const index = this.#atom();
    power ??= this.#power();
    if (power) return { tag: "msubsup", children: [base, index, power] };
    return { tag: limits.has(first) ? "munder" : "msub", children: [base, index] };
  }

  #power(): Mark | undefined {
    if (this.next !== "'" && this.next !== "^") return undefined;
    return this.#take() === "'" ? mark("mo", "′") : this.#atom();
  }

  #atom(): Mark {
    const token = this.#take();
    if (token === "{") return this.#group();
    if (token === "\\frac") return { tag: "mfrac", children: [this.#braced(), this.#braced()] };
    if (token === "\\cases") return this.#cases();
    const text = symbols[token] ?? token;
    if (/^[\d.,]*\d$/.test(text)) return mark("mn", text);
    if (/^\p{L}+$/u.test(text)) {
      // Slanted by the sheet: not every system has the letters that a browser would put in their place.
      const attributes = text.length === 1 ? { class: "variable", mathvariant: "normal" } : {};
      return { tag: "mi", attributes, children: [text] };
    }
    // Brackets as high as a line, and bars that are no operators.
    return { tag: "mo", attributes: /[()[\]|]/.test(text) ? { stretchy: "false" } : {}, children: [text] };
  }

  #braced(): Mark {
    this.#expect("{");
    return this.#group();
  }

  #group(): Mark {
    const row = this.row();
    this.#expect("}");
    return row;
  }

  #cases(): Mark {
    this.#expect("{");
    const rows: Mark[] = [];
    do {
      const cells = [this.row(["&", ";", "}"])];
      while (this.next === "&") {
        this.#take();
        cells.push(this.row(["&", ";", "}"]));
      }
      rows.push({ tag: "mtr", children: cells.map((cell) => ({ tag: "mtd", children: [cell] })) });
    } while (this.#take() === ";");
    return { tag: "mrow", children: [mark("mo", "{"), { tag: "mtable", children: rows }] };
  }

  #take(): string {
    const token = this.next;
    if (token === undefined) throw new Error("Cannot read a formula: it ends too early");
    this.#at++;
    return token;
  }

  #expect(token: string): void {
    const found = this.#take();
    if (found !== token) throw new Error(`Cannot read a formula: "${found}", wanted "${token}"`);
  }
}

function mark(tag: string, text: string): Mark {
  return { tag, children: [text] };
}

const namespace = "http://www.w3.org/1998/Math/MathML";

/** A tree as elements. */
export function drawFormula({ tag, attributes = {}, children }: Mark): Element {
  const element = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.map((child) => typeof child === "string" ? child : drawFormula(child)));
  return element;
}
