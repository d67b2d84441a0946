/** The inside of the agent of a run, as far as it is shown. @module */
import type { Agent } from "../../../agents/agent.ts";
import { DqnAgent } from "../../../agents/dqn.ts";
import { DqnMember } from "../../../agents/dqn_member.ts";
import { isDeviceOnly } from "../../../config/environments.ts";
import type { TrainingRun } from "../../../config/training_run.ts";
import type { Observation, StateGrid } from "../../../envs/environment.ts";
import type { GridPlace } from "./locate.ts";
import { Looks, type Sight } from "./looks.ts";
import type { InsideCommand, InsideNews, View } from "./news.ts";
import { Parameters } from "./parameters.ts";
import { type LearnerMember, ReplaySample } from "./replay_sample.ts";
import { ValueMap } from "./value_map.ts";

/** Looks into the agent of a run between two chunks of its training, which it never disturbs. */
export class Inside {
  readonly #map: ValueMap | undefined;
  readonly #looks: Looks;

  /** @param played The board that is played on, if anything is played. */
  constructor(run: TrainingRun, played: () => StateGrid<Observation> | undefined) {
    const { agent, config } = run;
    const sights = new Map<View, Sight>();
    const learner = learnerOf(agent);
    this.#map = valueMap(run, played);
    if (this.#map) sights.set("values", this.#map);
    if (learner) sights.set("replay", new ReplaySample(learner));
    if (config.agent.kind !== "random") sights.set("parameters", new Parameters(agent));
    this.#looks = new Looks(sights);
  }

  /** The sides that this agent has. */
  get views(): readonly View[] {
    return this.#looks.views;
  }

  /** Shows what is asked for. */
  show({ views, board }: InsideCommand): void {
    this.#map?.choose(board);
    this.#looks.show(views);
  }

  /** What there is to tell now, at most from one side. @param version Something else whenever the agent has changed. */
  async look(version: string): Promise<InsideNews | undefined> {
    return await this.#looks.look(version);
  }

  /** Where a state lies on the grid that is shown; undefined where none is, or it is not on it. */
  locate(observation: Float32Array): GridPlace | undefined {
    return this.#looks.shows("values") ? this.#map?.locate(observation) : undefined;
  }
}

/** The values of a run's agent over states in rows and columns, if it has the one and its environment the other. */
function valueMap(run: TrainingRun, played: () => StateGrid<Observation> | undefined): ValueMap | undefined {
  const { agent, config } = run;
  if (config.agent.kind === "random" || isDeviceOnly(config)) return undefined;
  const environment = run.makeEnvironment();
  if (!environment.stateGrid) return undefined;
  const initial = config.agent.kind === "tabular" ? config.agent.initial : undefined;
  return new ValueMap({ agent, environment, played, initial });
}

/** Where on the device an agent is; undefined of one that is on none. */
function learnerOf(agent: Agent): LearnerMember | undefined {
  if (agent instanceof DqnAgent) return { learner: agent.learner, member: 0 };
  if (agent instanceof DqnMember) return { learner: agent.learner, member: agent.index };
  return undefined;
}
