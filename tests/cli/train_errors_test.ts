import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { filesUnder, task, tiny, withFolder } from "./task.ts";

interface Case {
  readonly name: string;
  /** `DIR` stands for a new folder that holds a file `full/file`. */
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  readonly permissions?: string[];
  /** What the message holds. */
  readonly says: readonly string[];
}

const set = (...values: string[]) => [tiny, ...values.flatMap((value) => ["--set", value])];

const cases: readonly Case[] = [
  {
    name: "an unknown preset",
    args: ["cartpol"],
    says: ['Cannot find preset "cartpol", wanted one of cartpole, ', 'did you mean "cartpole"?'],
  },
  {
    name: "an unknown option",
    args: ["--sead", "3"],
    says: ["Unknown option --sead", 'did you mean "--seed"?'],
  },
  { name: "an option without its value", args: ["--out"], says: ["Option --out has no value, wanted DIR"] },
  {
    name: "a seed that is none",
    args: ["--seed", "1.5"],
    says: ['Option --seed is "1.5", wanted an integer from 0 to 4294967295'],
  },
  {
    name: "a preset beside a config",
    args: ["cartpole", "--config", "td-cartpole"],
    says: ["Found preset cartpole and --config td-cartpole, wanted one of them"],
  },
  { name: "two presets", args: ["a", "b"], says: ["Found arguments a b, wanted deno task train [PRESET]"] },
  {
    name: "values that are wrong",
    args: set("agent.gamma=1.5", "agent.double=maybe"),
    says: [
      "agent.gamma: 1.5, wanted a number from 0 to 1\n",
      'agent.double: "maybe", wanted true or false\n',
    ],
  },
  {
    name: "keys that are wrong",
    args: set("agent.gama=0.9", "budgt.steps=1"),
    says: ['agent.gama: unknown key; did you mean "gamma"?', 'did you mean "budget"?'],
  },
  {
    name: "an unknown environment",
    args: set("environment.id=CartPole-v2"),
    says: ['Cannot make environment: id is "CartPole-v2", wanted one of ', 'did you mean "CartPole-v1"?'],
  },
  {
    name: "an unknown option of the environment",
    args: set("environment.options.gravity=1"),
    says: ['Cannot make environment "CartPole-v1": option is "gravity", wanted one of maxEpisodeSteps'],
  },
  {
    name: "a key that keeps it off the device",
    args: set("loop=device", "agent.train.unit=episode"),
    says: ['Cannot run CartPole-v1 with loop "device": agent.train.unit is "episode", wanted "step"'],
  },
  {
    name: "a metric that no run logs",
    args: set("earlyStopping.monitor=evaluationmean"),
    says: ['earlyStopping.monitor: "evaluationmean", wanted one of ', 'did you mean "evaluationMean"?'],
  },
  {
    name: "patience without an evaluation",
    args: set("earlyStopping.patience=2", "evaluation.every=5000"),
    says: ["earlyStopping.patience: 2, wanted evaluations to count in the course of the run"],
  },
  {
    name: "a discretization with one bin",
    args: set('environment.wrappers=[{"kind":"discretize","bins":[4,4,1,4]}]'),
    says: ["environment.wrappers[0].bins[2]: 1, wanted an integer from 2 to 65536"],
  },
  {
    name: "discrete observations for DQN",
    args: set("environment.id=Taxi-v4"),
    says: [
      "Cannot give Taxi-v4 to a DQN agent: its observations are Discrete(500), wanted a Box",
      'Add { "kind": "one-hot" } to environment.wrappers',
    ],
  },
  {
    name: "a convolution of numbers",
    args: set('agent.hidden=[{"kind":"conv","channels":4,"size":3}]'),
    says: ['Cannot make a layer of kind "conv": its input is of shape [4], wanted [channels, rows, columns]'],
  },
  {
    name: "a kernel larger than its board",
    args: set("environment.id=MinAtar/Breakout", 'agent.hidden=[{"kind":"conv","channels":4,"size":11}]'),
    says: ['Cannot make a layer of kind "conv": size is 11, wanted at most 10, as its board is 10 x 10'],
  },
  {
    name: "noise of a convolution",
    args: set('agent.hidden=[{"kind":"conv","channels":4,"size":3,"noisy":true}]'),
    says: [
      'agent.hidden[0].noisy: unknown key for kind "conv", wanted channels, size, stride, padding, normalization',
    ],
  },
  {
    name: "a picture made larger",
    args: set(
      "environment.id=MinAtar/Breakout",
      'environment.wrappers=[{"kind":"resize-observation","shape":[84,84]}]',
    ),
    says: [
      "Cannot resize observations: shape is [84, 84], wanted integers from 1 to those of the picture, [10, 10]",
    ],
  },
  {
    name: "an environment of Python without leave to start that",
    args: set("environment.id=gymnasium:CartPole-v1"),
    permissions: ["--no-prompt", "--allow-read", "--allow-write"],
    says: [
      'Cannot make environment "gymnasium:CartPole-v1": a permission is missing that it needs, wanted --allow-run=python3, ' +
      "or deno task train:gymnasium",
    ],
  },
  {
    name: "a Python that is none",
    args: set("environment.id=gymnasium:CartPole-v1"),
    env: { QERNEL_PYTHON: "false" },
    permissions: ["--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-run"],
    says: [
      'Cannot make environment "gymnasium:CartPole-v1": false runs no such program, wanted Python 3.10 or newer with ' +
      "Gymnasium (pip install gymnasium)",
    ],
  },
  {
    name: "a map with no path",
    args: set("environment.id=FrozenLake-v1", 'environment.options.map=["SH","HG"]'),
    says: ["map"],
  },
  {
    name: "an evaluation of another kind",
    args: [
      "frozen-lake",
      ...["--set", 'evaluation.environment.options={"map":["SFF","FFF","FFG"]}'],
    ],
    says: [
      "Cannot evaluate on FrozenLake-v1 as evaluation.environment says: observations are Discrete(9), wanted " +
      "Discrete(16) as in training",
    ],
  },
  {
    name: "layers that do not fit",
    args: set("agent.hidden=[65536,65536]"),
    says: [
      "Cannot allocate parameters [1, 2, 4296015936]: it needs 34,368,127,488 bytes, the adapter allows ",
    ],
  },
  {
    name: "a replay memory that does not fit",
    args: set("agent.replay.capacity=4000000000"),
    says: ["Cannot allocate replay [1, 4000000000, 12]: it needs 192,000,000,000 bytes, the adapter allows "],
  },
  {
    name: "no adapter",
    args: [tiny, "--device", "webgpu"],
    env: { DENO_WEBGPU_BACKEND: "vulkan", VK_ICD_FILENAMES: "/nowhere", VK_DRIVER_FILES: "/nowhere" },
    says: ["Cannot open a WebGPU device: no adapter answered", "Run `sh setup.sh --tests`"],
  },
  {
    name: "a device that there is not",
    args: [tiny, "--device", "gpu"],
    says: ['Option --device is "gpu", wanted one of auto, webgpu, wasm; did you mean "webgpu"?'],
  },
  {
    name: "no permission at all",
    args: ["cartpole"],
    permissions: ["--no-prompt"],
    says: ["error: Requires read access to ", "run again with the --allow-read flag\n"],
  },
  {
    name: "charts without a permission that they need",
    args: set("log.pictures=true"),
    permissions: ["--no-prompt", "--allow-read", "--allow-write"],
    says: ["Cannot draw what came out: a permission is missing that it needs, wanted --allow-env=NODE_ENV\n"],
  },
  {
    name: "an animation without a permission that it needs",
    args: set("log.animation=true"),
    permissions: [
      "--no-prompt",
      `--allow-read=${fromFileUrl(new URL("../..", import.meta.url))}`,
      "--allow-write",
    ],
    says: ["Cannot draw what came out: a permission is missing that it needs, wanted --allow-read=/"],
  },
  {
    name: "a folder that holds something",
    args: [tiny, "--out", "DIR/full"],
    says: ["Cannot write the run to ", "/full: it is not empty, wanted a new or empty folder"],
  },
  {
    name: "a folder that is a file",
    args: [tiny, "--out", "DIR/full/file"],
    says: ["Cannot write to ", "/full/file: File exists"],
  },
  {
    name: "a folder that cannot be made",
    args: [tiny, "--out", "DIR/full/file/run"],
    says: ["Cannot write to ", "/full/file/run: Not a directory"],
  },
];

for (const { name, args, env, permissions, says } of cases) {
  Deno.test({
    name: `train refuses ${name} with code 2, a message and nothing written`,
    ignore: env !== undefined && Deno.build.os !== "linux",
    async fn() {
      await withFolder(async (folder) => {
        await Deno.mkdir(`${folder}/full`);
        await Deno.writeTextFile(`${folder}/full/file`, "");
        const given = args.map((arg) => arg.replace("DIR", folder));
        const out = given.includes("--out") ? [] : ["--out", `${folder}/new`];
        const { code, stdout, stderr } = await task("train", [...out, ...given], {
          env: env ?? {},
          ...permissions ? { permissions } : {},
        });
        assertEquals([code, stdout], [2, ""], stderr);
        assert(stderr.startsWith("error: "), stderr);
        for (const part of says) assertStringIncludes(stderr, part);
        assert(!stderr.includes("    at "), stderr);
        assertEquals(filesUnder(folder), ["full/file"]);
        assertEquals([...Deno.readDirSync(folder)].length, 1);
      });
    },
  });
}
