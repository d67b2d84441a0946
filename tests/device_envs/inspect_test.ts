import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { TrainingError, UsageError } from "../../src/core/errors.ts";
import type { DeviceEnvironmentSpec } from "../../src/device_envs/device_environment.ts";
import { inspectDeviceEnvironment } from "../../src/device_envs/inspect.ts";
import { deviceEnvironmentSpec } from "../../src/device_envs/device_registry.ts";
import { Gpu } from "../../src/gpu/device.ts";
import { withGpu } from "../gpu/with_gpu.ts";

/** A counter; tests replace its lines. */
const counter = `struct State { count: u32, drawn: f32 }

fn env_reset(stream: Stream) -> State {
  return State(0u, stream_uniform(stream, 0u));
}

fn env_step(state: State, action: u32) -> Step {
  let next = State(state.count + action, state.drawn);
  return Step(next, 1.0, next.count > 20u);
}

fn env_observe(state: State, i: u32) -> f32 {
  return select(state.drawn, f32(state.count), i == 0u);
}
`;

/** The counter with `line`, in place of the only line that holds `old`. */
function counterWith(old: string, line: string): DeviceEnvironmentSpec {
  assertEquals(counter.split(old).length, 2, old);
  return specOf(counter.replace(old, line));
}

function specOf(text: string): DeviceEnvironmentSpec {
  return { id: "Counter-v0", file: { name: "counter.wgsl", text }, observations: 2, actions: 3 };
}

/** What is wrong with `spec`: the message of the UsageError. */
async function faultOf(gpu: Gpu, spec: DeviceEnvironmentSpec): Promise<string> {
  const error = await assertRejects(() => inspectDeviceEnvironment(gpu, spec), UsageError);
  return error.message;
}

Deno.test("inspectDeviceEnvironment() measures the bytes of a State", () =>
  withGpu(async (gpu) => {
    const bytes = async (fields: string) => {
      const spec = specOf(
        counter.replace("count: u32, drawn: f32 }", `count: u32, drawn: f32, ${fields} }`)
          .replace("return State(0u, stream_uniform(stream, 0u));", "return State();")
          .replace("let next = State(state.count + action, state.drawn);", "let next = state;"),
      );
      return (await inspectDeviceEnvironment(gpu, spec)).stateBytes;
    };
    assertEquals(await bytes(""), 8);
    assertEquals(await bytes("more: u32"), 12);
    assertEquals(await bytes("place: vec3f"), 32); // Aligned to 16 bytes.
    assertEquals(await bytes("cells: array<u32, 99>"), 404);
    assertEquals(await bytes("cells: array<u32, 126>"), 512);
  }));

Deno.test("inspectDeviceEnvironment() passes the built-in environments and looks once at each use", () =>
  withGpu(async (gpu) => {
    const inspect = (id: string, options = {}) =>
      inspectDeviceEnvironment(gpu, deviceEnvironmentSpec(id)!, { options });
    assertEquals(await inspect("CartPole-v1"), { stateBytes: 16 });
    assertEquals(await inspect("Acrobot-v1"), { stateBytes: 16 });
    assertEquals(await inspect("MountainCar-v0"), { stateBytes: 8 });
    for (const options of [{}, { mode: "player" }, { mode: "random", noise: 0.1 }]) {
      assertEquals(await inspect("Gridworld-v0", options), { stateBytes: 28 });
    }
    const submits = gpu.submits;
    assertStrictEquals(await inspect("CartPole-v1"), await inspect("CartPole-v1"));
    assertEquals(gpu.submits, submits);
    await inspect("Gridworld-v0", { mode: "random" });
    assert(gpu.submits > submits, "other options are looked at");
  }));

Deno.test("inspectDeviceEnvironment() frees what it allocates", () =>
  withGpu(async (gpu) => {
    await inspectDeviceEnvironment(gpu, specOf(counter));
    const { bytes, buffers } = gpu; // Of reads, which are kept.
    await inspectDeviceEnvironment(gpu, specOf(`${counter}// Another text.`));
    assertEquals([gpu.bytes, gpu.buffers], [bytes, buffers]);
    assert(bytes < 100_000, `${bytes} bytes`);
  }));

