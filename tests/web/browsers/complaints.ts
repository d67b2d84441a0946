/** What no page may do, whatever else a test looks at. @module */

/** Gathers what pages of one site did that they may not: errors, warnings, requests that leave the site or fail. */
export class Complaints {
  readonly #origin: string;
  readonly #allowed: RegExp | undefined;
  readonly #found: string[] = [];

  /** Pages of the site of `url`; what fits `allowed` is no complaint. */
  constructor(url: string, allowed?: RegExp) {
    this.#origin = new URL(url).origin;
    this.#allowed = allowed;
  }

  /** A line on the console. */
  console(kind: string, text: string): void {
    if (/^(error|warn|warning|assert)$/.test(kind)) this.add(`console ${kind}: ${text}`);
  }

  /** A request, which may go to the site alone; what has no host stays in the page. */
  request(url: string): void {
    const { origin, protocol } = new URL(url);
    if (protocol !== "data:" && origin !== this.#origin) this.add(`request to another host: ${url}`);
  }

  /** Anything else. */
  add(complaint: string): void {
    if (!this.#allowed?.test(complaint)) this.#found.push(complaint);
  }

  /**
   * What `use` comes to, if nothing happened that may not.
   *
   * @throws {Error} With the complaints, and the reason why `use` failed, if it did.
   */
  async none<T>(use: () => Promise<T>): Promise<T> {
    try {
      const result = await use();
      if (this.#found.length === 0) return result;
    } catch (cause) {
      if (this.#found.length === 0) throw cause;
      throw new Error(`${cause instanceof Error ? cause.message : cause}\n${this}`, { cause });
    }
    throw new Error(`${this}`);
  }

  /** The complaints as lines. */
  toString(): string {
    return `The page complains:\n${this.#found.join("\n")}`;
  }
}
