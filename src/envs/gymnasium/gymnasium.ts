/** Environments of the Python package Gymnasium, which run in a process of Python. @module */
import { didYouMean, excerpt, UsageError } from "../../core/errors.ts";
import { box, type Discrete, discrete, type Space } from "../../core/spaces.ts";
import {
  checkAction,
  type Environment,
  noInfo,
  type Observation,
  type ResetOptions,
  type ResetResult,
  type StepResult,
} from "../environment.ts";
import { EpisodePhase } from "../episode_phase.ts";
import type { Surface } from "../surface.ts";
import { drawPicture, type Picture } from "./drawing.ts";
import { picture, type PictureLayout, pictureLayout } from "./pictures.ts";
import { type Resident, Server } from "./server.ts";

/** What ids of Gymnasium's environments begin with, before what `gymnasium.make` takes. */
export const gymnasiumPrefix = "gymnasium:";

/** How an environment of Gymnasium is made. */
export interface GymnasiumOptions {
  /** Keyword arguments of `gymnasium.make`, as JSON has them. None by default. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The time limit in place of the registered one; null for none. */
  readonly maxEpisodeSteps?: number | null;
  /** The interpreter; that of the variable QERNEL_PYTHON by default, or else `python3`. */
  readonly python?: string;
  /** Seconds that a call into the environment may take, 60 by default: then its process ends, and the step fails. */
  readonly limit?: number;
}

const masks = { terminated: 1, truncated: 2, judged: 4, success: 8 } as const;

/**
 * An environment of Gymnasium, in a process of Python that all such environments of this thread share and that ends with the
 * last of them. Observations are those of a Box, in float32, or of a Discrete; pictures, Boxes of bytes from 0 to 255 of two or
 * three extents, become [channels, rows, columns] of 0 to 1. Actions are those of a Discrete; what begins elsewhere than at 0 is
 * counted from 0. `is_success` of the last `info` becomes `success`. It is drawn as it draws itself, or where it does not, as
 * the picture that it shows. It is not saved.
 *
 * Its methods throw TrainingError when Python has died or does not answer, with what it wrote last.
 */
export class Gymnasium implements Environment<Observation> {
  readonly observationSpace: Space;
  readonly actionSpace: Discrete;
  readonly maxEpisodeSteps?: number;
  /** Throws UsageError when it cannot be drawn, as a package that draws is missing, say. */
  readonly render?: (surface: Surface) => void;
  readonly #server: Server;
  readonly #resident: Resident;
  readonly #episode: EpisodePhase;
  /** Whether observations are of bytes. */
  readonly #isBytes: boolean;
  /** Of observations that are pictures. */
  readonly #layout: PictureLayout | undefined;
  /** The latest observation. */
  #seen: Observation | undefined;
  #isClosed = false;

