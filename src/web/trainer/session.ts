/** One run of the page: made, trained, held and drawn as its commands say. @module */
import { createRun } from "../../config/build.ts";
import { isDeviceOnly } from "../../config/environments.ts";
import type { RunConfigInput } from "../../config/run_config.ts";
import type { TrainingRun } from "../../config/training_run.ts";
import { interrupted, type TrainEvent } from "../../core/events.ts";
import type { Observation, StateGrid } from "../../envs/environment.ts";
import { decodeCheckpoint } from "../../train/checkpoint_bytes.ts";
import type { Callback } from "../../train/callbacks/callback.ts";
import { registerFaults } from "../lessons/faults/faults.ts";
import { Controls } from "./controls.ts";
import { Digest } from "./digest.ts";
import { Player } from "./drawing.ts";
import { Gate } from "./gate.ts";
import { playByHand } from "./hand.ts";
import { Inside } from "./inside/inside.ts";
import type { InsideCommand } from "./inside/news.ts";
import { failedNews, openedNews, savedNews, writtenConfig } from "./news.ts";
import { registerOwn } from "./own_environment.ts";
import type { Command, Frame, OpenCommand, Post, WatchCommand } from "./protocol.ts";

/** Milliseconds of play that are sent ahead, so that frames do not wait for a chunk of training. */
const ahead = 250;

/** Milliseconds from one look around to the next while nobody trains. */
const idleTurn = 50;

/** What a session does, one at a time. */
type Activity = "training" | "playing" | "idle";

/**
 * A run, what holds it, tells of it and draws it. It does one {@linkcode Activity} after another, and the work for the page in
 * one place, between two chunks of training.
 */