Deno.test("inspectDeviceEnvironment() shows the author's own lines when the text does not compile", () =>
  withGpu(async (gpu) => {
    const missing = await faultOf(gpu, counterWith("  let next = State(", "  let next = Stage("));
    assert(
      /^Cannot use environment "Counter-v0": it does not compile\ncounter\.wgsl:8: .*Stage/.test(missing),
      missing,
    );
    assert(missing.includes("\n    let next = Stage(state.count + action, state.drawn);"), missing);
    const internals = await faultOf(gpu, counterWith("f32(state.count)", "f32(faults[0].step)"));
    assert(/\ncounter\.wgsl:13: .*faults/.test(internals), internals);
    const helper = {
      ...specOf(counter),
      modules: [{ name: "own.wgsl", text: "\nfn own() -> u32 { return 1.5; }" }],
    };
    const inModule = await faultOf(gpu, helper);
    assert(/\nown\.wgsl:2: /.test(inModule), inModule);
  }));

Deno.test("inspectDeviceEnvironment() holds the functions to their types", () =>
  withGpu(async (gpu) => {
    const seen = await faultOf(
      gpu,
      specOf(
        counter.replace("i: u32) -> f32", "i: u32) -> u32").replace(
          "select(state.drawn, f32(state.count),",
          "select(7u, state.count,",
        ),
      ),
    );
    assert(seen.startsWith('Cannot use environment "Counter-v0": it does not compile\n'), seen);
    assert(seen.endsWith("// fn env_observe(state: State, i: u32) -> f32"), seen);
    const stored = await faultOf(
      gpu,
      specOf(
        counter.replace("drawn: f32 }", "drawn: f32, done: bool }").replaceAll(
          /(State\(.*)\);\n/g,
          "$1, true);\n",
        ),
      ),
    );
    const wanted =
      'Cannot use environment "Counter-v0": its State cannot be kept in a buffer, wanted 32-bit numbers, vectors and arrays of them\n';
    assert(stored.startsWith(wanted), stored);
  }));

Deno.test("inspectDeviceEnvironment() refuses a large State before a driver spends minutes on what uses it", () =>
  withGpu(async (gpu) => {
    const cases = [[127, 516], [1022, 4096], [5000, "more than 4096"]];
    // Compilers may refuse what is larger still, and ours does.
    if (gpu.kind !== "wasm") cases.push([250_000, "more than 4096"], [1e7, "more than 4096"]);
    for (const [cells, found] of cases) {
      const text = counter.replace("drawn: f32 }", `drawn: f32, cells: array<f32, ${cells}> }`)
        .replace("State(0u, stream_uniform(stream, 0u))", "State()")
        .replace(
          "let next = State(state.count + action, state.drawn);",
          "var next = state; next.cells[action] += 1.0;",
        )
        .replace("state.drawn,", "state.cells[state.count % 2u],");
      assertEquals(
        await faultOf(gpu, specOf(text)),
        `Cannot use environment "Counter-v0": its State takes ${found} bytes, wanted at most 512`,
      );
    }
  }));

Deno.test("inspectDeviceEnvironment() refuses more observations and actions than a layer has room for", () =>
  withGpu(async (gpu) => {
    for (const name of ["observations", "actions"]) {
      assertEquals(
        await faultOf(gpu, { ...specOf(counter), [name]: 1e9 }),
        `Cannot use environment "Counter-v0": ${name} is 1000000000, wanted an integer from 1 to 2044`,
      );
    }
  }));

Deno.test("inspectDeviceEnvironment() refuses a text that would overflow the compiler's stack", () =>
  withGpu(async (gpu) => {
    const many = (text: string, count = 20_000) => text.repeat(count);
    const run = "has more than 500 tokens without one of , ; { }, wanted fewer";
    const deep = "nests more than 127 brackets, wanted fewer";
    const cases: [string, string][] = [
      [`let x = ${many("(")}1.0${many(")")};`, deep],
      [`let x = ${many("max(1.0, ")}1.0${many(")")};`, deep],
      [`var a = array<u32, 2>(); let x = ${many("a[")}0u${many("]")};`, deep],
      [`${many("{")}${many("}")}`, deep],
      [`let x = ${many("-")}1.0;`, run],
      [`let x = 1.0${many(" + 1.0")};`, run],
      [`var a: ${many("array<")}u32${many(", 1>")};`, run],
      [`var y = true; if (y) {}${many(" else if (y) {}")}`, 'has more than 500 "else if", wanted fewer'],
    ];
    for (const [line, fault] of cases) {
      assertEquals(
        await faultOf(gpu, counterWith("  let next = State(", `  ${line} let next = State(`)),
        `Cannot use environment "Counter-v0": counter.wgsl:8 ${fault}`,
      );
      const modules = [{ name: "own.wgsl", text: `\nfn own() { ${line} }` }];
      assertEquals(
        await faultOf(gpu, { ...specOf(counter), modules }),
        `Cannot use environment "Counter-v0": own.wgsl:2 ${fault}`,
      );
    }
    const table = `const TABLE = array(${many("1.0, ", 3000)}1.0);`;
    const nested = `fn nested() -> f32 { return ${many("(", 100)}1.0${many(")", 100)}; } // ${many("((((")}`;
    await inspectDeviceEnvironment(gpu, specOf(`${table}\n${nested}\n${counter}`));
  }));

