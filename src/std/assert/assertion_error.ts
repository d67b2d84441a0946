/** The error of a failed assertion. */
export class AssertionError extends Error {
  /** An assertion error with `message`, and `options.cause` where there is one. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "AssertionError";
  }
}

/** `: msg` after a message that takes one, else a full stop. */
export function suffix(msg: string | undefined): string {
  return msg ? `: ${msg}` : ".";
}
