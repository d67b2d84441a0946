/**
 * MinAtar: five games of the Atari 2600 on boards of 10 by 10 cells. Source: K. Young and T. Tian, "MinAtar: An
 * Atari-Inspired Testbed for Thorough and Reproducible Reinforcement Learning Experiments", 2019, arXiv 1903.03176.
 *
 * @module
 */
import { didYouMean, UsageError } from "../../core/errors.ts";
import { binaryBox, type Box, type Discrete, discrete } from "../../core/spaces.ts";
import { type State, StateReader } from "../../core/state.ts";
import {
  checkAction,
  type Environment,
  noInfo,
  type ResetOptions,
  type ResetResult,
  type StateGrid,
  type StepResult,
} from "../environment.ts";
import { EpisodePhase } from "../episode_phase.ts";
import { listValue } from "../rows.ts";
import type { Surface } from "../surface.ts";
import { asterix } from "./asterix.ts";
import { breakout } from "./breakout.ts";
import { drawGame, gameText, planesOf, playerGrid } from "./drawing.ts";
import { freeway } from "./freeway.ts";
import { type Game, type GameState, moveNames, moves, size } from "./game.ts";
import { seaquest } from "./seaquest.ts";
import { spaceInvaders } from "./space_invaders.ts";
import { emptyState, numbersOf, stateFault, stateOf } from "./state.ts";

const games: Readonly<Record<string, Game>> = Object.fromEntries(
  [asterix, breakout, freeway, seaquest, spaceInvaders].map((game: Game) => [game.name, game]),
);

/** Names of the games. */
export const gameNames: readonly string[] = Object.keys(games);

/** Options of {@linkcode MinAtar}. */
export interface MinAtarOptions {
  /** Chance of a step that takes the action of the step before in place of its own. Default: 0.1. */
  readonly stickyActions?: number;
  /** Whether a game becomes harder as it goes on: all but Breakout and Freeway do. Default: true. */
  readonly ramping?: boolean;
  /**
   * Whether there are only actions that mean something in the game, as in the package's `-v1`, or all six, as in its `-v0`.
   * Default: true.
   */
  readonly minimalActions?: boolean;
}

/**
 * A game of MinAtar by its name: "Breakout"; no time limit. Actions: wait, left, up, right, down and fire, or those of them
 * that mean something in the game, in this order. Observation, float32 [planes, 10, 10]: ones where something of a plane
 * stands, and zeros. `reset({ state })` takes the integers that the game remembers, in the order in which its file lists
 * them. The action before the first step is to wait.
 */
export class MinAtar implements Environment {
  readonly observationSpace: Box;
  readonly actionSpace: Discrete;
  readonly stepTime: number = 100;
  /** Names of the actions. */
  readonly actions: readonly string[];
  readonly #game: Game;
  readonly #stickyActions: number;
  readonly #ramping: boolean;
  /** The game's number of each action. */
  readonly #moves: readonly number[];
  readonly #phase: EpisodePhase;
  #state: GameState;
  #lastMove: number = moves.wait;

  /** Throws UsageError for a game that there is not, or options that are none of those described. */
  constructor(game: string, options: MinAtarOptions = {}) {
    const rules = Object.hasOwn(games, game) ? games[game] : undefined;
    if (rules === undefined) {
      const wanted = `wanted one of ${gameNames.join(", ")}${didYouMean(game, gameNames)}`;
      throw new UsageError(`Cannot make MinAtar: game is ${listValue(game)}, ${wanted}`);
    }
    const { stickyActions = 0.1, ramping = true, minimalActions = true } = options;
    if (!(typeof stickyActions === "number" && stickyActions >= 0 && stickyActions <= 1)) {
      throw new UsageError(
        `Cannot make MinAtar/${game}: stickyActions is ${
          listValue(stickyActions)
        }, wanted a number in [0, 1]`,
      );
    }
    for (const [name, flag] of Object.entries({ ramping, minimalActions })) {
      if (typeof flag === "boolean") continue;
      throw new UsageError(
        `Cannot make MinAtar/${game}: ${name} is ${listValue(flag)}, wanted true or false`,
      );
    }
    this.#game = rules;
    this.#stickyActions = Math.fround(stickyActions); // As a device compares it with a draw.
    this.#ramping = ramping;
    this.#moves = minimalActions ? rules.minimalActions : Object.values(moves);
    this.#phase = new EpisodePhase(`MinAtar/${game}`);
    this.#state = emptyState(rules);
    this.actions = this.#moves.map((move) => moveNames[move]!);
    this.actionSpace = discrete(this.#moves.length);
    this.observationSpace = binaryBox([rules.planes.length, size, size]);
  }

  /** Starts an episode. Throws RangeError unless `state`, if given, is integers that the game can remember. */
  reset({ seed, state }: ResetOptions = {}): ResetResult {
    const fault = state && stateFault(this.#game, state);
    if (fault !== undefined) throw new RangeError(`Cannot reset ${this.#phase.name}: of state, ${fault}`);
    const draws = this.#phase.begin(seed);
    this.#state = state ? stateOf(this.#game, state) : this.#game.start(draws);
    this.#lastMove = moves.wait;
    return { observation: this.#observe(), info: noInfo };
  }

  /** Takes an action, or once more the last one; draw 0 of a step decides which, unless `stickyActions` is 0. */
  step(action: number): StepResult {
    checkAction(this.actionSpace, action);
    const draws = this.#phase.checkStep();
    const sticks = this.#stickyActions > 0 && draws.uniform() < this.#stickyActions;
    if (!sticks) this.#lastMove = this.#moves[action]!;
    const { reward, terminated } = this.#game.step(this.#state, this.#lastMove, {
      draws,
      ramping: this.#ramping,
    });
    if (terminated) this.#phase.end();
    return { observation: this.#observe(), reward, terminated, truncated: false, info: noInfo };
  }

  save(): State {
    const state = numbersOf(this.#game, this.#state);
    return { progress: this.#phase.save(), state, lastMove: this.#lastMove };
  }

  load(state: State): void {
    const saved = new StateReader(state, this.#phase.name);
    const numbers = saved.array("state", "Int32Array");
    const fault = stateFault(this.#game, numbers);
    if (fault !== undefined) saved.refuse("state", `a state of the game; ${fault}`);
    const lastMove = saved.count("lastMove", moveNames.length - 1);
    this.#phase.load(saved.child("progress"));
    this.#state = stateOf(this.#game, numbers);
    this.#lastMove = lastMove;
  }

  /** Draws the board. Throws Error before a reset. */
  render(surface: Surface): void {
    drawGame(surface, this.#game, this.#shown());
  }

  /** The board in a frame, a letter a cell. Throws Error before a reset. */
  renderText(): string {
    return gameText(this.#game, this.#shown());
  }

  /** The player in each cell that it can be in, with everything else as it stands. Throws Error before a reset. */
  stateGrid(): StateGrid {
    return playerGrid(this.#game, this.#shown(), this.actions);
  }

  #observe(): Float32Array<ArrayBuffer> {
    return planesOf(this.#game, this.#state);
  }

  /** The state. Throws Error before a reset. */
  #shown(): GameState {
    this.#phase.checkRender();
    return this.#state;
  }
}
