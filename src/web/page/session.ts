/** What the panels of the page share: the config that is chosen, and the trainer that runs it. @module */
import type { RunConfigInput } from "../../config/run_config.ts";
import type { View } from "../trainer/inside/news.ts";
import type {
  Command,
  MemberValues,
  OpenCommand,
  OwnEnvironment,
  StepCommand,
  WatchCommand,
} from "../trainer/commands.ts";
import type { Frame, News } from "../trainer/protocol.ts";
import { assetUrl } from "./assets.ts";
import { t } from "./texts.ts";

/** A config that somebody has chosen. */
export interface Choice {
  /** Name of the preset, or of the file. */
  readonly name: string;
  /** As it is written. */
  readonly config: RunConfigInput;
  /** The environment that the config names, where it is no part of the library. */
  readonly environment?: OwnEnvironment;
  /** What sets agents apart that train side by side; one agent alone where absent. */
  readonly members?: readonly MemberValues[];
  /** Whether the config may name faults of teaching systems, which are no part of the library. */
  readonly faults?: boolean;
}

/** Where the page is. `idle`: no trainer has been started, and nothing of it loaded. */
export type Status = "idle" | "opening" | "training" | "resting" | "playing" | "ended" | "failed";

/** What listeners are told, by kind: the trainer's news, and what happens in the page. */
export type PageEvents = { readonly [K in News["kind"]]: Extract<News, { kind: K }> } & {
  /** Another config is chosen. */
  readonly chosen: Choice;
  /** A new run begins: what was shown of the last one is over. */
  readonly fresh: undefined;
  /** The page is somewhere else. */
  readonly moved: Status;
  /** Something was given that cannot be used; what goes on goes on. */
  readonly refused: string;
  /** Another of the agents side by side is shown. */
  readonly focused: number;
  /** A moment of play is seen, from now on. */
  readonly frame: Frame;
};

/** What of the inside of the agent is shown: by views, and of which board. */
export type Shown = { readonly [V in View]?: boolean } & {
  /** See {@linkcode InsideCommand}. */
  readonly board?: number | undefined;
};

/** A checkpoint file. */
export type CheckpointFile = NonNullable<OpenCommand["checkpoint"]>;

/** The run of the page. Each run has a worker of its own, which ends with it, whatever it is doing. */
export class PageSession {
  readonly #listeners = new Map<string, ((event: never) => void)[]>();
  #choice: Choice;
  #worker: Worker | undefined;
  #status: Status = "idle";
  /** What a new worker has to know. */
  #stepsPerSecond: number | undefined;
  #watch: Omit<WatchCommand, "kind"> = { shown: true, manner: "greedy" };
  #shown: Shown = {};
  #focused = 0;

  /** Starts nothing. */
  constructor(choice: Choice) {
    this.#choice = choice;
  }

  /** The config that is chosen. */
  get choice(): Choice {
    return this.#choice;
  }

  /** Where the page is. */
  get status(): Status {
    return this.#status;
  }

  /** The place of the agent that is shown among those side by side. */
  get focused(): number {
    return this.#focused;
  }

  /** Tells a listener of one kind of events, from here on. */
  on<K extends keyof PageEvents>(kind: K, listener: (event: PageEvents[K]) => void): void {
    const listeners = this.#listeners.get(kind) ?? [];
    listeners.push(listener);
    this.#listeners.set(kind, listeners);
  }

