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

interface Form {
  readonly files: readonly string[];
  readonly constants?: Readonly<Record<string, number>>;
}

const forms: Form[] = [
  { files: ["clock", "member"] },
  { files: ["gradient", "member"] },
  { files: ["optimizer", "member"] },
  { files: ["parameters", "random", "member", "layout"] },
  { files: ["policy", "member", "random", "layout"] },
  { files: ["replay", "member", "random", "layout"] },
  { files: ["target", "member"] },
  { files: ["td", "member", "layout"] },
  ...["operands_storage", "operands_uniform"].flatMap((operands) =>
    [[1, 1], [2, 2], [4, 4], [8, 2]].map(([ROWS, COLUMNS]) => ({
      files: ["dense", operands, "layout"],
      constants: { ROWS: ROWS!, COLUMNS: COLUMNS! },
    }))
  ),
  ...environments.flatMap((environment) => [
    { files: ["probe", environment, ...beside] },
    ...["parameters_storage", "parameters_uniform"].map((parameters) => ({
      files: ["rollout", parameters, environment, ...beside, "member"],
      constants: { WIDTH: 32, TOGETHER: 4, OBSERVATIONS: 6, ACTIONS: 3, GRID: 32768 },
    })),
  ]),
];

/** All of them. */
export const joinedShaders: readonly JoinedShader[] = forms.map(({ files, constants = {} }) => {
  const appended = Object.entries(constants).map(([name, value]) => `const ${name} = ${value}u;\n`);
  return {
    name: [...files, ...Object.entries(constants).flat()].join(" "),
    text: [...files.map(read), appended.join("")].join("\n"),
  };
});
