/** One member of a learner as an agent of its own. @module */
import { deriveSeed, Stream } from "../core/random.ts";
import type { State } from "../core/state.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Learner } from "../learner/learner.ts";
import { createNetwork, type Network } from "../learner/network.ts";
import { Actor, type ActorSource } from "../learner/actor.ts";
import { createMoments, type Moments } from "../ops/moments.ts";
import { momentsSizes } from "../learner/options.ts";
import { type Clock, clockRange, createMembers, decodeClock, type Members } from "../ops/member.ts";
import type { Agent, AgentState, EpisodeMoment, GreedyPolicy, PolicyOptions, Transitions } from "./agent.ts";
import { restoreMember, snapshotMember } from "./dqn_snapshot.ts";
import { loadMember, saveMember } from "./dqn_state.ts";
import { HeldOutLoss } from "./held_out_loss.ts";

/** Numbers of observations that are remembered: one state as it is played, and a whole board or plane of them, say. */
const mostCritics = 2;

/**
 * A member of a {@linkcode Learner}: what it knows, apart from the others. Its policies and Q values come from a copy of
 * its online parameters, so that many members can be asked at once, whatever the population does meanwhile.
 */
export class DqnMember implements Agent {
  /** The population's. It stays when this member is disposed of. */
  readonly learner: Learner;
  /** Its place among the members, from 0. */
  readonly index: number;
  #copy: ParameterCopy | undefined;
  /** What answers `getQ`, by the number of observations; the one that was asked last is the last. */
  readonly #critics = new Map<number, Actor>();
  /** What answers `lossOf`, for the transitions that were asked about last. */
  #heldOut: { readonly transitions: Transitions; readonly loss: HeldOutLoss } | undefined;
  #asked: Promise<unknown> = Promise.resolve();

  /** The member number `index`. @throws {RangeError} When there is none. */
  constructor(learner: Learner, index: number) {
    const count = learner.options.members.length;
    if (!(Number.isInteger(index) && index >= 0 && index < count)) {
      throw new RangeError(`Cannot take member ${index}: the learner has ${count}, wanted 0 to ${count - 1}`);
    }
    this.learner = learner;
    this.index = index;
  }

  /** A greedy policy of the parameters as they are now; it does not learn with the member. */
  policy(environments: number, { noise = false }: PolicyOptions = {}): GreedyPolicy {
    const copy = new ParameterCopy(this.learner, this.index);
    copy.follow();
    const policy = new Actor(copy, { environments, greedy: true, noise });
    return {
      act: (observations, masks, moment) =>
        policy.act(observations, masks, noise ? seedsOf(moment) : undefined),
      dispose() {
        policy.dispose();
        copy.dispose();
      },
    };
  }

  async getQ(observations: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    const rows = Math.max(1, Math.ceil(observations.length / this.learner.online.layout.widths[0]!));
    return await this.#inTurn(() => this.#criticFor(rows).q(observations));
  }

  async lossOf(transitions: Transitions): Promise<number> {
    return await this.#inTurn(() => this.#heldOutLoss(transitions).measure());
  }

  /** Asks one thing after another: they share buffers. */
  async #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const answer = this.#asked.then(ask);
    this.#asked = answer.catch(() => {});
    return await answer;
  }

  #heldOutLoss(transitions: Transitions): HeldOutLoss {
    const copy = this.#copyOfNow();
    if (this.#heldOut?.transitions !== transitions) {
      this.#heldOut?.loss.dispose();
      this.#heldOut = undefined;
      this.#heldOut = { transitions, loss: new HeldOutLoss(copy, transitions) };
    }
    return this.#heldOut.loss;
  }

  #copyOfNow(): ParameterCopy {
    const copy = this.#copy ??= new ParameterCopy(this.learner, this.index);
    copy.follow();
    return copy;
  }

  #criticFor(rows: number): Actor {
    const copy = this.#copyOfNow();
    const critic = this.#critics.get(rows) ?? new Actor(copy, { environments: rows, greedy: true });
    this.#critics.delete(rows);
    this.#critics.set(rows, critic);
    if (this.#critics.size > mostCritics) {
      const [oldest, forgotten] = this.#critics.entries().next().value!;
      this.#critics.delete(oldest);
      forgotten.dispose();
    }
    return critic;
  }

  async save(options: { readonly full?: boolean } = {}): Promise<AgentState> {
    return await saveMember(this.learner, this.index, options.full ?? false);
  }

  /** Takes over a saved state into this member alone, and tells its clock. @throws {UsageError} When it is another agent's. */
  load(state: AgentState): Clock {
    return loadMember(this.learner, this.index, state);
  }

  async snapshot(): Promise<State> {
    const { gpu, members } = this.learner;
    const words = await gpu.readRanges([clockRange(members, this.index)]);
    return await snapshotMember(this.learner, this.index, decodeClock(new Uint32Array(words)).stored);
  }

  /** As that of every agent, into this member alone. Whoever trains it asks the device for its clock. */
  async restore(state: State): Promise<void> {
    await restoreMember(this.learner, this.index, state);
  }

  dispose(): void {
    for (const critic of this.#critics.values()) critic.dispose();
    this.#critics.clear();
    this.#heldOut?.loss.dispose();
    this.#copy?.dispose();
    this.#heldOut = this.#copy = undefined;
  }
}

/** By what each environment draws noise, as on the device. */
function seedsOf(moment: EpisodeMoment | undefined): Uint32Array<ArrayBuffer> | undefined {
  return moment &&
    Uint32Array.from(moment.seeds, (seed) => deriveSeed(seed, Stream.actingNoise, moment.step));
}

/** A copy of what of one member a policy reads, as of a learner of that one. */
class ParameterCopy implements ActorSource {
  readonly gpu: Learner["gpu"];
  readonly options: Learner["options"];
  readonly online: Network;
  readonly members: Members;
  readonly moments: Moments | undefined;
  readonly #learner: Learner;
  readonly #member: number;

  /** All parameters zero. */
  constructor(learner: Learner, member: number) {
    const { gpu, options, online: { layout } } = learner;
    this.#learner = learner;
    this.#member = member;
    this.gpu = gpu;
    this.options = { ...options, members: [options.members[member]!] };
    this.online = createNetwork(gpu, layout, { members: 1, label: "copy of online" });
    this.members = createMembers(gpu, this.options.members, options.target);
    const { normalization } = options;
    this.moments = normalization && createMoments(gpu, normalization, momentsSizes(this.options));
  }

  /** Takes over the member's parameters and moments after the work enqueued so far. */
  follow(): void {
    const { gpu, online, moments } = this.#learner;
    this.#copy(online.parameters, this.online.parameters);
    if (moments) this.#copy(moments.numbers, this.moments!.numbers);
    gpu.flush(); // A write to the learner's parameters is to come after the copy.
  }

  /** Copies what of a tensor is the member's. */
  #copy(from: Tensor, { buffer, byteLength }: Tensor): void {
    this.gpu.encoder.copyBufferToBuffer(from.buffer, this.#member * byteLength, buffer, 0, byteLength);
  }

  dispose(): void {
    for (const tensor of [this.online.parameters, this.members]) tensor.dispose();
    for (const tensor of [this.moments?.numbers, this.moments?.running]) tensor?.dispose();
  }
}
