/** The slow twin of the learner: one member, float64, with the error that float32 may add along the way. @module */
import * as oracle from "../ops/oracle.ts";
import {
  normScale,
  type OptimizerRule,
  optimizerStart,
  optimizerStep,
  targetSync,
} from "../ops/oracle_optimizer.ts";
import { type Estimate, exact } from "../ops/tolerance.ts";

/** What the twin does, in the words of the learner's options. */
export interface ReferenceRules {
  readonly sizes: readonly number[];
  readonly optimizer: OptimizerRule;
  /** Where Huber's loss turns linear; absent for the mean square. */
  readonly delta?: number;
  readonly gamma: number;
  readonly double: boolean;
  /** Largest norm of the gradient. */
  readonly clipNorm?: number;
  readonly tau: number;
  /** Updates between synchronizations. */
  readonly syncPeriod: number;
}

/** A batch, observations row-major `[batch, width]`. */
export interface ReferenceBatch extends Pick<oracle.Outcomes, "actions"> {
  readonly observations: ArrayLike<number>;
  readonly nextObservations: ArrayLike<number>;
  readonly rewards: ArrayLike<number>;
  readonly terminated: ArrayLike<number>;
  /** Of each row's loss, 1 by default. */
  readonly weights?: ArrayLike<number>;
}

/** What an update computed on its way. */
export interface ReferenceUpdate extends oracle.Loss {
  /** Values of every action, `[batch, actions]`. */
  readonly q: Estimate;
  readonly targets: Estimate;
  /** Before clipping. */
  readonly gradients: readonly oracle.LayerEstimate[];
}

/** A network, its target and its optimizer. */
export class Reference {
  readonly #rules: ReferenceRules;
  readonly #state: ReturnType<typeof optimizerStart>;
  #target: Estimate;

  /** Starts from these layers, all of whose numbers float32 has. */
  constructor(rules: ReferenceRules, online: readonly Layer[], target: readonly Layer[]) {
    this.#rules = rules;
    this.#state = optimizerStart(exact(flat(online)));
    this.#target = exact(flat(target));
  }

  get online(): oracle.LayerEstimate[] {
    return this.#layers(this.#state.parameters);
  }

  get target(): oracle.LayerEstimate[] {
    return this.#layers(this.#target);
  }

  /** Values of every action. */
  q(observations: ArrayLike<number>): Estimate {
    return this.#forward(this.online, observations).at(-1)!;
  }

  /** One update. */
  update(batch: ReferenceBatch): ReferenceUpdate {
    const { sizes, gamma, double, delta, optimizer, clipNorm, tau, syncPeriod } = this.#rules;
    const actions = sizes.at(-1)!;
    const activations = this.#forward(this.online, batch.observations);
    const q = activations.at(-1)!;
    const target = this.#forward(this.target, batch.nextObservations).at(-1)!;
    const select = double ? this.q(batch.nextObservations) : target;
    const outcomes: oracle.Outcomes = {
      actions: batch.actions,
      returns: batch.rewards,
      discounts: Array.from(batch.terminated, (terminated) => terminated ? 0 : gamma),
      weights: batch.weights ?? Array.from(batch.actions, () => 1),
    };
    const targets = oracle.tdTarget({ target, select }, outcomes, actions);
    const loss = oracle.tdLoss({ targets, q }, outcomes, {
      actions,
      ...(delta === undefined ? {} : { delta }),
    });
    const gradients = this.#backward(activations, loss.qGradient);
    const gradient = joinLayers(gradients);
    const scale = clipNorm === undefined ? {} : { scale: normScale(gradient, clipNorm) };
    optimizerStep(optimizer, this.#state, { gradient, ...scale });
    if (this.#state.updates % syncPeriod === 0) {
      this.#target = targetSync(this.#target, this.#state.parameters, tau);
    }
    return { ...loss, q, targets, gradients };
  }

  /** The input and every layer's output. */
  #forward(layers: readonly oracle.LayerEstimate[], observations: ArrayLike<number>): Estimate[] {
    const activations = [exact(observations)];
    for (const [i, layer] of layers.entries()) {
      const extents = this.#extents(i, observations.length);
      const relu = i < layers.length - 1;
      activations.push(oracle.denseForward(layer, activations[i]!, { ...extents, relu }));
    }
    return activations;
  }

  #backward(activations: readonly Estimate[], qGradient: Estimate): oracle.LayerEstimate[] {
    const gradients: oracle.LayerEstimate[] = [];
    let dy = qGradient;
    for (const [i, layer] of [...this.online.entries()].toReversed()) {
      const extents = this.#extents(i, activations[0]!.value.length);
      const passed = { x: activations[i]!, dy };
      gradients.unshift(oracle.denseBackwardWeights(passed, extents));
      if (i > 0) dy = oracle.denseBackwardInput(layer, passed, extents);
    }
    return gradients;
  }

  #extents(layer: number, numbers: number): oracle.Extents {
    const { sizes } = this.#rules;
    return { inputs: sizes[layer]!, outputs: sizes[layer + 1]!, batch: numbers / sizes[0]! };
  }

  #layers(parameters: Estimate): oracle.LayerEstimate[] {
    const { sizes } = this.#rules;
    let at = 0;
    const take = (length: number): Estimate => {
      const part = {
        value: parameters.value.subarray(at, at + length),
        error: parameters.error.subarray(at, at + length),
      };
      at += length;
      return part;
    };
    return sizes.slice(1).map((outputs, i) => ({ weight: take(outputs * sizes[i]!), bias: take(outputs) }));
  }
}

/** A layer's numbers as `torch.nn.Linear` has them. */
export interface Layer {
  readonly weight: ArrayLike<number>;
  readonly bias: ArrayLike<number>;
}

/** All numbers of a network, each layer's weights before its bias. */
export function flat(layers: readonly Layer[]): number[] {
  return layers.flatMap(({ weight, bias }) => [...Array.from(weight), ...Array.from(bias)]);
}

/** All estimates of a network in the same order. */
export function joinLayers(layers: readonly oracle.LayerEstimate[]): Estimate {
  const part = (of: "value" | "error") =>
    Float64Array.from(layers.flatMap(({ weight, bias }) => [...weight[of], ...bias[of]]));
  return { value: part("value"), error: part("error") };
}
