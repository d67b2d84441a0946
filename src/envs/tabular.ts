/** Environments whose states are numbered and whose chances are known: a table says it all. @module */
import { contains, type Discrete, discrete } from "../core/spaces.ts";
import { type State, StateReader } from "../core/state.ts";
import {
  checkAction,
  type Environment,
  type Info,
  type ResetOptions,
  type ResetResult,
  type StepResult,
} from "./environment.ts";
import { EpisodePhase } from "./episode_phase.ts";

/** One way in which an action may turn out. */
export interface Outcome {
  /** In (0, 1]; those of one state and action add up to 1. */
  readonly probability: number;
  /** The state it leads to. */
  readonly next: number;
  /** Finite. */
  readonly reward: number;
  /** Whether the task is over. */
  readonly terminated: boolean;
}

/** A finite Markov decision process. */
export interface TabularTask {
  /** For messages. */
  readonly name: string;
  /** States are 0 to `states` - 1. */
  readonly states: number;
  /** Actions are 0 to `actions` - 1. */
  readonly actions: number;
  /** Where episodes start, each state as likely as the others. */
  readonly starts: readonly number[];
  /** What may come of `action` in `state`; the empty list where the action is illegal. */
  outcomes(state: number, action: number): readonly Outcome[];
  /** What is told in `state`: one object for all visits, so that no step makes another. */
  info(state: number): Info;
}

/** What a task says, read once. */
interface Tables {
  /** [states, actions], row-major. */
  readonly outcomes: readonly (readonly Outcome[])[];
  /** [states]. */
  readonly infos: readonly Info[];
}

/** Of each task: the environments of a vector, of which there may be thousands, share them. */
const tablesOf = new WeakMap<TabularTask, Tables>();

function readTables(task: TabularTask): Tables {
  const known = tablesOf.get(task);
  if (known) return known;
  const { states, actions } = task;
  const read = {
    outcomes: Array.from(
      { length: states * actions },
      (_, i) => task.outcomes(Math.floor(i / actions), i % actions),
    ),
    infos: Array.from({ length: states }, (_, state) => Object.freeze(task.info(state))),
  };
  tablesOf.set(task, read);
  return read;
}

/**
 * A function that makes a task and remembers the last one: options that say the same, as those of all environments of a
 * vector do, give the same task.
 *
 * @param make Told what to make it of, which JSON can say.
 */
export function memoized<T>(make: (said: T) => TabularTask): (said: T) => TabularTask {
  let last: { readonly said: string; readonly task: TabularTask } | undefined;
  return (said) => {
    const text = JSON.stringify(said);
    if (last?.said !== text) last = { said: text, task: make(said) };
    return last.task;
  };
}

/**
 * A finite Markov decision process as an environment, read into tables once. The observation is the state.
 * `reset({ state: [s] })` starts in state s, whichever it is. A mask in `info` is the table's own and not to be
 * written to.
 */
export class TabularEnvironment implements Environment<number> {
  readonly observationSpace: Discrete;
  readonly actionSpace: Discrete;
  readonly #name: string;
  readonly #actions: number;
  readonly #table: Tables["outcomes"];
  readonly #infos: Tables["infos"];
  readonly #starts: readonly number[];
  readonly #phase: EpisodePhase;
  #state = 0;

  /** Reads the whole of `task`. Throws RangeError unless its counts are positive integers. */
  constructor(task: TabularTask) {
    const { name, states, actions, starts } = task;
    this.observationSpace = discrete(states);
    this.actionSpace = discrete(actions);
    this.#name = name;
    this.#actions = actions;
    this.#starts = starts;
    this.#phase = new EpisodePhase(name);
    ({ outcomes: this.#table, infos: this.#infos } = readTables(task));
  }

  /**
   * What may come of `action` in `state`, the table that `step` itself draws from; the empty list where the
   * action is illegal. Throws RangeError for a state or an action outside its space.
   */
  transitions(state: number, action: number): readonly Outcome[] {
    const pair = [["state", state, this.observationSpace], ["action", action, this.actionSpace]] as const;
    for (const [what, value, space] of pair) {
      if (contains(space, value)) continue;
      const wanted = `wanted an integer in [0, ${space.n - 1}]`;
      throw new RangeError(`Cannot look up ${this.#name}: ${what} is ${value}, ${wanted}`);
    }
    return this.#table[state * this.#actions + action]!;
  }

  /** Starts an episode. Throws RangeError unless `state`, if given, is one state of the space. */
  reset(options: ResetOptions = {}): ResetResult<number> {
    const { seed, state } = options;
    if (state !== undefined && !(state.length === 1 && contains(this.observationSpace, state[0]))) {
      const wanted = `wanted one integer in [0, ${this.observationSpace.n - 1}]`;
      throw new RangeError(`Cannot reset ${this.#name}: state is [${state.join(", ")}], ${wanted}`);
    }
    const random = this.#phase.begin(seed);
    this.#state = state?.[0] ?? this.#starts[random.below(this.#starts.length)]!;
    return { observation: this.#state, info: this.#infos[this.#state]! };
  }

  /** Draws an outcome of `action`. Throws, beside what each environment throws, RangeError if it is illegal. */
  step(action: number): StepResult<number> {
    checkAction(this.actionSpace, action);
    const random = this.#phase.checkStep();
    const outcomes = this.#table[this.#state * this.#actions + action]!;
    if (outcomes.length === 0) throw this.#illegal(action);
    const { next, reward, terminated } = outcomes.length === 1
      ? outcomes[0]!
      : choose(outcomes, random.uniform());
    this.#state = next;
    if (terminated) this.#phase.end();
    return { observation: next, reward, terminated, truncated: false, info: this.#infos[next]! };
  }

  /** A subclass that keeps more of its own has to save and load that too. */
  save(): State {
    return { progress: this.#phase.save(), state: this.#state };
  }

  load(state: State): void {
    const saved = new StateReader(state, this.#name);
    const number = saved.count("state", this.observationSpace.n - 1);
    this.#phase.load(saved.child("progress"));
    this.#state = number;
  }

  /** The present state, to be shown. Throws Error before a reset. */
  protected shown(): number {
    this.#phase.checkRender();
    return this.#state;
  }

  #illegal(action: number): RangeError {
    const state = this.#state;
    const legal = Array.from({ length: this.#actions }, (_, other) => other)
      .filter((other) => this.transitions(state, other).length > 0);
    const found = `action ${action} is illegal in state ${state}`;
    return new RangeError(`Cannot step ${this.#name}: ${found}, wanted one of ${legal.join(", ")}`);
  }
}

/** The outcome in whose share of [0, 1) `u` falls, the shares in the order of the list. */
function choose(outcomes: readonly Outcome[], u: number): Outcome {
  let bound = 0;
  for (let i = 0; i < outcomes.length - 1; i++) {
    bound += outcomes[i]!.probability;
    if (u < bound) return outcomes[i]!;
  }
  return outcomes[outcomes.length - 1]!;
}
