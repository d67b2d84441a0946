/** A place in a row of tokens, for parsers. @module */
import { didYouMean, excerpt } from "../../core/errors.ts";
import { WgslError } from "./error.ts";
import { keywords, type Token } from "./tokens.ts";

/** Brackets, operators and blocks within each other: more are refused, since what reads them is recursive. */
export const mostNested = 255;

/** Walks over tokens. */
export class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  /** At the first of `tokens`, whose last is an `end`. */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  /** The token here. */
  get token(): Token {
    return this.#tokens[this.#at]!;
  }

  /** The line here. */
  get line(): number {
    return this.token.line;
  }

  /** The token here, and steps over it. */
  take(): Token {
    const { token } = this;
    if (token.kind !== "end") this.#at++;
    return token;
  }

  /** Whether this keyword or mark stands here. */
  is(text: string): boolean {
    const { token } = this;
    return token.text === text && (token.kind === "symbol" || token.kind === "keyword");
  }

  /** Steps over the keyword or mark if it stands here. */
  accept(text: string): boolean {
    const found = this.is(text);
    if (found) this.#at++;
    return found;
  }

  /** Steps over the keyword or mark. @throws {WgslError} If something else stands here. */
  expect(text: string): void {
    if (!this.accept(text)) throw this.unexpected(`\`${text}\``);
  }

  /** Steps over `<` or `>` of a template list, if it stands here. */
  acceptTemplate(text: "<" | ">"): boolean {
    const found = this.token.kind === "template" && this.token.text === text;
    if (found) this.#at++;
    return found;
  }

  /** Steps over a name. `what` says of what, for the error. @throws {WgslError} If something else stands here. */
  name(what: string): string {
    if (this.token.kind !== "name") throw this.unexpected(what);
    return this.take().text;
  }

  /** What to throw if something else was expected here. */
  unexpected(wanted: string): WgslError {
    const { token } = this;
    const found = token.kind === "end" ? "the end of the text" : `\`${excerpt(token.text, 40)}\``;
    const nearest = token.kind === "name" && wanted.includes("declaration")
      ? didYouMean(token.text, [...keywords])
      : "";
    return new WgslError(`expected ${wanted}, got ${found}${nearest}`, token.line);
  }

  /** One level deeper while `parse` runs. @throws {WgslError} Beyond {@linkcode mostNested}. */
  nested<T>(parse: () => T): T {
    if (this.#depth >= mostNested) {
      throw new WgslError(`this nests over ${mostNested} levels deep, wanted fewer`, this.line);
    }
    this.#depth++;
    const result = parse();
    this.#depth--;
    return result;
  }

  /** Items up to `close`, with commas between them and possibly after the last. */
  list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.is(close)) {
      items.push(item());
      if (!this.accept(",")) break;
    }
    this.expect(close);
    return items;
  }
}
