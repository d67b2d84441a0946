/** One run of the page: made, trained, held and drawn as its commands say. @module */
import { createRun } from "../../config/build.ts";
import { isOnDevice } from "../../config/device_loop.ts";
import { isDeviceOnly } from "../../config/environments.ts";
import type { RunConfigInput } from "../../config/run_config.ts";
import type { TrainingRun } from "../../config/training_run.ts";
import { UsageError } from "../../core/errors.ts";
import type { TrainEvent } from "../../core/events.ts";
import type { Callback } from "../../train/callbacks/callback.ts";
import { Digest } from "./digest.ts";
import { Player } from "./drawing.ts";
import { Gate } from "./gate.ts";
import type { Command, FailedNews, OpenedNews, Post } from "./protocol.ts";

/** Milliseconds of play that are sent ahead, so that frames do not wait for a chunk of training. */
const ahead = 250;

/** A run and what holds, tells and draws it. Its work is done between the chunks of training, in one place: `#between`. */
export class Session {
  readonly #post: Post;
  readonly #gate: Gate;
  readonly #digest: Digest;
  /** The run; made by {@linkcode open}. */
  run!: TrainingRun;
  #player: Player | undefined;
  #watch = { shown: true, explore: false };
  #epsilon = 0;
  /** Whether the run is in its training loop. */
  #trains = false;
  readonly #over = new AbortController();

  private constructor(post: Post) {
    this.#post = post;
    this.#digest = new Digest(post);
    this.#gate = new Gate({
      between: () => this.#between(),
      changed: (training) => this.#changed(training),
      leftOut: (milliseconds) => this.#digest.leaveOut(milliseconds),
    });
  }

  /**
   * Makes the run of a config ready. It rests.
   *
   * @throws {UsageError} As `createRun` does.
   */
  static async open(config: unknown, post: Post): Promise<Session> {
    const session = new Session(post);
    const explore: Callback = { notify: (event) => session.#follow(event) };
    const run = session.run = await createRun(config as RunConfigInput, {
      callbacks: [explore, session.#digest, session.#gate],
      print: (text) => post({ kind: "note", text }),
    });
    const environment = isDeviceOnly(run.config) ? undefined : run.makeEnvironment();
    if (environment?.render) session.#player = new Player(run.agent, environment);
    post(openedNews(run, session.#player !== undefined));
    void session.#begin();
    return session;
  }

  /** Does what the page asks for. */
  receive(command: Command): void {
    switch (command.kind) {
      case "train":
        this.#gate.open();
        return void this.#begin();
      case "pause":
        return this.#gate.close();
      case "step":
        this.#gate.step(command);
        return void this.#begin();
      case "pace":
        return this.#gate.pace(command.stepsPerSecond ?? Infinity);
      case "watch":
        this.#watch = { shown: command.shown, explore: command.explore };
    }
  }

  /** Ends everything that goes on, and frees what the run holds. */
  dispose(): void {
    this.#over.abort();
    this.#gate.release();
    if (!this.#trains) this.run.dispose();
  }

  /** Goes into the training loop, where the gate holds it until it is to train. */
  async #begin(): Promise<void> {
    if (this.#trains) return;
    this.#trains = true;
    try {
      const { reason } = await this.run.train({ signal: this.#over.signal });
      this.#trains = false;
      if (this.#isOver()) return this.run.dispose();
      this.#gate.close();
      this.#digest.flush();
      this.#post({ kind: "status", status: "ended", reason });
      await this.#showTrained();
    } catch (error) {
      this.#post(failedNews(error));
    }
  }

  /** Nobody trains, and the agent is still to be seen. */
  async #showTrained(): Promise<void> {
    while (!this.#trains && !this.#isOver()) {
      await this.#between();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  #isOver(): boolean {
    return this.#over.signal.aborted;
  }

  #changed(training: boolean): void {
    this.#post({ kind: "status", status: training ? "training" : "resting" });
    if (!training) this.#digest.flush();
  }

  #follow(event: TrainEvent): void {
    if (event.kind === "progress") this.#epsilon = event.epsilon;
  }

  async #between(): Promise<void> {
    const { shown, explore } = this.#watch;
    if (!shown || !this.#player) return;
    const epsilon = this.run.config.agent.kind === "random" ? 1 : explore ? this.#epsilon : 0;
    const frames = await this.#player.play(ahead, epsilon);
    if (frames.length > 0) this.#post({ kind: "frames", frames });
  }
}

function openedNews(run: TrainingRun, drawable: boolean): OpenedNews {
  const { config, gpu } = run;
  return {
    kind: "opened",
    config,
    ...gpu ? { device: { kind: gpu.kind, adapter: gpu.adapter } } : {},
    onDevice: isOnDevice(config),
    drawable,
    actions: actionNames(run),
  };
}

/** What the actions are called, if they have names. */
function actionNames(run: TrainingRun): readonly string[] {
  const { config, spaces: { actionSpace: { n: count } } } = run;
  const numbers = Array.from({ length: count }, (_, i) => `${i}`);
  if (isDeviceOnly(config)) return numbers;
  const environment = run.makeEnvironment();
  environment.reset({ seed: config.seed });
  return environment.stateGrid?.().actions ?? numbers;
}

/** An error as the page tells it. */
export function failedNews(error: unknown): FailedNews {
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "failed", message, usage: error instanceof UsageError };
}