Deno.test("inspectDeviceEnvironment() refuses a text of megabytes, and one whose tokens are none", () =>
  withGpu(async (gpu) => {
    assertEquals(
      await faultOf(gpu, specOf(counter.padEnd(2 ** 20 + 1, "\n"))),
      'Cannot use environment "Counter-v0": counter.wgsl has 1,048,577 characters, wanted at most 1,048,576',
    );
    assertEquals(
      await faultOf(gpu, specOf(`${counter}\n/* no end`)),
      'Cannot use environment "Counter-v0": it does not compile\ncounter.wgsl:16: this comment has no `*/`',
    );
  }));

Deno.test("inspectDeviceEnvironment() names what an environment does not declare", () =>
  withGpu(async (gpu) => {
    const cases = [
      ["struct State", "struct Status", "struct State, wanted struct State { ... }"],
      ["fn env_reset", "fn reset", "fn env_reset, wanted fn env_reset(stream: Stream) -> State"],
      ["fn env_step", "fn step_", "fn env_step, wanted fn env_step(state: State, action: u32) -> Step"],
      [
        "fn env_observe",
        "// fn env_observe",
        "fn env_observe, wanted fn env_observe(state: State, i: u32) -> f32",
      ],
    ] as const;
    for (const [old, line, missing] of cases) {
      assertEquals(
        await faultOf(gpu, counterWith(old, line)),
        `Cannot use environment "Counter-v0": counter.wgsl has no ${missing}`,
      );
    }
  }));

Deno.test("inspectDeviceEnvironment() refuses an environment that reaches outside its State", () =>
  withGpu(async (gpu) => {
    const lines = [
      "@group(0) @binding(0) var<storage, read_write> log: array<f32>;",
      "var<private> kept: f32;",
      "var<workgroup> shared_sum: f32;",
      "@compute @workgroup_size(1) fn main() {}",
    ];
    for (const line of lines) {
      const found = await faultOf(gpu, specOf(`// var<private> in a comment is none\n${counter}${line}\n`));
      assertEquals(
        found,
        `Cannot use environment "Counter-v0": counter.wgsl:16 reaches outside its State: ${line}, ` +
          "wanted no bindings, entry points or variables outside functions",
      );
    }
    const modules = [{ name: "own.wgsl", text: `\n${lines[1]}` }];
    const found = await faultOf(gpu, { ...specOf(counter), modules });
    assert(found.includes(": own.wgsl:2 reaches outside its State: var<private> kept: f32;, "), found);
  }));

Deno.test("inspectDeviceEnvironment() refuses names of the kernels beside it", () =>
  withGpu(async (gpu) => {
    const beside = [{ name: "rollout.wgsl", text: "struct Slot { steps: u32 }\nfn advance() {}" }];
    await inspectDeviceEnvironment(gpu, specOf(counter), { beside });
    const spec = specOf(`${counter}fn advance() -> u32 { return 1u; }`);
    await inspectDeviceEnvironment(gpu, spec);
    await assertRejects(
      () => inspectDeviceEnvironment(gpu, spec, { beside }),
      UsageError,
      'Cannot use environment "Counter-v0": counter.wgsl:15 declares advance, wanted another name: rollout.wgsl has that one',
    );
  }));

Deno.test("inspectDeviceEnvironment() refuses names of its own kernel", () =>
  withGpu(async (gpu) => {
    assertEquals(
      await faultOf(gpu, specOf(`${counter}struct Params { wind: f32 }`)),
      'Cannot use environment "Counter-v0": counter.wgsl:15 declares Params, wanted another name: probe.wgsl has that one',
    );
  }));

