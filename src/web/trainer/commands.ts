/** What the page asks its trainer for; see `protocol.ts`. @module */
import type { InsideCommand } from "./inside/news.ts";

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

/** What sets a run apart from those beside it: values of the config by the paths of their keys, `{ seed: 3 }`. */
export type MemberValues = Readonly<Record<string, unknown>>;

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
  /** The runs that go on side by side, one for each; a single one of the config as it is where absent. */
  readonly members?: readonly MemberValues[];
}

/** Which of the runs side by side is shown: played, looked into and saved. The first one by default. */
export interface FocusCommand {
  /** Tells commands apart. */
  readonly kind: "focus";
  /** Its place among them. */
  readonly member: number;
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
  | FocusCommand
  | FocusCommand
  | ShippedCommand
  | InspectCommand;
