/**
 * Our files as TensorBoard and safetensors for Python read them. `deno task test:interop` runs this; `deno task test` does
 * not, as it needs Python and, the first time, the Python package index.
 */
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { loadCheckpoint } from "../../src/train/checkpoint.ts";
import { decodeSafetensors } from "../../src/format/safetensors.ts";
import { readEvents, scalarsOf } from "../format/tensorboard_reader.ts";
import { runPython } from "./python.ts";
import { corner, hyperParameters, type Trained, trainInto } from "./trained.ts";

type Series<T> = Record<string, [step: number, value: T][]>;

interface Histogram {
  min: number;
  max: number;
  count: number;
  sum: number;
  sumOfSquares: number;
  limits: number[];
  counts: number[];
}

/** What read_events.py prints. */
interface Events {
  scalars: Series<number>;
  histograms: Series<Histogram>;
  images: Series<{ size: number[]; decoded: number[]; corner: number[] }>;
  hparams: Record<string, Record<string, unknown>>;
}

/** What read_server.py prints, by run. */
interface Served {
  hparams: { hparams: Record<string, unknown>; status: string[]; metrics: Record<string, number> }[];
  scalars: Record<string, Series<number>>;
  histograms: Record<string, Series<[left: number, right: number, count: number][]>>;
  images: Record<string, Record<string, [step: number, width: number, height: number][]>>;
}

/** What read_safetensors.py prints. */
interface Tensors {
  tensors: Record<string, { dtype: string; shape: number[]; data: number[] }>;
  metadata: Record<string, string>;
}

let folder: string;
let trained: Trained;

Deno.test.beforeAll(async () => {
  folder = await Deno.makeTempDir({ prefix: "qernel-" });
  trained = await trainInto(folder);
});

Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

/** Numbers that the run logged, as 32-bit floats. */
function expectedScalars(): Series<number> {
  const expected: Series<number> = {};
  const add = (tag: string, step: number, value: number) =>
    (expected[tag] ??= []).push([step, Math.fround(value)]);
  for (const { step, values } of trained.metrics) {
    for (const [tag, value] of Object.entries(values)) add(tag, step, value);
  }
  for (const { episode, return: sum, length } of trained.episodes) {
    add("episode/Return", episode, sum);
    add("episode/Length", episode, length);
  }
  return expected;
}

/** Arrays whose histograms the run logged, by step. */
function expectedArrays(): Series<number[]> {
  const expected: Series<number[]> = {};
  for (const { step, state, q } of trained.evaluations) {
    for (const [name, { data }] of Object.entries({ ...state, qValues: { data: q } })) {
      (expected[name] ??= []).push([step, [...data]]);
    }
  }
  return expected;
}

Deno.test("EventAccumulator reads every scalar at its step", async () => {
  const { scalars: { "episode/Q-Error": errors, ...scalars } } = await runPython(
    "read_events.py",
    `${folder}/run`,
  ) as Events;
  assertEquals(scalars, expectedScalars());
  assert(scalars["interop/third"]!.length >= 3 && scalars["episode/Return"]!.length >= 5);
  const [name] = [...Deno.readDirSync(`${folder}/run`)].map((file) => file.name).filter((file) =>
    file.includes("tfevents")
  );
  const { events } = readEvents(await Deno.readFile(join(folder, "run", name!)));
  assertEquals(errors, scalarsOf(events, "episode/Q-Error"));
});

Deno.test("EventAccumulator reads the histograms of every parameter and of Q values", async () => {
  const { histograms } = await runPython("read_events.py", `${folder}/run`) as Events;
  const expected = expectedArrays();
  assertEquals(Object.keys(histograms).sort(), Object.keys(expected).sort());
  for (const [tag, series] of Object.entries(expected)) {
    assertEquals(histograms[tag]!.map(([step]) => step), series.map(([step]) => step), tag);
    for (const [i, [, values]] of series.entries()) {
      const { min, max, count, sum, sumOfSquares, limits, counts } = histograms[tag]![i]![1];
      assertEquals([min, max, count], [Math.min(...values), Math.max(...values), values.length], tag);
      assertEquals(sum, values.reduce((total, value) => total + value, 0), tag);
      assertEquals(sumOfSquares, values.reduce((total, value) => total + value * value, 0), tag);
      const upTo = (limit: number) => values.filter((value) => value < limit).length;
      const wanted = limits.map((limit, j) =>
        (j === limits.length - 1 ? count : upTo(limit)) - upTo(limits[j - 1] ?? min)
      );
      assertEquals(counts, wanted, tag);
    }
  }
});

Deno.test("EventAccumulator reads an image that Pillow decodes", async () => {
  const { images } = await runPython("read_events.py", `${folder}/run`) as Events;
  const last = trained.evaluations.at(-1)!.step;
  assertEquals(images, { finalPicture: [[last, { size: [3, 2], decoded: [3, 2], corner }]] });
});

