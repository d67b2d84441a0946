/** One member of a learner as an agent of its own. @module */
import { Tensor } from "../gpu/tensor.ts";
import type { Learner } from "../learner/learner.ts";
import { createNetwork, type Network } from "../learner/network.ts";
import { Policy, type PolicySource } from "../learner/policy.ts";
import { type Clock, clockWords, hyperWords, type Members } from "../ops/member.ts";
import type { Agent, AgentState, GreedyPolicy } from "./agent.ts";
import { loadMember, saveMember } from "./dqn_state.ts";

/**
 * A member of a {@linkcode Learner}: what it knows, apart from the others. Its policies and Q values come from a copy of
 * its online parameters, so that many members can be asked at once, whatever the population does meanwhile.
 */
export class DqnMember implements Agent {
  /** The population's. It stays when this member is disposed of. */
  readonly learner: Learner;
  /** Its place among the members, from 0. */
  readonly index: number;
  #twin: Twin | undefined;
  /** What answers `getQ`, for as many observations as were asked about last. */
  #critic: { readonly rows: number; readonly policy: Policy } | undefined;
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
  policy(environments: number): GreedyPolicy {
    const twin = new Twin(this.learner);
    twin.follow(this.learner, this.index);
    const policy = new Policy(twin, { environments, greedy: true });
    return {
      act: (observations, masks) => policy.act(observations, masks),
      dispose() {
        policy.dispose();
        twin.dispose();
      },
    };
  }

  async getQ(observations: Float32Array): Promise<Float32Array<ArrayBuffer>> {
    const rows = Math.max(1, Math.ceil(observations.length / this.learner.options.sizes[0]!));
    const answer = this.#asked.then(() => this.#criticFor(rows).q(observations)); // One after another: they share a buffer.
    this.#asked = answer.catch(() => {});
    return await answer;
  }

  #criticFor(rows: number): Policy {
    const twin = this.#twin ??= new Twin(this.learner);
    twin.follow(this.learner, this.index);
    if (this.#critic?.rows !== rows) {
      this.#critic?.policy.dispose();
      this.#critic = { rows, policy: new Policy(twin, { environments: rows, greedy: true }) };
    }
    return this.#critic.policy;
  }

  async save(options: { readonly full?: boolean } = {}): Promise<AgentState> {
    return await saveMember(this.learner, this.index, options.full ?? false);
  }

  /** Takes over a saved state into this member alone, and tells its clock. @throws {UsageError} When it is another agent's. */
  load(state: AgentState): Clock {
    return loadMember(this.learner, this.index, state);
  }

  dispose(): void {
    this.#critic?.policy.dispose();
    this.#twin?.dispose();
    this.#critic = this.#twin = undefined;
  }
}

/** A copy of what of one member a policy reads, as of a learner of one. */
class Twin implements PolicySource {
  readonly gpu: Learner["gpu"];
  readonly options: Learner["options"];
  readonly online: Network;
  readonly members: Members;

  /** All zero. */
  constructor({ gpu, options, online: { layout } }: Learner) {
    const words = (count: number, label: string) =>
      new Tensor<"u32">(gpu, [1, count], { label: `twin's ${label}`, dtype: "u32" });
    this.gpu = gpu;
    this.options = { ...options, members: options.members.slice(0, 1) };
    this.online = createNetwork(gpu, layout, { members: 1, label: "twin" });
    this.members = { hyper: words(hyperWords, "hyper"), clock: words(clockWords, "clock") };
  }

  /** Takes over the parameters of a member after the work enqueued so far. */
  follow({ gpu, online }: Learner, member: number): void {
    const { buffer, byteLength } = this.online.parameters;
    gpu.encoder.copyBufferToBuffer(online.parameters.buffer, member * byteLength, buffer, 0, byteLength);
    gpu.flush(); // A write to the learner's parameters is to come after the copy.
  }

  dispose(): void {
    for (const tensor of [this.online.parameters, this.members.hyper, this.members.clock]) tensor.dispose();
  }
}
