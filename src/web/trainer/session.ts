/** The runs of the page: made, trained, held and drawn as its commands say. @module */
import { isDeviceOnly } from "../../config/environments.ts";
import type { RunConfigInput } from "../../config/run_config.ts";
import type { TrainingRun } from "../../config/training_run.ts";
import { interrupted } from "../../core/events.ts";
import { decodeCheckpoint } from "../../train/checkpoint_bytes.ts";
import { registerFaults } from "../lessons/faults/faults.ts";
import { Controls } from "./controls.ts";
import type { Gate } from "./gate.ts";
import { playByHand } from "./hand.ts";
import { Member } from "./member.ts";
import { failedNews, openedNews, savedNews, writtenConfig } from "./news.ts";
import { registerOwn } from "./own_environment.ts";
import type { Command, OpenCommand } from "./commands.ts";
import type { Post } from "./protocol.ts";
import { Stage } from "./stage.ts";
import { candidates, openTeam, type Team } from "./team.ts";

/** Milliseconds from one look around to the next while nobody trains. */
const idleTurn = 50;

/** What a session does, one at a time. */
type Activity = "training" | "playing" | "idle";

/**
 * A run or several side by side, what holds them, tells of them and shows one of them. It does one {@linkcode Activity} after
 * another, and the work for the page in one place, between two chunks of training.
 */
export class Session {
  readonly #post: Post;
  readonly #members: readonly Member[];
  readonly #stage: Stage;
  #team!: Team;
  #controls!: Controls;
  /** The run that is shown. */
  #focus = 0;
  #saves = 0;
  #training = false;
  /** Whether the work for the page is being done: of several runs each may ask for it. */
  #busy = false;
  #activity: Activity = "training";
  /** What comes after the present activity. */
  #next: Activity | undefined;
  /** Ends the present activity. */
  #end = new AbortController();
  #isOver = false;

  private constructor(post: Post, runs: number) {
    this.#post = post;
    this.#stage = new Stage(post);
    const gate = {
      between: () => this.#between(),
      changed: (training: boolean) => this.#changed(training),
    };
    this.#members = Array.from({ length: runs }, (_, member) => new Member(member, post, gate));
  }

  /** The run that is shown. */
  get run(): TrainingRun {
    return this.#team.runs[this.#focus]!;
  }

