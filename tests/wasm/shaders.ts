/** Every file of shaders/ joined with what it needs, in each of its forms, as the host files join them. @module */

const read = (name: string) => Deno.readTextFileSync(new URL(`../../shaders/${name}.wgsl`, import.meta.url));

/** A text that WebGPU gets. */
export interface JoinedShader {
  /** Of its files. */
  readonly name: string;
  /** Joined. */
  readonly text: string;
}

const environments = ["acrobot", "cartpole", "gridworld", "mountain_car"].map((name) => `env_${name}`);
const beside = ["environment", "random"];

const legality = ["legal_all", "legal_masked"];
const choice = ["greedy", "head_value"];

/** What the host writes of the layers of a network. */
const actLayer = `fn act_layer(layer: ActingLayer, first: u32, places: vec2u, lane: u32) {
  act_dense(layer, first, places, lane);
}
`;

interface Form {
  readonly files: readonly string[];
  readonly generated?: string;
  readonly constants?: Readonly<Record<string, number>>;
}

const forms: Form[] = [
  { files: ["clock", "member"] },
  { files: ["gradient", "member"] },
  { files: ["optimizer", "member", "target_rule"] },
  { files: ["parameters", "random", "member", "layout"] },
  ...legality.map((legal) => ({
    files: ["policy", "member", "random", "layout", legal, ...choice],
    constants: { ACTIONS: 3 },
  })),
  { files: ["replay", "member", "random", "layout"] },
  { files: ["target", "member", "target_rule"] },
  ...legality.map((legal) => ({
    files: ["td_value", "member", "layout", legal, ...choice],
    constants: { ACTIONS: 3 },
  })),
  ...["operands_storage", "operands_uniform"].flatMap((operands) =>
    [[1, 1], [2, 2], [4, 4], [8, 2]].map(([ROWS, COLUMNS]) => ({
      files: ["dense", operands, "tile", "layout"],
      constants: { ROWS: ROWS!, COLUMNS: COLUMNS! },
    }))
  ),
  ...environments.flatMap((environment) => [
    { files: ["probe", environment, ...beside] },
    ...["parameters_storage", "parameters_uniform"].map((parameters) => ({
      files: ["rollout", parameters, "dense_act", "legal_all", ...choice, environment, ...beside, "member"],
      generated: actLayer,
      constants: { WIDTH: 32, TOGETHER: 4, OBSERVATIONS: 6, ACTIONS: 3, GRID: 32768 },
    })),
  ]),
];

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
