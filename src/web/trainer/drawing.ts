/** Episodes of the agent as it is, played to be looked at. @module */
import type { Agent } from "../../agents/agent.ts";
import type { Environment, Observation, ResetResult, StateGrid, StepResult } from "../../envs/environment.ts";
import { maskWriter, observationWriter, type Place, rowWidth } from "../../envs/rows.ts";
import { longestEpisode } from "../../train/evaluate.ts";
import { recordDrawing } from "./display_list.ts";
import type { Frame } from "./protocol.ts";

/** Milliseconds that a frame is seen, but for a `stepTime` of the environment's: of a board, and of what moves smoothly. */
const durations = { board: 180, smooth: 1000 / 30 } as const;

/** Milliseconds that the end of an episode is seen. */
const endDuration = 600;

/** Frames that are played at once at most. */
const mostFrames = 12;

/** Plays episodes on an environment of its own, always with the parameters of the moment: training is not disturbed. */
export class Player {
  readonly #agent: Agent;
  readonly #environment: Environment<Observation>;
  readonly #seen: Float32Array;
  readonly #write;
  readonly #writeMask;
  readonly #mask: Uint8Array;
  readonly #place: Place = { index: 0, step: 0, terminated: false };
  readonly #duration: number;
  /** Where the episode is; undefined before one. */
  #now: ResetResult<Observation> | StepResult<Observation> | undefined;
  #return = 0;
  /** Time up to which frames have been played. */
  #until = 0;

  /** @param environment One that can be drawn, the player's from here on. */
  constructor(agent: Agent, environment: Environment<Observation>) {
    const { observationSpace, actionSpace } = environment;
    this.#agent = agent;
    this.#environment = environment;
    this.#seen = new Float32Array(rowWidth(observationSpace));
    this.#write = observationWriter(observationSpace);
    this.#writeMask = maskWriter(actionSpace.n);
    this.#mask = new Uint8Array(actionSpace.n);
    this.#duration = environment.stepTime ?? (environment.renderText ? durations.board : durations.smooth);
  }

  /** Whether there has been a frame. */
  get hasPlayed(): boolean {
    return this.#until > 0;
  }

  /**
   * Frames for the next `ahead` milliseconds, those that have been played already left out.
   *
   * @param epsilon Probability of a random action.
   */
  async play(ahead: number, epsilon: number): Promise<Frame[]> {
    const now = performance.now();
    this.#until = Math.max(this.#until, now);
    const frames: Frame[] = [];
    while (this.#until < now + ahead && frames.length < mostFrames) {
      const frame = await this.#next(epsilon);
      this.#until += frame.duration;
      frames.push(frame);
    }
    return frames;
  }

  /** States in rows and columns, of the board that is played on; undefined where there are none, or nothing is played now. */
  grid(): StateGrid<Observation> | undefined {
    return this.#now && !this.#end(this.#now) ? this.#environment.stateGrid?.() : undefined;
  }

  async #next(epsilon: number): Promise<Frame> {
    const environment = this.#environment;
    if (!this.#now) {
      this.#now = environment.reset();
      Object.assign(this.#place, { step: 0, terminated: false });
      this.#return = 0;
    }
    this.#write(this.#seen, this.#now.observation, this.#place);
    const frame = {
      drawing: recordDrawing((surface) => environment.render!(surface)),
      duration: this.#duration,
      step: this.#place.step,
      return: this.#return,
      observation: this.#seen.slice(),
    };
    const end = this.#end(this.#now);
    if (end) {
      this.#now = undefined;
      return { ...frame, duration: endDuration, end };
    }
    const legal = this.#legal(this.#now);
    const isMasked = this.#now.info.actionMask !== undefined;
    const q = await this.#agent.getQ(this.#seen);
    const random = Math.random() < epsilon;
    const action = random ? legal[Math.floor(Math.random() * legal.length)]! : best(q, legal);
    const mask = this.#mask.slice();
    const step = environment.step(action);
    this.#place.step++;
    this.#place.terminated = step.terminated;
    this.#return += step.reward;
    this.#now = step;
    return { ...frame, q, action, random, ...isMasked ? { legal: mask } : {} };
  }

  #end(now: ResetResult<Observation> | StepResult<Observation>): Frame["end"] | undefined {
    if (!("reward" in now)) return undefined;
    if (now.terminated) return "terminated";
    return now.truncated || this.#place.step >= longestEpisode ? "truncated" : undefined;
  }

  #legal({ info }: ResetResult<Observation>): number[] {
    if (info.actionMask) this.#writeMask(this.#mask, info, this.#place);
    else this.#mask.fill(1);
    return [...this.#mask.keys()].filter((action) => this.#mask[action] === 1);
  }
}

/** The legal action of the largest value, the first of equals. */
function best(q: Float32Array, legal: readonly number[]): number {
  return legal.reduce((found, action) => q[action]! > q[found]! ? action : found);
}