  get #member(): Member {
    return this.#members[this.#focus]!;
  }

  /**
   * Makes the run of a config ready, with what its agent has learned before, or several side by side. They rest.
   *
   * @throws {UsageError} As `createRun` does, or when the checkpoint is not whole or another agent's.
   */
  static async open(
    { config, environment: own, faults = false, checkpoint, members = [] }: Omit<OpenCommand, "kind">,
    post: Post,
  ): Promise<Session> {
    const session = new Session(post, Math.max(1, members.length));
    const saved = checkpoint && decodeCheckpoint(checkpoint.bytes, checkpoint.name);
    const written = ((saved && writtenConfig(saved, checkpoint.name)) ?? config) as RunConfigInput;
    if (own) registerOwn(own);
    if (faults) registerFaults();
    const several = members.length > 0 ? candidates(written, members) : undefined;
    session.#team = await openTeam(several?.map(({ config }) => config) ?? [written], (member) => ({
      callbacks: session.#members[member]!.callbacks,
      print: (text) => post({ kind: "note", text }),
    }));
    const { run } = session;
    if (saved) run.agent.load(saved.state);
    session.#stage.show(run);
    const opened = openedNews(run, {
      environment: isDeviceOnly(run.config) ? undefined : run.makeEnvironment(),
      views: session.#stage.views,
      members: several?.map(({ name }) => name) ?? [],
    });
    session.#controls = new Controls({ actions: opened.actions, ...opened.waits ? {} : { tick: 1000 / 15 } });
    post(opened);
    void session.#live();
    return session;
  }

  /** Does what the page asks for. */
  receive(command: Command): void {
    switch (command.kind) {
      case "train":
        this.#gates((gate) => gate.open());
        return this.#turnTo("training");
      case "pause":
        return this.#gates((gate) => gate.hold());
      case "step":
        this.#gates((gate) => gate.step(command));
        return this.#turnTo("training");
      case "pace":
        return this.#gates((gate) => gate.pace(command.stepsPerSecond ?? Infinity));
      case "watch":
      case "inside":
        return this.#stage.receive(command);
      case "focus":
        if (command.member >= this.#members.length) return;
        this.#focus = command.member;
        return this.#stage.show(this.run);
      case "control":
        this.#gates((gate) => gate.hold());
        return this.#turnTo(command.by === "hand" && this.#canPlay() ? "playing" : "training");
      case "press":
        return this.#controls.press(command.action);
      case "save":
        this.#saves++;
    }
  }

  /** Ends everything that goes on, and frees what the runs hold. */
  dispose(): void {
    this.#isOver = true;
    this.#end.abort();
    this.#gates((gate) => gate.wake());
  }

  #turnTo(activity: Activity): void {
    if (activity === (this.#next ?? this.#activity)) return;
    this.#next = activity;
    this.#end.abort();
    this.#gates((gate) => gate.wake());
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
      this.#team.dispose();
    } catch (error) {
      this.#post(failedNews(error));
    }
  }

  /** The training loop, where gates hold the runs until they are to train. */
  async #train(): Promise<void> {
    const ends = await this.#team.train(this.#end.signal);
    for (const { digest } of this.#members) digest.flush();
    const failed = ends.filter((end) => end instanceof Error);
    if (failed.length === ends.length) throw failed[0];
    for (const [member, end] of ends.entries()) {
      if (end instanceof Error) this.#post({ kind: "memberEnd", member, reason: end.message, failed: true });
    }
    const end = ends[this.#focus]!;
    const reason = end instanceof Error ? end.message : end.reason;
    if (reason === interrupted) return;
    this.#gates((gate) => gate.hold());
    this.#post({ kind: "status", status: "ended", reason });
  }

  async #play(): Promise<void> {
    this.#post({ kind: "status", status: "playing" });
    const member = this.#member;
    await playByHand(this.run, {
      controls: this.#controls,
      callbacks: [
        { notify: (event) => member.follow(event) },
        member.digest,
        { notify: () => this.#stage.look(member) },
      ],
      began: (stand, grid) => this.#stage.lookInto(stand, grid),
      show: (frame) => {
        this.#stage.tell([frame]);
        member.digest.flush(); // It may be long until the next move.
      },
      signal: this.#end.signal,
    });
    this.#stage.lookInto(this.run);
    this.#post({ kind: "status", status: "resting" });
  }

  /** Whether a person can play: in the place of the only agent, in an environment that is seen. */
  #canPlay(): boolean {
    return this.#stage.isDrawn && this.#members.length === 1;
  }

  /** Nobody trains, and the agent is still to be seen. */
  async #idle(): Promise<void> {
    while (!this.#end.signal.aborted) {
      await this.#between();
      await new Promise((resolve) => setTimeout(resolve, idleTurn));
    }
  }

  #gates(act: (gate: Gate) => void): void {
    for (const { gate } of this.#members) act(gate);
  }

  /** A gate has opened or closed. Where one has closed all are to: runs rest together. */
  #changed(training: boolean): void {
    if (training === this.#training) return;
    this.#training = training;
    if (!training) this.#gates((gate) => gate.hold());
    this.#post({ kind: "status", status: training ? "training" : "resting" });
    if (training) return;
    for (const { digest } of this.#members) digest.flush();
  }

  async #between(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (; this.#saves > 0; this.#saves--) {
        this.#post(await savedNews(this.run, this.#member.digest.progress.step));
      }
      await this.#stage.go(this.#member);
    } finally {
      this.#busy = false;
    }
  }
}