  /**
   * Makes `id`, "gymnasium:LunarLander-v3" say, or with the module that registers it "gymnasium:my_game:Corridor-v0".
   *
   * @throws {UsageError} When Python, the package or the environment cannot be had, or its spaces are others.
   */
  constructor(id: string, { python, limit = 60, ...wanted }: GymnasiumOptions = {}) {
    const name = `environment "${excerpt(id)}"`;
    const action = `Cannot make ${name}`;
    if (!(limit > 0 && limit < Infinity)) {
      throw new RangeError(`${action}: limit is ${limit}, wanted a positive number of seconds`);
    }
    this.#server = Server.of({ ...python === undefined ? {} : { python }, limit }, action);
    const told = this.#server.make({ options: {}, ...wanted, id: id.slice(gymnasiumPrefix.length) }, action);
    if (told["handle"] === undefined) {
      throw new UsageError(`${action}: ${whyNot(told, id, this.#server.path)}`);
    }
    const { handle, size, shape, low, high, states, actions, bytes, draws, limit: steps } =
      told as unknown as Told;
    this.#resident = { handle, size, name };
    this.#episode = new EpisodePhase(name);
    this.#isBytes = bytes;
    this.actionSpace = discrete(actions);
    this.#layout = bytes && low === 0 && high === 255 ? pictureLayout(shape!) : undefined;
    this.observationSpace = states !== undefined
      ? discrete(states)
      : this.#layout
      ? box(this.#layout.shape, 0, 1)
      : box(shape!, boundsOf(low!), boundsOf(high!));
    if (steps !== null) this.maxEpisodeSteps = steps;
    if (draws) this.render = (surface) => drawPicture(surface, this.#drawn());
    else if (this.#layout) {
      const { shape } = this.#layout;
      this.render = (surface) => drawPicture(surface, { shape, numbers: this.#seen as Float32Array });
    }
  }

  reset({ seed, state }: ResetOptions = {}): ResetResult<Observation> {
    if (state !== undefined) {
      throw new UsageError(
        `Cannot reset ${this.#resident.name} to a state: Gymnasium has no way to, wanted a seed`,
      );
    }
    this.#episode.begin(seed);
    return { observation: this.#decode(this.#server.reset(this.#resident, seed)), info: noInfo };
  }

  announce(action: number): void {
    this.#server.announce(this.#resident, action);
  }

  step(action: number): StepResult<Observation> {
    checkAction(this.actionSpace, action);
    this.#episode.checkStep();
    const { reward, flags, observation } = this.#server.step(this.#resident, action);
    const has = (mask: number) => (flags & mask) !== 0;
    const [terminated, truncated] = [has(masks.terminated), has(masks.truncated)];
    if (terminated || truncated) this.#episode.end();
    const info = has(masks.judged) ? { success: has(masks.success) } : noInfo;
    return { observation: this.#decode(observation), reward, terminated, truncated, info };
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#server.close(this.#resident);
  }

  #drawn(): Picture {
    const { extents, bytes } = this.#server.render(this.#resident);
    const shape = [3, ...extents] as const;
    return { shape, numbers: picture(bytes, { shape, interleaved: true }) };
  }

  #decode(bytes: ArrayBuffer): Observation {
    return this.#seen = this.#observationOf(bytes);
  }

  #observationOf(bytes: ArrayBuffer): Observation {
    if (this.#layout) return picture(new Uint8Array(bytes), this.#layout);
    const numbers = new Float32Array(this.#isBytes ? new Uint8Array(bytes) : bytes);
    return this.observationSpace.kind === "discrete" ? numbers[0]! : numbers;
  }
}

/** One bound of all entries, or each entry's; JSON has no infinite numbers. */
type Bound = number | string;

/** What Python tells of an environment that it has made. */
interface Told {
  readonly handle: number;
  readonly size: number;
  readonly bytes: boolean;
  /** Whether it has pictures of itself. */
  readonly draws: boolean;
  readonly actions: number;
  /** Of a Discrete. */
  readonly states?: number;
  /** These of a Box. */
  readonly shape?: number[];
  readonly low?: Bound | Bound[];
  readonly high?: Bound | Bound[];
  readonly limit: number | null;
}

function boundsOf(bound: Bound | Bound[]): number | number[] {
  return Array.isArray(bound) ? bound.map(Number) : Number(bound);
}

/** Why Python, the interpreter at `path`, has made no environment. */
function whyNot(told: Record<string, unknown>, id: string, path: string): string {
  const { unknown, ids, dependency, space, found, fault } = told;
  if (unknown !== undefined) {
    const hint = didYouMean(id, (ids as string[]).map((known) => `${gymnasiumPrefix}${known}`).toReversed());
    return `${
      String(unknown).replace(/[.?]$/, "")
    }${hint} (asked of ${path}; an environment of another package has ` +
      `the module that registers it in its id, ${gymnasiumPrefix}MODULE:NAME)`;
  }
  if (dependency !== undefined) return `${path} lacks something: ${dependency}`;
  if (space === "action") return `its action space is ${excerpt(String(found), 300)}, wanted a Discrete`;
  if (space === "observation") {
    return `its observation space is ${excerpt(String(found), 300)}, wanted a Box or a Discrete`;
  }
  return String(fault);
}
