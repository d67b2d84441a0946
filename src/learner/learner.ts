/**
 * Deep Q-learning on the device (Mnih et al., "Human-level control through deep reinforcement learning", 2015). Every
 * tensor has a leading axis of members; one update of all of them is one list of operations that reads nothing back.
 *
 * @module
 */
import { scaledSchedule } from "../core/schedule.ts";
import type { Gpu } from "../gpu/device.ts";
import { Recorder } from "../gpu/recorder.ts";
import { Tensor } from "../gpu/tensor.ts";
import { clockStep } from "../ops/clock.ts";
import { clockRange, clockWords, createMembers, type Members, writeHyper } from "../ops/member.ts";
import { networkLayout } from "../ops/model.ts";
import { createMoments, type Moments, momentsCut, momentsObserve, resetMoments } from "../ops/moments.ts";
import { createNoise, isNoisy, type Noise } from "../ops/noise.ts";
import { createBlockTable } from "../ops/optimizer.ts";
import { initializeParameters } from "../ops/parameters.ts";
import { createPriorities, type Priorities, writePriorities } from "../ops/priorities.ts";
import { type Batch, createBatch, type Replay, replayCut, replayWrite } from "../ops/replay.ts";
import { targetSync, targetSynced } from "../ops/target.ts";
import {
  type Activations,
  createActivations,
  createGradients,
  createNetwork,
  type Gradients,
  type Network,
} from "./network.ts";
import {
  assertLearnerFits,
  type LearnerOptions,
  type LearnerShapes,
  learnerShapes,
  momentsSizes,
  passesOf,
  prioritiesSizes,
  replayLayout,
  returnsShape,
} from "./options.ts";
import { recordLearn, recordReturns, recordUpdate } from "./update.ts";

/** The state of deep Q-learning of a population, and its programs. */
export class Learner {
  /** The device that holds it. */
  readonly gpu: Gpu;
  /** What it was made from. */
  readonly options: LearnerOptions;
  /** Hyper-parameters, clocks and goals of the P members. */
  readonly members: Members;
  /** The network that learns and acts: parameters `[P, 2, N]`. */
  readonly online: Network;
  /** The online network itself when there is no target network. */
  readonly target: Network;
  /** What an update passes its batch through: the networks themselves or, where those are noisy, copies with its noise. */
  readonly passed: { readonly online: Network; readonly target: Network };
  /** The transitions kept, `[P, capacity, row]`. */
  readonly replay: Replay;
  /** How likely each of them is to be drawn; undefined where all are as likely. */
  readonly priorities: Priorities | undefined;
  /** The lambda return of each of them, `[P, capacity]`; undefined where updates bootstrap. */
  readonly returns: Tensor<"f32"> | undefined;
  /** What observations or rewards are normalized by; undefined where neither is. */
  readonly moments: Moments | undefined;
  /** The transitions of the latest update. */
  readonly batch: Batch;
  /** The step's transitions as written by the host, `[P, environments, row]`. */
  readonly transitions: Tensor<"f32">;
  /** Passes of each member: the online network for s, the target network for s' and, for double DQN, the online one for s'. */
  readonly activations: Activations;
  /** Derivatives of the loss: by the outputs of each layer, and by the parameters, `[P, N]`. */
  readonly gradients: Gradients;
  /** y = R + discount Q'(s', a*), then y - Q(s, a): `[P, 2, batch]`. */
  readonly td: Tensor<"f32">;
  /** Loss and mean Q of the taken actions at row `update mod metricsRing`, `[P, metricsRing, 2]`; or 4: see `LossArguments`. */
  readonly metrics: Tensor<"f32">;
  /** Factor on the gradient, and its norm if it is clipped by norm: `[P, 2]`. */
  readonly scale: Tensor<"f32">;
  /** Running averages of the optimizer, `[P, slots, N]`. */
  readonly optimizerState: Tensor<"f32">;
  readonly #tensors: Tensor[] = [];
  readonly #programs: Recorder[] = [];

  /** Stores `transitions` in replay and counts the step. */
  readonly observe: Recorder;
  /** What all updates of a step share, and what is to be done before the first of them; empty where that is nothing. */
  readonly prepare: Recorder;
  /** One update from replay. */
  readonly update: Recorder;
  /** One update from the batch as it is, without sampling. */
  readonly learn: Recorder;
  /** Tells replay that what is observed next does not follow what was observed last. */
  readonly cut: Recorder;
  /** Target synchronization by step or episode; empty when it goes by update. */
  readonly sync: Recorder;

