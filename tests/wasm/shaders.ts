/** Every file of shaders/ joined with what it needs, in each of its forms, as the host files join them. @module */

const read = (name: string) => Deno.readTextFileSync(new URL(`../../shaders/${name}.wgsl`, import.meta.url));

/** A text that WebGPU gets. */
export interface JoinedShader {
  /** Of its files. */
  readonly name: string;
  /** Joined. */
  readonly text: string;
}

/** Each with the files that it calls. */
const environments = [
  ...["acrobot", "cartpole", "gridworld", "mountain_car"].map((name) => [`env_${name}`]),
  ...["asterix", "breakout", "freeway", "space_invaders"].map((game) => [`env_${game}`, "minatar"]),
  ["env_seaquest", "env_seaquest_swimmers", "minatar"],
];
const beside = ["environment", "random"];

const legality = ["legal_all", "legal_masked"];
const seen = ["seen_plain", "seen_normalized"];
const choice = ["greedy", "head_value"];
/** What is learned from a row, and the head's files. */
const heads = [
  ["value", "td_error", "head_value"],
  ["return", "td_error", "head_value"],
  ["munchausen", "td_error", "head_value"],
  ["value", "td_error", "head_dueling", "entries_dueling"],
  ...["single", "dueling"].flatMap((entries) =>
    [["categorical"], ["quantile", "quantiles_fixed"]].map((
      [kind, ...rest],
    ) => [kind!, ...rest, `head_${kind}`, `entries_${entries}`])
  ),
  ["quantile", "quantiles_drawn", "fractions", "sine", "random", "head_value"],
];

/** What the host writes of the layers of a network. */
const actLayer = `fn act_layer(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {
  if (layer.kind == 0u) { act_dense(layer, first, places, lane); }
  if (layer.kind == 1u) { act_streams(layer, first, places, lane); }
  if (layer.kind == 2u) { act_noise(layer, first, places, lane); }
  if (layer.kind == 3u) { act_noisy(layer, first, places, lane); }
  if (layer.kind == 4u) { act_noisy_streams(layer, first, places, lane); }
  if (layer.kind == 5u) { act_normalize(layer, first, places, lane); }
  if (layer.kind == 6u) { act_scale(layer, first, places, lane); }
  if (layer.kind == 7u) { act_conv(layer, first, places, lane); }
}
`;
const envLegal = "fn env_legal(state: State, action: u32) -> bool { return action == 0u; }\n";
const numbers = "const SHOWS_BITS = false;\nfn env_bits(state: State, i: u32) -> u32 { return 0u; }\n";
const bits =
  "const SHOWS_BITS = true;\nfn env_observe(state: State, i: u32) -> f32 { return f32(env_bits(state, i)); }\n";
const acts = [
  "dense_act",
  "streams_act",
  "noisy_act",
  "noisy_streams_act",
  "noise",
  "sine",
  "normalize_act",
  "conv_act",
];

interface Form {
  readonly files: readonly string[];
  readonly generated?: string;
  readonly constants?: Readonly<Record<string, number>>;
}

const forms: Form[] = [
  { files: ["clock", "member"] },
  ...[[1, 1], [1, 2], [4, 4]].map(([ROWS, COLUMNS]) => ({
    files: ["conv", "tile", "layout"],
    constants: { ROWS: ROWS!, COLUMNS: COLUMNS!, GRID: 32768 },
  })),
  { files: ["gradient", "member"] },
  { files: ["implicit", "member", "relu", "fractions", "sine", "random"] },
  { files: ["normalize"] },
  { files: ["scale"] },
  { files: ["noisy", "noise", "sine", "member", "random"] },
  { files: ["noisy_forward", "noise", "sine", "member", "random", "layout"] },
  { files: ["optimizer", "member", "target_rule"] },
  { files: ["parameters", "random", "member", "layout"] },
  ...legality.map((legal) => ({
    files: ["policy", "member", "random", "layout", legal, "legal_random", ...choice],
    constants: { ACTIONS: 3 },
  })),
  ...seen.map((how) => ({ files: ["lambda_returns", "member", how] })),
  { files: ["moments", "member", "layout", "sum", "seen_normalized"] },
  { files: ["priorities", "member", "random"] },
  ...seen.map((how) => ({ files: ["replay", "member", "random", "layout", how] })),
  { files: ["target", "member", "target_rule"] },
  { files: ["transpose"], constants: { BLOCKS: 16 } },
  ...legality.flatMap((legal) =>
    heads.map(([rule, ...head]) => ({
      files: ["td", `td_${rule}`, "member", "layout", legal, "greedy", ...head],
      constants: { ACTIONS: 3, ENTRIES: 5, QUANTILES: 5, TARGETS: 6 },
    }))
  ),
  ...["operands_storage", "operands_uniform"].flatMap((operands) =>
    [[1, 1], [2, 2], [4, 4], [8, 2]].map(([ROWS, COLUMNS]) => ({
      files: ["dense", operands, "tile", "relu"],
      constants: { ROWS: ROWS!, COLUMNS: COLUMNS! },
    }))
  ),
  ...environments.flatMap((environment) => playing(environment, "legal_all")),
  ...playing(["env_gridworld"], "legal_state"),
];

/** What plays in an environment, whose actions are legal as a file says. */
function playing(environment: readonly string[], legal: string): Form[] {
  const files = [legal, "legal_random", ...environment, ...beside];
  const generated = envLegal + (environment.includes("minatar") ? bits : numbers);
  return [
    { files: ["probe", ...files], generated, constants: { ACTIONS: 3 } },
    ...["parameters_storage", "parameters_uniform"].map((parameters, i) => ({
      files: ["rollout", "episode", parameters, ...acts, ...choice, ...files, "member", "sum", seen[i]!],
      generated: actLayer + generated,
      constants: { WIDTH: 32, TOGETHER: 4, CHANNEL_FOURS: 2, OBSERVATIONS: 6, ACTIONS: 3, GRID: 32768 },
    })),
  ];
}

/** All of them. */
export const joinedShaders: readonly JoinedShader[] = forms.map(
  ({ files, generated = "", constants = {} }) => {
    const appended = Object.entries(constants).map(([name, value]) => `const ${name} = ${value}u;\n`);
    return {
      name: [...files, ...Object.entries(constants).flat()].join(" "),
      text: [...files.map(read), generated, appended.join("")].join("\n"),
    };
  },
);
