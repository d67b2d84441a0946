/**
 * What the page and its trainer tell each other: plain data, both ways. The page sends a command, see `commands.ts`, and the
 * trainer answers with {@linkcode News} when there is some; nobody waits for an answer. One worker trains one run, or some side
 * by side: the page that wants others ends the worker and starts a new one.
 *
 * @module
 */
import type { Evaluation, Progress } from "../../core/events.ts";
import type { DeviceKind } from "../../gpu/choice.ts";
import type { RunConfig } from "../../config/run_config.ts";
import type { OwnEnvironment } from "./commands.ts";
import type { Drawing } from "./display_list.ts";
import type { GridPlace } from "./inside/locate.ts";
import type { InsideNews, View } from "./inside/news.ts";

/** The device of a run. */
export interface DeviceNews {
  /** What runs the kernels. */
  readonly kind: DeviceKind;
  /** What it tells of itself. */
  readonly adapter: string;
}

/** A run is ready, and rests. */
export interface OpenedNews {
  /** Tells news apart. */
  readonly kind: "opened";
  /** The config with its defaults. */
  readonly config: RunConfig;
  /** Where it runs; absent for agents that need no device. */
  readonly device?: DeviceNews;
  /** Whether the environment steps on the device with the agent. */
  readonly onDevice: boolean;
  /** Whether the environment can be drawn, and played by hand. */
  readonly drawable: boolean;
  /** Whether the environment waits for a move, as a board does; else it moves by itself. */
  readonly waits: boolean;
  /** Names of the actions where they have any, else their numbers. */
  readonly actions: readonly string[];
  /** From which sides the inside of the agent can be seen. */
  readonly views: readonly View[];
  /** What sets the runs apart that go on side by side; none where there is one alone. */
  readonly members: readonly string[];
}

/** Whether it trains. */
export interface StatusNews {
  /** Tells news apart. */
  readonly kind: "status";
  /** `resting` between commands, `ended` when a budget is spent or a goal reached, `playing` while a person plays. */
  readonly status: "training" | "resting" | "ended" | "playing";
  /** Why it ended. */
  readonly reason?: string;
}

/** One point of the charts: what happened since the last. Means; what did not happen is absent. */
export interface Point {
  /** Environment steps so far. */
  readonly step: number;
  /** Return of the episodes that ended. */
  readonly return?: number;
  /** Return of the latest 100 episodes. */
  readonly return100?: number;
  /** Loss of the updates. */
  readonly loss?: number;
  /** Q value of the actions that the updates were about. */
  readonly meanQ?: number;
  /** Probability of a random action. */
  readonly epsilon?: number;
}

/** How far the run is, about ten times a second while it trains. */
export interface ProgressNews {
  /** Tells news apart. */
  readonly kind: "progress";
  /** Its place among the runs side by side. */
  readonly member: number;
  /** Its counts. */
  readonly progress: Progress;
  /** Environment steps per second of training; absent while that is not known. */
  readonly stepsPerSecond?: number;
  /** Random play before training, in steps. */
  readonly fill?: { readonly done: number; readonly total: number };
  /** The next point of every chart; absent where nothing was learned or ended. */
  readonly point?: Point;
}

/** A greedy evaluation. */
export interface EvaluationNews {
  /** Tells news apart. */
  readonly kind: "evaluation";
  /** Its place among the runs side by side. */
  readonly member: number;
  /** Environment steps at which it was made. */
  readonly step: number;
  /** Its numbers; lists of single episodes are left out. */
  readonly evaluation: Omit<Evaluation, "returns" | "lengths">;
  /** Whether it is the best so far. */
  readonly best: boolean;
}

/** One of the runs side by side has ended, while others may go on. */
export interface MemberEndNews {
  /** Tells news apart. */
  readonly kind: "memberEnd";
  /** Its place among them. */
  readonly member: number;
  /** Why. */
  readonly reason: string;
  /** Whether it could not go on. */
  readonly failed: boolean;
}

/** A moment of an episode that is played to be looked at. */
export interface Frame {
  /** What there is to see. */
  readonly drawing: Drawing;
  /** Milliseconds that it is to be seen. */
  readonly duration: number;
  /** Steps of this episode. */
  readonly step: number;
  /** Sum of its rewards. */
  readonly return: number;
  /** What is seen: the observation as numbers; absent at the end of an episode that a person played. */
  readonly observation?: Float32Array;
  /** Q values of the actions here; absent where the agent has none. */
  readonly q?: Float32Array;
  /** 1 for each action that may be taken here; absent where all may. */
  readonly legal?: Uint8Array;
  /** The action taken from here; absent at the end of an episode. */
  readonly action?: number;
  /** Whether chance chose it. */
  readonly random?: boolean;
  /** Where the state lies on the grid of values, where that is shown. */
  readonly place?: GridPlace;
  /** At the end of an episode, whether the task was over or time was up. */
  readonly end?: "terminated" | "truncated";
}

/** What follows the frames that were sent before. */
export interface FramesNews {
  /** Tells news apart. */
  readonly kind: "frames";
  /** In their order. */
  readonly frames: readonly Frame[];
}

/** A checkpoint: a safetensors file that the command line reads too. */
export interface SavedNews {
  /** Tells news apart. */
  readonly kind: "saved";
  /** The file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Environment steps that the agent has learned from. */
  readonly step: number;
}

/** What environments there are to begin with. */
export interface ShippedNews {
  /** Tells news apart. */
  readonly kind: "shipped";
  /** Of each text one. */
  readonly environments: readonly OwnEnvironment[];
}

/** An environment has been looked at. */
export interface InspectedNews {
  /** Tells news apart. */
  readonly kind: "inspected";
  /** Why it cannot be used, with the names of files and numbers of lines; absent where it can. */
  readonly message?: string;
}

/** A sentence about the run: early stopping, say. */
export interface NoteNews {
  /** Tells news apart. */
  readonly kind: "note";
  /** The sentence. */
  readonly text: string;
}

/** The run cannot be made, or cannot go on. */
export interface FailedNews {
  /** Tells news apart. */
  readonly kind: "failed";
  /** Sentences, several lines for several mistakes. */
  readonly message: string;
  /** Whether it is a mistake in what was given: a config, a file. */
  readonly usage: boolean;
}

/** What the trainer tells. */
export type News =
  | OpenedNews
  | StatusNews
  | ProgressNews
  | EvaluationNews
  | MemberEndNews
  | FramesNews
  | SavedNews
  | InsideNews
  | ShippedNews
  | InspectedNews
  | NoteNews
  | FailedNews;

/** Whoever takes the news. */
export type Post = (news: News) => void;