  /**
   * Allocates, records the programs, and draws the parameters.
   *
   * @throws {UsageError} When a tensor does not fit the adapter, before anything is allocated.
   * @throws {RangeError} When a member's replay capacity is above the allocated one or below its environments.
   */
  constructor(gpu: Gpu, options: LearnerOptions) {
    this.gpu = gpu;
    this.options = options;
    const members = options.members.length;
    const { model, batch } = options;
    const network = networkLayout(model);
    const row = replayLayout(options);
    assertLearnerFits(gpu, options);

    const shapes = learnerShapes(options);
    const tensor = (name: keyof LearnerShapes) =>
      this.#own(new Tensor<"f32">(gpu, shapes[name], { label: name }));
    this.members = this.#own(createMembers(gpu, options.members, options.target));
    this.online = this.#ownNetwork(createNetwork(gpu, network, { members, label: "online" }));
    this.target = options.target === "none"
      ? this.online
      : this.#ownNetwork(createNetwork(gpu, network, { members, label: "target" }));
    const { online, target } = this;
    this.passed = !isNoisy(network) ? { online, target } : {
      online: this.#ownNetwork(createNetwork(gpu, network, { members, label: "online with noise" })),
      target: this.#ownNetwork(createNetwork(gpu, network, { members, label: "target with noise" })),
    };
    this.replay = { layout: row, rows: tensor("replay") };
    this.priorities = options.prioritized ? createPriorities(gpu, prioritiesSizes(options)) : undefined;
    for (const own of Object.values(this.priorities ?? {})) this.#own(own);
    this.returns = options.lambdaReturns
      ? this.#own(new Tensor<"f32">(gpu, returnsShape(options), { label: "returns" }))
      : undefined;
    const { normalization } = options;
    this.moments = normalization && createMoments(gpu, normalization, momentsSizes(options));
    if (this.moments) [this.moments.numbers, this.moments.running].forEach((own) => this.#own(own));
    this.transitions = tensor("transitions");
    this.batch = createBatch(gpu, row, { members, size: batch });
    const { indices, observations, outcomes, masks } = this.batch;
    for (const own of [indices, observations, outcomes, masks]) this.#own(own);
    this.activations = createActivations(gpu, this.online, {
      batch,
      label: "activations",
      passes: passesOf(options),
      input: this.batch.observations,
      sampled: model.head.isSampled ?? false,
    });
    const { matrices, scratch: ofSamples } = this.activations;
    for (const matrix of [...matrices.slice(1), ...ofSamples]) this.#own(matrix);
    this.gradients = createGradients(gpu, this.online, this.activations);
    for (const matrix of [...this.gradients.matrices, this.gradients.parameters]) this.#own(matrix);
    this.td = tensor("td");
    this.metrics = tensor("metrics");
    this.scale = tensor("scale");
    this.scale.write(new Float32Array(members * 2).fill(1));
    this.optimizerState = tensor("optimizerState");
    const scratch = {
      blocks: this.#own(createBlockTable(gpu, network)),
      noise: isNoisy(network) ? this.#ownNoise(createNoise(gpu, network, members)) : undefined,
      partials: tensor("partials"),
    };

    this.observe = this.#program((program) => {
      const { members, replay, transitions, moments } = this;
      const count = options.environments;
      replayWrite(program, members, { replay, transitions, count });
      clockStep(program, members, { transitions, count, layout: replay.layout });
      if (moments) momentsObserve(program, members, { moments, replay });
    });
    this.cut = this.#program((program) => {
      replayCut(program, this.members, { replay: this.replay, environments: options.environments });
      if (this.moments) momentsCut(program, this.moments);
    });
    this.prepare = this.#program((program) => recordReturns(program, this));
    this.update = this.#program((program) => recordUpdate(program, this, scratch));
    this.learn = this.#program((program) => recordLearn(program, this, scratch));
    this.sync = this.#program((program) => {
      if (options.target !== "step" && options.target !== "episode") return;
      targetSync(program, this.members, { online: this.online.parameters, target: this.target.parameters });
      targetSynced(program, this.members);
    });
    this.initialize();
  }

  /** Draws new parameters for both networks, and sets the optimizer and the clocks to zero; replay counts as empty. */
  initialize(): void {
    const program = new Recorder(this.gpu);
    const { online, target, members } = this;
    for (const network of new Set([online, target])) {
      initializeParameters(program, { members, parameters: network.parameters }, {
        network: network.layout,
        rule: this.options.initialization,
      });
    }
    for (const member of this.options.members.keys()) {
      members.write(new Uint32Array(clockWords), clockRange(members, member).offset);
      if (this.priorities) writePriorities(this.priorities, member);
      if (this.moments) resetMoments(this.moments, member);
    }
    this.optimizerState.write(new Float32Array(this.optimizerState.size));
    this.gpu.enqueue(program);
    program.dispose();
    this.refreshClock();
  }

  /** Sets the learning rate of a member, from its next update on, to that of its options times `factor`. */
  scaleLearningRate(member: number, factor: number): void {
    const { members, options } = this;
    const own = options.members[member]!;
    const learningRate = scaledSchedule(own.learningRate, factor);
    writeHyper(members, member, { ...own, learningRate, sync: options.target });
  }

  /** Sets the clocks' learning rate and epsilon to the schedules' values at their counts. */
  refreshClock(): void {
    const program = new Recorder(this.gpu);
    const { members, transitions, replay: { layout } } = this;
    clockStep(program, members, { transitions, count: 0, layout });
    this.gpu.enqueue(program);
    program.dispose();
  }

  /** Frees all device memory. */
  dispose(): void {
    for (const program of this.#programs) program.dispose();
    for (const tensor of this.#tensors) tensor.dispose();
  }

  #own<T extends Tensor>(tensor: T): T {
    this.#tensors.push(tensor);
    return tensor;
  }

  #ownNetwork(network: Network): Network {
    this.#own(network.parameters);
    return network;
  }

  #ownNoise(noise: Noise): Noise {
    for (const tensor of [noise.blocks, noise.numbers]) this.#own(tensor);
    return noise;
  }

  #program(record: (program: Recorder) => void): Recorder {
    const program = new Recorder(this.gpu);
    record(program);
    this.#programs.push(program);
    return program;
  }
}