Deno.test("TensorBoard's HParams plugin parses experiment, hyper-parameters and status", async () => {
  const { hparams } = await runPython("read_events.py", `${folder}/run`) as Events;
  const {
    "_hparams_/experiment": experiment,
    "_hparams_/session_start_info": start,
    "_hparams_/session_end_info": end,
  } = hparams;
  assertEquals(experiment?.["hparamInfos"], [
    { name: "environment.id", type: "DATA_TYPE_STRING" },
    { name: "agent.hidden", type: "DATA_TYPE_STRING" },
    { name: "agent.gamma", type: "DATA_TYPE_FLOAT64" },
    { name: "agent.double", type: "DATA_TYPE_BOOL" },
    { name: "seed", type: "DATA_TYPE_FLOAT64" },
    { name: "name", type: "DATA_TYPE_STRING" },
  ]);
  assertEquals(start?.["hparams"], hyperParameters);
  assertEquals(end?.["status"], "STATUS_SUCCESS");
  const failed = await runPython("read_events.py", `${folder}/failed`) as Events;
  assertEquals(failed.hparams["_hparams_/session_end_info"]?.["status"], "STATUS_FAILURE");
});

Deno.test("TensorBoard's server shows both runs on its pages", async () => {
  const { hparams, scalars, histograms, images } = await runPython("read_server.py", folder) as Served;
  const { "episode/Q-Error": errors, ...shown } = scalars["run"]!;
  const expected = expectedScalars();
  assertEquals(shown, expected);
  assert(errors!.length > 0);
  assertEquals(Object.keys(images), ["run"]);
  assertEquals(images["run"], { finalPicture: [[trained.evaluations.at(-1)!.step, 3, 2]] });
  const arrays = expectedArrays();
  assertEquals(Object.keys(histograms["run"]!).sort(), Object.keys(arrays).sort());
  for (const [tag, series] of Object.entries(arrays)) {
    for (const [i, [step, values]] of series.entries()) {
      const [shownStep, buckets] = histograms["run"]![tag]![i]!;
      assertEquals(shownStep, step);
      assertAlmostEquals(buckets[0]![0], Math.min(...values), 1e-6);
      assertAlmostEquals(buckets.at(-1)![1], Math.max(...values), 1e-6);
      assertEquals(buckets.reduce((sum, [, , count]) => sum + count, 0), values.length);
    }
  }
  const sessions = hparams.toSorted((a, b) => Number(a.hparams["seed"]) - Number(b.hparams["seed"]));
  assertEquals(sessions.map((session) => session.status), [["STATUS_SUCCESS"], ["STATUS_FAILURE"]]);
  assertEquals(sessions.map((session) => session.hparams), [hyperParameters, {
    ...hyperParameters,
    seed: 1,
  }]);
  assert("evaluationMean" in sessions[0]!.metrics);
  for (const [tag, value] of Object.entries(sessions[0]!.metrics)) {
    assertEquals(value, expected[tag]!.at(-1)![1], tag);
  }
});

Deno.test("safetensors for Python reads the tensors that Deno decodes", async () => {
  for (const name of ["best", "last"]) {
    const path = join(folder, "run", `${name}.safetensors`);
    const { tensors, metadata } = await runPython("read_safetensors.py", path) as Tensors;
    const decoded = await loadCheckpoint(path);
    const expected: Tensors["tensors"] = {};
    for (const [key, { shape, data }] of Object.entries(decoded.state)) {
      const dtype = data instanceof Float32Array ? "float32" : "uint32";
      expected[key] = { dtype, shape: [...shape], data: [...data] };
    }
    assertEquals(tensors, expected);
    const { checksum, ...texts } = metadata;
    assertMatch(checksum!, /^crc32c:[0-9a-f]{8}$/);
    assertEquals(texts, { ...decoded.metadata, format: "qernel", formatVersion: "1" });
    assertEquals(metadata["note"], "größer ✓");
    if (name === "last") assertEquals(Object.keys(tensors).sort(), Object.keys(trained.state).sort());
  }
});

Deno.test("safetensors for Python reads every file of a state, and numpy its numbers", async () => {
  const states = join(folder, "run", "state");
  const files = [...Deno.readDirSync(states)].map(({ name }) => name).filter((name) =>
    name.endsWith(".safetensors")
  );
  assert(files.length >= 4 && files.some((name) => name.includes("replay")), files.join());
  for (const file of files) {
    const { tensors } = await runPython("read_safetensors.py", join(states, file)) as Tensors;
    const decoded = decodeSafetensors(await Deno.readFile(join(states, file))).tensors;
    assertEquals(Object.keys(tensors).sort(), Object.keys(decoded).sort());
    for (const [name, { shape, data }] of Object.entries(decoded)) {
      assertEquals([tensors[name]!.shape, tensors[name]!.data], [[...shape], Array.from(data, Number)], name);
    }
  }
});
