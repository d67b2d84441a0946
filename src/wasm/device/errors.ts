/** What becomes of the device's errors: error scopes and `uncapturederror`. @module */

/** An error as WebGPU reports it. */
export interface DeviceError {
  /** Its kind: the filter of the scopes that catch it. */
  readonly kind: GPUErrorFilter;
  /** A sentence. */
  readonly message: string;
}

/** Why an operation is refused; reported as a {@linkcode DeviceError} of its kind. */
export class Refusal extends Error {
  /** Kind of the error. */
  readonly kind: GPUErrorFilter;

  /** `message` goes behind `Cannot <action>: `. */
  constructor(message: string, kind: GPUErrorFilter = "validation") {
    super(message);
    this.kind = kind;
  }
}

/** Tells an object in a message: `buffer "losses"`, `buffer` without a label. */
export function named(kind: string, label: string): string {
  return label === "" ? kind : `${kind} "${label}"`;
}

/** The stack of error scopes. */
export class ErrorScopes {
  readonly #scopes: { readonly filter: GPUErrorFilter; error: DeviceError | null }[] = [];
  readonly #uncaptured: (error: DeviceError) => void;

  /** `uncaptured` takes what no scope catches. */
  constructor(uncaptured: (error: DeviceError) => void) {
    this.#uncaptured = uncaptured;
  }

  /** Opens a scope for one kind of error. */
  push(filter: GPUErrorFilter): void {
    this.#scopes.push({ filter, error: null });
  }

  /** Closes the latest scope and gives its first error. @throws {DOMException} `OperationError` when none is open. */
  pop(): DeviceError | null {
    const scope = this.#scopes.pop();
    if (!scope) throw new DOMException("Cannot pop an error scope: none is open", "OperationError");
    return scope.error;
  }

  /** Gives an error to the innermost scope of its kind. */
  report(error: DeviceError): void {
    const scope = this.#scopes.findLast(({ filter }) => filter === error.kind);
    if (scope) scope.error ??= error;
    else this.#uncaptured(error);
  }

  /** What `operation` gives; undefined where it is refused, which is reported as `Cannot <action>: <refusal>`. */
  attempt<T>(action: string, operation: () => T): T | undefined {
    try {
      return operation();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.report({ kind: error.kind, message: `Cannot ${action}: ${error.message}` });
      return undefined;
    }
  }
}
