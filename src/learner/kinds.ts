/** Layers and heads by the names that configs give them. @module */
import { didYouMean, excerpt, UsageError } from "../core/errors.ts";
import type { ConvOptions } from "../ops/conv.ts";
import {
  categoricalHead,
  type CategoricalOptions,
  implicitHead,
  type ImplicitHeadOptions,
  quantileHead,
  type QuantileOptions,
} from "../ops/distributional.ts";
import type { Head } from "../ops/head.ts";
import { hidden, hiddenConv, type HiddenOptions } from "../ops/hidden.ts";
import type { LayerSpec } from "../ops/layer.ts";
import { usualSigma } from "../ops/noisy.ts";
import { duelingHead, noisyValueHead, valueHead } from "../ops/td_value.ts";

/** The keys of a layer or head in a config beside `kind`. */
export type KindOptions = Readonly<Record<string, unknown>>;

/** A kind of layer or head. */
export interface Kind<T> {
  /** Its name in configs. */
  readonly kind: string;
  /** Names of the options that `create` reads. Default: none. */
  readonly options?: readonly string[];
  /** Makes one. Throws UsageError for options that it cannot use. */
  create(options: KindOptions): T;
}

/** A kind of hidden layer: an object of `agent.hidden` in a config. It may be made of several parts. */
export type LayerKind = Kind<LayerSpec | readonly LayerSpec[]>;

/** A kind of head: `agent.head` in a config. */
export type HeadKind = Kind<Head>;

/** Kinds by their names. */
class Kinds<T> {
  readonly #what: string;
  readonly #known = new Map<string, Kind<T>>();

  constructor(what: string, known: readonly Kind<T>[]) {
    this.#what = what;
    for (const kind of known) this.register(kind);
  }

  get names(): string[] {
    return [...this.#known.keys()].sort();
  }

  register(kind: Kind<T>): void {
    if (typeof kind?.kind !== "string" || kind.kind === "") {
      throw new UsageError(
        `Cannot register a ${this.#what}: kind is ${
          JSON.stringify(kind?.kind)
        }, wanted a name such as "dense"`,
      );
    }
    if (typeof kind.create !== "function") {
      throw new UsageError(
        `Cannot register ${this.#what} "${kind.kind}": it has no create, wanted a function`,
      );
    }
    if (this.#known.has(kind.kind)) {
      throw new UsageError(
        `Cannot register ${this.#what} "${kind.kind}": the kind is taken, wanted a new one`,
      );
    }
    this.#known.set(kind.kind, kind);
  }

  make({ kind: name, ...options }: { readonly kind: string } & KindOptions): T {
    const kind = this.#known.get(name);
    if (!kind) {
      throw new UsageError(
        `Cannot make a ${this.#what}: kind is "${excerpt(name)}", wanted one of ${this.names.join(", ")}${
          didYouMean(name, this.names)
        }`,
      );
    }
    const wanted = kind.options ?? [];
    const stranger = Object.keys(options).find((option) => !wanted.includes(option));
    if (stranger !== undefined) {
      throw new UsageError(
        `Cannot make ${this.#what} "${name}": option is "${excerpt(stranger)}", wanted ${
          wanted.length > 0 ? `one of ${wanted.join(", ")}` : "none"
        }${didYouMean(stranger, wanted)}`,
      );
    }
    return kind.create(options);
  }
}

/** Options of what may be noisy. */
const noiseOptions = ["noisy", "sigma"];

/** Sigma at the start of what is asked to be noisy, as `DenseOptions` has it. */
function sigmaOf({ noisy, sigma = usualSigma }: KindOptions): number | undefined {
  return noisy ? sigma as number : undefined;
}

/** What a dense layer of a config is made of. */
export function hiddenOptions({ width, normalization, ...noise }: KindOptions): HiddenOptions {
  return { width: width as number, normalized: normalization === "layer", sigma: sigmaOf(noise) };
}

const layers = new Kinds<LayerSpec | readonly LayerSpec[]>("layer", [
  {
    kind: "dense",
    options: ["width", "normalization", ...noiseOptions],
    create: (options) => hidden(hiddenOptions(options)),
  },
  {
    kind: "conv",
    options: ["channels", "size", "stride", "padding", "normalization"],
    create: ({ normalization, ...options }) => {
      const { channels, size, stride = 1, padding = "valid" } = options as Partial<ConvOptions>;
      const normalized = normalization === "layer";
      return hiddenConv({ channels: channels!, size: size!, stride, padding, normalized });
    },
  },
]);
const heads = new Kinds<Head>("head", [
  {
    kind: "value",
    options: ["dueling", ...noiseOptions],
    create({ dueling = false, ...noise }) {
      const sigma = sigmaOf(noise);
      if (sigma !== undefined) return noisyValueHead({ dueling: dueling as boolean, sigma });
      return dueling ? duelingHead : valueHead;
    },
  },
  {
    kind: "categorical",
    options: ["atoms", "vMin", "vMax", "dueling", ...noiseOptions],
    create: ({ noisy, ...options }) =>
      categoricalHead(
        { dueling: false, ...options, sigma: sigmaOf({ noisy, ...options }) } as CategoricalOptions,
      ),
  },
  {
    kind: "quantile",
    options: ["quantiles", "kappa", "dueling", ...noiseOptions],
    create: ({ noisy, ...options }) =>
      quantileHead({ dueling: false, ...options, sigma: sigmaOf({ noisy, ...options }) } as QuantileOptions),
  },
  {
    kind: "implicit",
    options: ["quantiles", "targetQuantiles", "actionQuantiles", "cosines", "kappa"],
    create: (options) => implicitHead(options as unknown as ImplicitHeadOptions),
  },
]);

/** Makes `kind.kind` known to `agent.hidden` of configs. @throws {UsageError} If it is taken. */
export function registerLayer(kind: LayerKind): void {
  layers.register(kind);
}

/** Makes `kind.kind` known to `agent.head` of configs. @throws {UsageError} If it is taken. */
export function registerHead(kind: HeadKind): void {
  heads.register(kind);
}

/** Names of the registered kinds of layers, in alphabetical order. */
export function layerKinds(): string[] {
  return layers.names;
}

/** Names of the registered kinds of heads, in alphabetical order. */
export function headKinds(): string[] {
  return heads.names;
}

/** The layers of an entry of `agent.hidden`. @throws {UsageError} When there is no such kind, or it refuses the options. */
export function makeLayers(config: { readonly kind: string } & KindOptions): readonly LayerSpec[] {
  return [layers.make(config)].flat();
}

/** The head of `agent.head`. @throws {UsageError} As {@linkcode makeLayer}. */
export function makeHead(config: { readonly kind: string } & KindOptions): Head {
  return heads.make(config);
}