Deno.test("inspectDeviceEnvironment() tells the first number that is not finite", () =>
  withGpu(async (gpu) => {
    assertEquals(
      await faultOf(
        gpu,
        counterWith("f32(state.count)", "f32(state.count) + 1e30 * (1e20 * (state.drawn + 1.0))"),
      ),
      'Cannot use environment "Counter-v0": observation 0 is Infinity after a reset, wanted finite numbers',
    );
    const nan = await faultOf(
      gpu,
      counterWith("select(state.drawn,", "select(sqrt(state.drawn + 2.5 - f32(state.count)),"),
    );
    assert(
      /^Cannot use environment "Counter-v0": observation 1 is NaN after action 2 at step 2, wanted finite numbers$/
        .test(nan),
      nan,
    );
    const reward = await faultOf(
      gpu,
      counterWith("Step(next, 1.0,", "Step(next, -1.0 / f32(state.count != 1u || action != 1u),"),
    );
    assertEquals(
      reward,
      'Cannot use environment "Counter-v0": the reward is -Infinity after action 1 at step 2, wanted finite numbers',
    );
  }));

Deno.test("inspectDeviceEnvironment() plays no further than the time limit", () =>
  withGpu(async (gpu) => {
    const fading = counterWith("f32(state.count)", "1.0 / (100.0 - f32(state.count))");
    const endless = {
      ...fading,
      file: { ...fading.file, text: fading.file.text.replace("20u", "1000u") },
      actions: 2,
    };
    const text = endless.file.text.replace("state.count + action", "state.count + 1u");
    const spec = { ...endless, file: { name: "fading.wgsl", text } };
    assertEquals(await inspectDeviceEnvironment(gpu, { ...spec, maxEpisodeSteps: 99 }), { stateBytes: 8 });
    const found = await faultOf(gpu, { ...spec, maxEpisodeSteps: 100 });
    assert(/observation 0 is Infinity after action [01] at step 100, /.test(found), found);
  }));

/** What is said of loops in a step, the last of them the one to blame. */
async function messageOfLoops(...loops: string[]): Promise<string> {
  const gpu = await Gpu.open({ device: "wasm" });
  const lines = ["  var last = 1u;", ...loops, "}".repeat(loops.length - 1)].join("\n");
  const spec = counterWith("  return Step(next", `${lines}\n  return Step(next`);
  const { message } = await assertRejects(() => inspectDeviceEnvironment(gpu, spec), TrainingError);
  gpu.close();
  return message;
}

Deno.test("inspectDeviceEnvironment() tells loops that take too long by their own line, on the WebAssembly device", async () => {
  const message =
    "Cannot run probe.wgsl:play: its loops took 268,435,456 turns in one invocation, the last of them here, " +
    "wanted fewer\n";
  const loop = "while (next.count < 100u) { last += 2u; }";
  assertEquals(await messageOfLoops(loop), `${message}counter.wgsl:10: ${loop}`);
  const counted = ["i", "j", "k"].map((name) => `for (var ${name} = 0u; ${name} < 1000000u; ${name}++) {`);
  counted[2] += " last += i ^ j ^ k; }";
  assertEquals(await messageOfLoops(...counted), `${message}counter.wgsl:12: ${counted[2]}`);
});

Deno.test("Gpu.ready() still answers after an inspection that failed", () =>
  withGpu(async (gpu) => {
    await faultOf(gpu, counterWith("  let next = State(", "  let next = Stage("));
    await gpu.ready();
  }));

Deno.test("DeviceEnvironmentSpec's documentation holds an environment that works", () =>
  withGpu(async (gpu) => {
    const source = Deno.readTextFileSync(
      `${import.meta.dirname}/../../src/device_envs/device_environment.ts`,
    );
    const example = / \* ```ts\n([\s\S]*?) \* ```\n/.exec(source)![1]!.replaceAll(/^ \* ?/gm, "");
    let spec: DeviceEnvironmentSpec | undefined;
    new Function("registerDeviceEnvironment", example)((given: DeviceEnvironmentSpec) => spec = given);
    assertEquals(spec!.id, "Catch-v0");
    assertEquals(await inspectDeviceEnvironment(gpu, spec!, { options: { wind: 0.5 } }), { stateBytes: 32 });
  }));
