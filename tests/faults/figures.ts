/** What trials of faults find. @module */

/** What one of the trials found. */
export interface Figures {
  /** Cases tried. */
  readonly tried: number;
  /** Of them, those that came out as they are to. */
  readonly survived: number;
  /** The others, in words. */
  readonly failures: readonly string[];
  /** Further numbers by their names. */
  readonly [name: string]: unknown;
}

/** A kind of fault: tells how far it is, and what it found. */
export type Trial = (tell: (line: string) => void) => Promise<Figures>;
