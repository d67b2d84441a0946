/** What a person presses, as actions. @module */

/** How the actions of an environment are chosen by hand. */
export interface ControlOptions {
  /** Names of the actions. */
  readonly actions: readonly string[];
  /** Milliseconds from one action to the next, of what moves by itself; absent where the environment waits for a move. */
  readonly tick?: number;
}

/** Milliseconds for which the end of an episode is seen. */
const endTime = 700;

/** Turns keys that are held or pressed into one action a step. */
export class Controls {
  readonly #options: ControlOptions;
  readonly #idle: readonly number[];
  #held: number | undefined;
  #pressed: number | undefined;
  #turn = 0;
  #next = 0;
  #wake = () => {};

  /** Nothing is pressed. */
  constructor(options: ControlOptions) {
    this.#options = options;
    const none = options.actions.findIndex((name) => /^no /.test(name));
    // Pushed to and fro is as near as two pushes come to none.
    this.#idle = none >= 0 ? [none] : options.actions.length === 2 ? [0, 1] : [0];
  }

  /** An action is pressed, or held until the next call; undefined lets go. */
  press(action: number | undefined): void {
    this.#held = action;
    if (action === undefined) return;
    this.#pressed = action;
    this.#wake();
  }

  /** The next one is not asked for before the end of the episode has been seen. */
  rest(): void {
    this.#next = performance.now() + endTime;
    this.#pressed = undefined;
  }

  /**
   * The next action, when it is time for one.
   *
   * @param legal 1 for each action that may be taken, all where absent.
   * @throws What `signal` is aborted with.
   */
  async next(legal: Uint8Array | undefined, signal: AbortSignal): Promise<number> {
    const { tick } = this.#options;
    if (tick !== undefined) {
      await this.#wait(this.#next - performance.now(), signal);
      this.#next = Math.max(this.#next, performance.now() - tick) + tick;
      const action = this.#held ?? this.#pressed ?? this.#idle[this.#turn++ % this.#idle.length]!;
      this.#pressed = undefined;
      return action;
    }
    for (;;) {
      await this.#wait(this.#next - performance.now(), signal);
      const action = this.#pressed;
      this.#pressed = undefined;
      if (action !== undefined && legal?.[action] !== 0) return action;
      await this.#wait(Infinity, signal);
    }
  }

  /** Waits, for a press where there is no end. */
  async #wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => resolve(), { once: true });
    const timer = milliseconds < Infinity ? setTimeout(resolve, Math.max(0, milliseconds)) : undefined;
    if (timer === undefined) this.#wake = resolve;
    await promise;
    clearTimeout(timer);
    signal.throwIfAborted();
  }
}
