/** An update of deep Q-learning as a list of operations, and what comes before the updates of a rollout. @module */
import type { Recorder } from "../gpu/recorder.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { clipGradientNorm } from "../ops/gradient.ts";
import { lambdaOutcomes, lambdaReturns } from "../ops/lambda_returns.ts";
import type { Members } from "../ops/member.ts";
import { drawNoise, type Noise, noiseGradient, noisyWeights } from "../ops/noise.ts";
import { optimizerStep } from "../ops/optimizer.ts";
import { bestValues } from "../ops/policy.ts";
import { type Priorities, prioritiesDraw, prioritiesUpdate } from "../ops/priorities.ts";
import { type Batch, type Replay, replaySample } from "../ops/replay.ts";
import type { SeenMoments } from "../ops/seen.ts";
import { type Activations, backward, forward, type Gradients, type Network } from "./network.ts";
import { type LearnerOptions, passesOf } from "./options.ts";

/** What of a `Learner` its update reads and writes: see there. */
export interface LearnerParts {
  readonly options: LearnerOptions;
  readonly members: Members;
  readonly online: Network;
  readonly target: Network;
  readonly passed: { readonly online: Network; readonly target: Network };
  readonly replay: Replay;
  readonly priorities: Priorities | undefined;
  readonly returns: Tensor<"f32"> | undefined;
  readonly moments: SeenMoments | undefined;
  readonly batch: Batch;
  readonly activations: Activations;
  readonly gradients: Gradients;
  readonly td: Tensor<"f32">;
  readonly metrics: Tensor<"f32">;
  readonly scale: Tensor<"f32">;
  readonly optimizerState: Tensor<"f32">;
}

/** What it needs on the way. */
export interface Scratch {
  /** Of the networks' layers. */
  readonly blocks: Tensor<"u32">;
  /** Where the networks are noisy. */
  readonly noise: Noise | undefined;
  /** Of the gradient's norm. */
  readonly partials: Tensor<"f32">;
}

/** What of a learner its loss takes. */
export type LossParts =
  & Pick<
    LearnerParts,
    "activations" | "batch" | "members" | "metrics" | "online" | "options" | "target" | "td"
  >
  & { readonly gradients: Pick<Gradients, "outputs"> };

/** From a rollout to its lambda returns, by the online network as it is; its rows pass through by the size of a batch. */
export function recordReturns(program: Recorder, learner: LearnerParts): void {
  const { members, online, replay, batch, activations, returns, moments, options } = learner;
  if (!returns) return;
  const { model: { head, actions }, masked, capacity, environments } = options;
  const next = 1;
  for (let first = 0; first < capacity; first += batch.size) {
    const sampling = "in-order";
    replaySample(program, members, { replay, batch, sampling, moments, first, steps: 1, environments });
    forward(program, [{ network: online, input: next }], activations);
    bestValues(program, members, {
      environments: batch.size,
      head,
      actions,
      outputs: activations.outputs,
      masks: masked ? batch.masks : undefined,
      best: returns,
      first,
    });
  }
  lambdaReturns(program, members, { replay, environments, returns, moments });
}

/** The algorithm, from replay to new parameters. */
export function recordUpdate(program: Recorder, learner: LearnerParts, scratch: Scratch): void {
  const { members, replay, priorities, returns, moments, batch, td, options } = learner;
  const { sampling, steps, environments } = options;
  if (priorities) prioritiesDraw(program, members, { priorities, batch });
  replaySample(program, members, {
    replay,
    batch,
    sampling: returns ? "minibatch" : priorities ? "given" : sampling,
    moments,
    steps,
    environments,
  });
  if (returns) lambdaOutcomes(program, members, { replay, returns, moments, batch });
  recordLearn(program, learner, scratch);
  if (priorities) prioritiesUpdate(program, members, { priorities, batch, td });
}

/** From a gathered batch to new parameters. */
export function recordLearn(
  program: Recorder,
  learner: LearnerParts,
  { blocks, noise, partials }: Scratch,
): void {
  const { members, online, target, passed, activations, gradients, scale, options } = learner;
  if (noise) {
    drawNoise(program, members, noise);
    for (const name of ["online", "target"] as const) {
      const [{ parameters }, { parameters: weights }] = [learner[name], passed[name]];
      noisyWeights(program, noise, { of: name, parameters, weights });
    }
  }
  recordLoss(program, { ...learner, ...passed });
  backward(program, passed.online, { activations, gradients });
  if (noise) noiseGradient(program, noise, gradients.parameters);
  if (options.clipNorm) {
    clipGradientNorm(program, members, { gradient: gradients.parameters, partials, scale });
  }
  optimizerStep(program, members, { //                                 and Q', where it follows updates
    ...options.optimizer,
    network: online.layout,
    blocks,
    gradient: gradients.parameters,
    scale,
    parameters: online.parameters,
    state: learner.optimizerState,
    target: options.target === "update" ? target.parameters : undefined,
  });
}

/** From a gathered batch to its loss; counts an update. */
export function recordLoss(program: Recorder, parts: LossParts): void {
  const { members, online, target, batch, activations, td, gradients, metrics, options } = parts;
  const { model, masked, double, munchausen, loss, lambdaReturns } = options;
  const [s, next] = [0, 1];
  const { isSampled = false } = model.head;
  const samples = (of: "online" | "target") => isSampled ? { of, members } : undefined;
  const bootstrap = lambdaReturns ? [] : [
    { network: target, input: next, samples: samples("target") }, //                  for Q'(s', .)
    ...double || isSampled ? [{ network: double ? online : target, input: next }] : [], //  for a*
    ...munchausen ? [{ network: target, input: s }] : [], //                          for Q'(s, .)
  ];
  const learned = { network: online, input: s, backward: true, samples: samples("online") };
  forward(program, [learned, ...bootstrap], activations);
  model.head.loss(program, members, { //                      y, TD errors, loss, dL/dQ
    batch,
    actions: model.actions,
    masked,
    selects: passesOf(options) - 1,
    munchausen,
    loss,
    outputs: activations.outputs,
    td,
    gradient: gradients.outputs,
    metrics,
  });
}
