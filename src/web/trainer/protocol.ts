/**
 * What the page and its trainer tell each other: plain data, both ways. The page sends a {@linkcode Command} and the trainer
 * answers with {@linkcode News} when there is some; nobody waits for an answer. One worker trains one run: the page that wants
 * another ends the worker and starts a new one.
 *
 * @module
 */
import type { Evaluation, Progress } from "../../core/events.ts";
import type { DeviceKind } from "../../gpu/choice.ts";
import type { RunConfig } from "../../config/run_config.ts";
import type { Drawing } from "./display_list.ts";
import type { GridPlace } from "./inside/locate.ts";
import type { InsideCommand, InsideNews, View } from "./inside/news.ts";

/** An environment that somebody has written in the page, as `registerDeviceEnvironment` takes it. */
export interface OwnEnvironment {
  /** By which a config names it; not one of the library's. */
  readonly id: string;
  /** WGSL. */
  readonly text: string;
  /** Entries of an observation. */
  readonly observations: number;
  /** Number of actions. */
  readonly actions: number;
  /** The time limit in steps; none where absent. */
  readonly maxEpisodeSteps?: number;
  /** The mean return that counts as solved. */
  readonly rewardThreshold?: number;
  /** An episode that ends with a reward of at least this is won. */
  readonly wonFrom?: number;
}

/** Makes a run ready. The first message, sent once; {@linkcode OpenedNews} or {@linkcode FailedNews} answers. */
export interface OpenCommand {
  /** Tells commands apart. */
  readonly kind: "open";
  /** A run config as it is written, not checked yet. */
  readonly config: unknown;
  /** The environment that the config names, where it is no part of the library. */
  readonly environment?: OwnEnvironment;
  /** Whether the config may name faults of teaching systems, see `lessons/faults/faults.ts`; not by default. */
  readonly faults?: boolean;
  /** What the agent has learned before: a checkpoint file, whose config, if it has one, is taken in place of the other. */
  readonly checkpoint?: { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> };
}

/** Trains until something ends it; a run that has ended goes on for its budget once more. */
export interface TrainCommand {
  /** Tells commands apart. */
  readonly kind: "train";
}

/** Rests at the end of the chunk at hand. */
export interface PauseCommand {
  /** Tells commands apart. */
  readonly kind: "pause";
}

/** Goes on by so many counts, exactly where the number of environments allows it, and rests. */
export interface StepCommand {
  /** Tells commands apart. */
  readonly kind: "step";
  /** What is counted. */
  readonly unit: "step" | "update" | "episode";
  /** At least 1. */
  readonly count: number;
}

/** How fast it trains. */
export interface PaceCommand {
  /** Tells commands apart. */
  readonly kind: "pace";
  /** Environment steps per second at most; as many as it can where absent. */
  readonly stepsPerSecond?: number;
}

/** What of the environment is wanted. */
export interface WatchCommand {
  /** Tells commands apart. */
  readonly kind: "watch";
  /** Whether anybody looks: nothing is played, and nothing looked into, where not. */
  readonly shown: boolean;
  /** How the agent that is shown plays: its best, or with the epsilon of training; `still`, it stays where it is. */
  readonly manner: "greedy" | "explore" | "still";
}

/** Who plays. */
export interface ControlCommand {
  /** Tells commands apart. */
  readonly kind: "control";
  /** A person, from whom the agent learns; or the agent, which rests until it is to train. */
  readonly by: "hand" | "agent";
}

/** What a person who plays presses. */
export interface PressCommand {
  /** Tells commands apart. */
  readonly kind: "press";
  /** An action, which is held until the next command where the environment does not wait for moves; absent to let go. */
  readonly action?: number;
}

/** Asks for a checkpoint of the agent as it is; {@linkcode SavedNews} answers between two chunks. */
export interface SaveCommand {
  /** Tells commands apart. */
  readonly kind: "save";
}

/** Asks for the environments that come with the library and live on the device; {@linkcode ShippedNews} answers. */
export interface ShippedCommand {
  /** Tells commands apart. */
  readonly kind: "shipped";
}

/** Asks whether an environment can be used; {@linkcode InspectedNews} answers. It takes no run, and leaves none. */
export interface InspectCommand {
  /** Tells commands apart. */
  readonly kind: "inspect";
  /** The environment. */
  readonly environment: OwnEnvironment;
}

/** What the page asks for. */
export type Command =
  | OpenCommand
  | TrainCommand
  | PauseCommand
  | StepCommand
  | PaceCommand
  | WatchCommand
  | ControlCommand
  | PressCommand
  | SaveCommand
  | InsideCommand
  | ShippedCommand
  | InspectCommand;

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
  /** Environment steps at which it was made. */
  readonly step: number;
  /** Its numbers; lists of single episodes are left out. */
  readonly evaluation: Omit<Evaluation, "returns" | "lengths">;
  /** Whether it is the best so far. */
  readonly best: boolean;
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
  | FramesNews
  | SavedNews
  | InsideNews
  | ShippedNews
  | InspectedNews
  | NoteNews
  | FailedNews;

/** Whoever takes the news. */
export type Post = (news: News) => void;
