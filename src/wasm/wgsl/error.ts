/** What is wrong with a WGSL text. @module */

/** A text that is no valid WGSL, or uses what this compiler does not have. */
export class WgslError extends Error {
  /** Its class. */
  override readonly name = "WgslError";
  /** Line in the text, counted from 1. */
  readonly line: number;

  /** `message` has no position in it. */
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}