  /** Takes another config. A page that has trained shows its environment at once. */
  choose(choice: Choice): void {
    this.#choice = choice;
    this.#emit("chosen", choice);
    if (this.#status === "idle") this.#emit("fresh", undefined);
    else this.reset();
  }

  /** Begins the run of the chosen config anew. */
  reset(): void {
    this.#open();
  }

  /**
   * Begins a run with what an agent has learned before, by the config that the file was saved with. What goes on goes on until
   * that run is ready, and if it never is.
   */
  load(checkpoint: CheckpointFile): void {
    const { environment: own } = this.#choice;
    const worker = this.#start(checkpoint, (news) => {
      if (worker === this.#worker) return this.#take(news);
      if (news.kind === "failed") {
        worker.terminate();
        return this.refuse(news.message);
      }
      if (news.kind !== "opened") return;
      this.#choice = {
        name: checkpoint.name.replace(/\.\w+$/, ""),
        config: news.config,
        ...own && news.config.environment.id === own.id ? { environment: own } : {},
      };
      this.#emit("chosen", this.#choice);
      this.#replace(worker);
      this.#take(news);
    });
  }

  /** Tells that something cannot be used, in a sentence. */
  refuse(message: string): void {
    this.#emit("refused", message);
  }

  /** Trains; begins the run if there is none. */
  train(): void {
    this.#ensureOpen();
    this.send({ kind: "train" });
  }

  /** Rests after the chunk at hand. */
  pause(): void {
    this.send({ kind: "pause" });
  }

  /** Goes on by a count. */
  step(unit: StepCommand["unit"], count = 1): void {
    this.#ensureOpen();
    this.send({ kind: "step", unit, count });
  }

  /** Steps per second at most; undefined for as many as it can. */
  pace(stepsPerSecond: number | undefined): void {
    this.#stepsPerSecond = stepsPerSecond;
    this.send(paceCommand(stepsPerSecond));
  }

  /** What of the environment is wanted. */
  watch(watch: Partial<Omit<WatchCommand, "kind">>): void {
    this.#watch = { ...this.#watch, ...watch };
    this.send({ kind: "watch", ...this.#watch });
  }

  /** What of the inside of the agent is wanted; what is not named stays as it is. */
  look(shown: Shown): void {
    const before = JSON.stringify(insideCommand(this.#shown));
    this.#shown = { ...this.#shown, ...shown };
    const command = insideCommand(this.#shown);
    if (JSON.stringify(command) !== before) this.send(command);
  }

  /** Shows another of the agents side by side. */
  focus(member: number): void {
    if (member === this.#focused) return;
    this.#focused = member;
    this.send({ kind: "focus", member });
    this.#emit("focused", member);
  }

  /** Tells the panels of a moment that is seen. */
  see(frame: Frame): void {
    this.#emit("frame", frame);
  }

  /** Ends the run, and its worker with it. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#move("idle");
  }

  /** Sends a command to the trainer, if there is one. */
  send(command: Command): void {
    this.#worker?.postMessage(command);
  }

  #ensureOpen(): void {
    if (this.#status === "idle" || this.#status === "failed") this.#open();
  }

  #open(): void {
    const worker = this.#start(undefined, (news) => {
      if (worker === this.#worker) this.#take(news);
    });
    this.#replace(worker);
  }

  /** Another worker takes the place of the present one, which ends, whatever it is doing. */
  #replace(worker: Worker): void {
    this.#worker?.terminate();
    this.#worker = worker;
    this.#focused = 0;
    this.#emit("fresh", undefined);
    this.#move("opening");
  }

  /** A worker that makes the chosen run ready, or that of a file. */
  #start(checkpoint: CheckpointFile | undefined, told: (news: News) => void): Worker {
    const worker = new Worker(assetUrl("trainer"), { type: "module", name: "trainer" });
    worker.onmessage = ({ data }: MessageEvent<News>) => told(data);
    worker.onerror = ({ message }) => {
      told({ kind: "failed", message: message || t("error.trainer"), usage: false });
    };
    const { config, members, environment, faults = false } = this.#choice;
    const commands: Command[] = [
      {
        kind: "open",
        config,
        faults,
        ...environment ? { environment } : {},
        ...checkpoint ? { checkpoint } : members ? { members } : {},
      },
      paceCommand(this.#stepsPerSecond),
      { kind: "watch", ...this.#watch },
      insideCommand(this.#shown),
    ];
    for (const command of commands) worker.postMessage(command);
    return worker;
  }

  #take(news: News): void {
    this.#emit(news.kind, news as never);
    if (news.kind === "opened" && this.#status === "opening") this.#move("resting");
    if (news.kind === "status") this.#move(news.status);
    if (news.kind === "failed") this.#move("failed");
  }

  #move(status: Status): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#emit("moved", status);
  }

  #emit<K extends keyof PageEvents>(kind: K, event: PageEvents[K]): void {
    for (const listener of this.#listeners.get(kind) ?? []) listener(event as never);
  }
}

function insideCommand({ board, ...views }: Shown): Command {
  const shown = Object.entries(views).filter(([, shown]) => shown).map(([view]) => view as View);
  return { kind: "inside", views: shown.sort(), ...board === undefined ? {} : { board } };
}

function paceCommand(stepsPerSecond: number | undefined): Command {
  return { kind: "pace", ...stepsPerSecond === undefined ? {} : { stepsPerSecond } };
}