export class Session {
  /** The run; made by {@linkcode open}. */
  run!: TrainingRun;
  readonly #post: Post;
  readonly #gate: Gate;
  readonly #digest: Digest;
  #player: Player | undefined;
  #controls!: Controls;
  #watch: Omit<WatchCommand, "kind"> = { shown: true, manner: "greedy" };
  #inside!: Inside;
  /** What of the inside is shown. */
  #shown: InsideCommand = { kind: "inside", views: [] };
  #epsilon = 0;
  /** Something else whenever the agent has changed. */
  #version = "";
  #saves = 0;
  #activity: Activity = "training";
  /** What comes after the present activity. */
  #next: Activity | undefined;
  /** Ends the present activity. */
  #end = new AbortController();
  #isOver = false;

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
   * Makes the run of a config ready, with what its agent has learned before. It rests.
   *
   * @throws {UsageError} As `createRun` does, or when the checkpoint is not whole or another agent's.
   */
  static async open(
    { config, environment: own, faults = false, checkpoint }: Omit<OpenCommand, "kind">,
    post: Post,
  ): Promise<Session> {
    const session = new Session(post);
    const follow: Callback = { notify: (event) => session.#follow(event) };
    const saved = checkpoint && decodeCheckpoint(checkpoint.bytes, checkpoint.name);
    const written = saved && writtenConfig(saved, checkpoint.name);
    if (own) registerOwn(own);
    if (faults) registerFaults();
    const run = session.run = await createRun((written ?? config) as RunConfigInput, {
      callbacks: [follow, session.#digest, session.#gate],
      print: (text) => post({ kind: "note", text }),
    });
    if (saved) run.agent.load(saved.state);
    const environment = isDeviceOnly(run.config) ? undefined : run.makeEnvironment();
    if (environment?.render) session.#player = new Player(run.agent, environment);
    session.#lookInto(run, () => session.#player?.grid());
    const opened = openedNews(run, { environment, views: session.#inside.views });
    session.#controls = new Controls({ actions: opened.actions, ...opened.waits ? {} : { tick: 1000 / 15 } });
    post(opened);
    void session.#live();
    return session;
  }

  /** Does what the page asks for. */
  receive(command: Command): void {
    switch (command.kind) {
      case "train":
        this.#gate.open();
        return this.#turnTo("training");
      case "pause":
        return this.#gate.close();
      case "step":
        this.#gate.step(command);
        return this.#turnTo("training");
      case "pace":
        return this.#gate.pace(command.stepsPerSecond ?? Infinity);
      case "watch":
        this.#watch = command;
        return;
      case "control":
        this.#gate.close();
        return this.#turnTo(command.by === "hand" && this.#player ? "playing" : "training");
      case "press":
        return this.#controls.press(command.action);
      case "save":
        this.#saves++;
        return;
      case "inside":
        this.#shown = command;
        this.#inside.show(command);
    }
  }

  /** Ends everything that goes on, and frees what the run holds. */
  dispose(): void {
    this.#isOver = true;
    this.#end.abort();
    this.#gate.wake();
  }

  #turnTo(activity: Activity): void {
    if (activity === (this.#next ?? this.#activity)) return;
    this.#next = activity;
    this.#end.abort();
    this.#gate.wake();
  }

  /** One activity after another, until one fails. */
  async #live(): Promise<void> {
    try {
      while (!this.#isOver) {
        await { training: this.#train, playing: this.#play, idle: this.#idle }[this.#activity].call(this);
        this.#activity = this.#next ?? "idle";
        this.#next = undefined;
        this.#end = new AbortController();
      }
      this.run.dispose();
    } catch (error) {
      this.#post(failedNews(error));
    }
  }

  /** The training loop, where the gate holds the run until it is to train. */
  async #train(): Promise<void> {
    const { reason } = await this.run.train({ signal: this.#end.signal });
    this.#digest.flush();
    if (reason === interrupted) return;
    this.#gate.close();
    this.#post({ kind: "status", status: "ended", reason });
  }

  async #play(): Promise<void> {
    this.#post({ kind: "status", status: "playing" });
    await playByHand(this.run, {
      controls: this.#controls,
      callbacks: [{ notify: (event) => this.#follow(event) }, this.#digest, { notify: () => this.#look() }],
      began: (stand, grid) => this.#lookInto(stand, grid),
      show: (frame) => this.#post({ kind: "frames", frames: [this.#placed(frame)] }),
      signal: this.#end.signal,
    });
    this.#lookInto(this.run, () => this.#player?.grid());
    this.#post({ kind: "status", status: "resting" });
  }

  /** Nobody trains, and the agent is still to be seen. */
  async #idle(): Promise<void> {
    while (!this.#end.signal.aborted) {
      await this.#between();
      await new Promise((resolve) => setTimeout(resolve, idleTurn));
    }
  }

  #changed(training: boolean): void {
    this.#post({ kind: "status", status: training ? "training" : "resting" });
    if (!training) this.#digest.flush();
  }

  #follow(event: TrainEvent): void {
    if (event.kind === "progress") this.#epsilon = event.epsilon;
    if (event.kind === "progress" || event.kind === "fill") this.#version = `${event.step} ${event.update}`;
  }

  async #between(): Promise<void> {
    for (; this.#saves > 0; this.#saves--) this.#post(await savedNews(this.run, this.#digest.progress.step));
    const { shown, manner } = this.#watch;
    if (!shown) return;
    if (this.#player && !(manner === "still" && this.#player.hasPlayed)) {
      const epsilon = this.run.config.agent.kind === "random" ? 1 : manner === "explore" ? this.#epsilon : 0;
      const frames = await this.#player.play(manner === "still" ? 1 : ahead, epsilon);
      const placed = frames.map((frame) => this.#placed(frame));
      if (placed.length > 0) this.#post({ kind: "frames", frames: placed });
    }
    await this.#look();
  }

  /** Looks into the agent of another run from here on. @param played The board that is played on, if anything is played. */
  #lookInto(run: TrainingRun, played: () => StateGrid<Observation> | undefined): void {
    this.#inside = new Inside(run, played);
    this.#inside.show(this.#shown);
  }

  async #look(): Promise<void> {
    const seen = await this.#inside.look(this.#version);
    if (seen) this.#post(seen);
  }

  /** A frame with where it lies among the values that are shown. */
  #placed(frame: Frame): Frame {
    const place = frame.observation && this.#inside.locate(frame.observation);
    return place ? { ...frame, place } : frame;
  }
}
