import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { TabularAgent } from "../../src/agents/tabular.ts";
import { TrainingError } from "../../src/core/errors.ts";
import { interrupted, type TrainEvent } from "../../src/core/events.ts";
import { TensorBoard, type TensorBoardOptions } from "../../src/train/callbacks/tensor_board.ts";
import { train } from "../../src/train/trainer.ts";
import { type ReadEvent, readEvents, scalarsOf } from "../format/tensorboard_reader.ts";
import {
  evaluationEvent,
  FakeAgent,
  FakeCollector,
  Listener,
  progressAt,
  progressEvent,
  withFolder,
} from "./fakes.ts";

const start: TrainEvent = { kind: "start", ...progressAt(0) };
const end = (step: number): TrainEvent => ({ kind: "end", ...progressAt(step), reason: "" });

/** An episode of 10 steps whose return is its number. */
function episodeEvent(episode: number): TrainEvent {
  const ends = { terminated: true, truncated: false };
  const counts = { episode, step: 10 * episode, return: episode, length: 10 };
  return { kind: "episode", ...counts, ...ends, epsilon: 0.5, seconds: episode };
}

function metricsEvent(step: number, values: Record<string, number>): TrainEvent {
  return { kind: "metrics", ...progressAt(step), values };
}

/** The events of the only event file of a folder. */
async function eventsIn(folder: string): Promise<ReadEvent[]> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => /tfevents/.test(name));
  assertEquals(names.length, 1);
  const { version, events } = readEvents(await Deno.readFile(`${folder}/${names[0]}`));
  assertEquals(version, "brain.Event:2");
  return events;
}

/** Tells a TensorBoard of `events` after the start, closes it, and gives what it wrote. */
async function written(
  events: TrainEvent[],
  options: Partial<TensorBoardOptions> = {},
  agent = new FakeAgent(),
): Promise<ReadEvent[]> {
  let result: ReadEvent[] = [];
  await withFolder(async (folder) => {
    const board = new TensorBoard({ folder, ...options });
    for (const event of [start, ...events]) await board.notify(event, { agent });
    board.close();
    result = await eventsIn(folder);
  });
  return result;
}

const hparamsOf = (events: ReadEvent[]) =>
  events.flatMap(({ values }) => values.flatMap((value) => value.hparams ?? []));

Deno.test("TensorBoard writes every metric under its name over environment steps, at the time it is told", async () => {
  const before = Date.now() / 1000;
  const events = await written([
    metricsEvent(500, { loss: 0.5, "validation/loss": 0.25, mine: NaN }),
    metricsEvent(1000, { loss: 0.125 }),
    metricsEvent(1000, { evaluationMean: 20 }),
    end(1000),
  ]);
  assertEquals(scalarsOf(events, "loss"), [[500, 0.5], [1000, 0.125]]);
  assertEquals(scalarsOf(events, "validation/loss"), [[500, 0.25]]);
  assertEquals(scalarsOf(events, "mine"), [[500, NaN]]);
  assertEquals(scalarsOf(events, "evaluationMean"), [[1000, 20]]);
  const after = Date.now() / 1000;
  assert(events.every(({ wallTime }) => wallTime >= before && wallTime <= after));
});

Deno.test("TensorBoard writes episodes over their numbers, with the mean loss since the chunk of the one before", async () => {
  const events = await written([
    episodeEvent(1), // Before there are updates.
    progressEvent(10),
    progressEvent(15, 0, [1, 2]),
    episodeEvent(2),
    progressEvent(20, 0, [6]),
    episodeEvent(3),
    episodeEvent(4),
    progressEvent(45, 0, [4, 5]),
    end(45),
  ]);
  assertEquals(scalarsOf(events, "episode/Return"), [[1, 1], [2, 2], [3, 3], [4, 4]]);
  assertEquals(scalarsOf(events, "episode/Length"), [[1, 10], [2, 10], [3, 10], [4, 10]]);
  assertEquals(scalarsOf(events, "episode/Q-Error"), [[2, 3], [3, 4.5], [4, 4.5]]);
});

Deno.test("TensorBoard logs 10,000 of 100,000 episodes: all, then every 10th, then every 100th", async () => {
  const told: TrainEvent[] = [];
  for (let episode = 1; episode <= 100_000; episode++) {
    told.push(episodeEvent(episode));
    if (episode % 1000 === 0) told.push(progressEvent(10 * episode, 0, [1]));
  }
  const episodes = scalarsOf(await written([...told, end(1e6)]), "episode/Return").map(([step]) => step);
  assertEquals(episodes.length, 10_000);
  assertEquals(episodes.slice(0, 5000), Array.from({ length: 5000 }, (_, i) => i + 1));
  assertEquals(episodes.slice(5000, 9500), Array.from({ length: 4500 }, (_, i) => 5010 + 10 * i));
  assertEquals(episodes.slice(9500), Array.from({ length: 500 }, (_, i) => 50_100 + 100 * i));
});

Deno.test("TensorBoard writes histograms of the saved floats and of Q values at each evaluation", async () => {
  const getQ = (observation: Float32Array) => Promise.resolve(observation.map((value) => 2 * value));
  const agent = Object.assign(new FakeAgent(), { getQ });
  agent.parameters.set([-1.5, 4]);
  const observations = Float32Array.of(1, 2, 3, 4);
  const events = await written([evaluationEvent(70, [1]), end(100)], { observations }, agent);
  const values = events.filter(({ step }) => step === 70).flatMap((event) => event.values);
  assertEquals(values.map(({ tag }) => tag), ["online", "qValues"]); // The names that `save` gives, without `clock`.
  const [online, q] = values.map(({ histogram }) => histogram);
  assertEquals([online?.min, online?.max, online?.count, online?.sum], [-1.5, 4, 2, 2.5]);
  assertEquals([q?.min, q?.max, q?.count, q?.sum], [2, 8, 4, 20]);
});

Deno.test("TensorBoard gives the table of a tabular agent and its Q values names of their own", async () => {
  const sizes = { states: 2, actions: 2, environments: 1, seed: 0 };
  const constant = { kind: "constant", value: 0.1 } as const;
  const agent = new TabularAgent({ ...sizes, alpha: constant, gamma: 1, exploration: constant, initial: 3 });
  await withFolder(async (folder) => {
    const board = new TensorBoard({ folder, observations: Float32Array.of(1) });
    for (const event of [start, evaluationEvent(70, [1]), end(100)]) await board.notify(event, { agent });
    const values = (await eventsIn(folder)).filter(({ step }) => step === 70).flatMap(({ values }) => values);
    assertEquals(values.map(({ tag, histogram }) => [tag, histogram?.count]), [["q", 4], ["qValues", 2]]);
  });
});

Deno.test("TensorBoard writes hyper-parameters at the start and success at the end", async () => {
  const hyperParameters = { "environment.id": "CartPole-v1", "agent.gamma": 0.99, "agent.double": false };
  const [experiment, session, result, ...rest] = hparamsOf(await written([end(10)], { hyperParameters }));
  assertEquals(experiment?.experiment?.parameters, {
    "environment.id": 1,
    "agent.gamma": 3,
    "agent.double": 2,
  });
  assertEquals(experiment?.experiment?.metrics.slice(0, 1), ["evaluationMean"]);
  assertEquals(session?.start, hyperParameters);
  assertEquals(result?.status, 1);
  assert(session!.time! > 1.7e9 && session!.time! <= result!.time!);
  assertEquals(rest, []);
});

Deno.test("TensorBoard keeps what it was told and writes failure when the run fails", async () => {
  await withFolder(async (folder) => {
    const fail = new Listener({
      react: (event) => {
        if (event.kind === "progress" && event.step === 40) throw new TrainingError("diverged");
      },
    });
    const callbacks = [new TensorBoard({ folder }), fail];
    const options = { agent: new FakeAgent(), collector: new FakeCollector({ chunk: 20 }), callbacks };
    await assertRejects(() => train({ ...options, budget: { steps: 100 } }), TrainingError, "diverged");
    const events = await eventsIn(folder);
    assertEquals(scalarsOf(events, "episode/Return"), [[1, 1], [2, 2], [3, 3], [4, 4]]);
    assertEquals(scalarsOf(events, "episode/Q-Error"), [[1, 10.5], [2, 10.5], [3, 30.5], [4, 30.5]]);
    assertEquals(hparamsOf(events).map(({ status }) => status), [undefined, undefined, 2]);
  });
});

Deno.test("TensorBoard makes the final picture once training has ended", async () => {
  const png = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
  let made = 0;
  const finalPicture = () => {
    made++;
    return Promise.resolve({ png, width: 640, height: 480 });
  };
  const events = await written([evaluationEvent(30, [1]), end(30)], { finalPicture });
  assertEquals(made, 1);
  const images = events.flatMap(({ step, values }) =>
    values.flatMap(({ tag, image }) => image ? [{ step, tag, image }] : [])
  );
  assertEquals(images, [{ step: 30, tag: "finalPicture", image: { png, width: 640, height: 480 } }]);
  const without = await written([end(30)], { finalPicture: () => Promise.resolve(undefined) });
  assertEquals(hparamsOf(without).at(-1)?.status, 1);
  await written([{ kind: "end", ...progressAt(30), reason: interrupted }], { finalPicture });
  assertEquals(made, 1); // Whoever ends a run does not wait for it.
});

Deno.test("TensorBoard leaves whole records when the process is killed", async () => {
  await withFolder(async (folder) => {
    const code = `
      import { TensorBoard } from "${new URL("../../src/train/callbacks/tensor_board.ts", import.meta.url)}";
      import { train } from "${new URL("../../src/train/trainer.ts", import.meta.url)}";
      import { FakeAgent, FakeCollector } from "${new URL("./fakes.ts", import.meta.url)}";
      const callbacks = [new TensorBoard({ folder: Deno.args[0], hyperParameters: { seed: 1 } })];
      const collector = new FakeCollector({ chunk: 50 });
      await train({ agent: new FakeAgent(), collector, budget: { steps: 1e9 }, callbacks });`;
    const args = ["eval", code, folder];
    const child = new Deno.Command(Deno.execPath(), { args, stdout: "null", stderr: "inherit" }).spawn();
    const size = () =>
      [...Deno.readDirSync(folder)].map(({ name }) => Deno.statSync(`${folder}/${name}`).size)[0] ?? 0;
    const deadline = performance.now() + 120_000;
    while (size() < 5000 && performance.now() < deadline) await new Promise((r) => setTimeout(r, 5));
    child.kill("SIGKILL");
    await child.status;
    const events = await eventsIn(folder);
    const episodes = scalarsOf(events, "episode/Return");
    assert(episodes.length > 20, `only ${episodes.length} episodes`);
    assertEquals(episodes, episodes.map((_, i) => [i + 1, i + 1]));
    assertEquals(hparamsOf(events).map(({ status }) => status), [undefined, undefined]);
  });
});

Deno.test("TensorBoard names its file after time and process, not after the host", async () => {
  await withFolder(async (folder) => {
    const board = new TensorBoard({ folder: `${folder}/a/b` });
    board.close();
    await board.notify(start, { agent: new FakeAgent() });
    board.close();
    board.close();
    const names = () => [...Deno.readDirSync(`${folder}/a/b`)].map(({ name }) => name);
    assertMatch(names()[0]!, new RegExp(`^events\\.out\\.tfevents\\.\\d{10}\\.qernel\\.${Deno.pid}\\.0$`));
    await board.notify({ ...start, ...progressAt(70) }, { agent: new FakeAgent() });
    board.close();
    assertEquals(names().map((name) => name.split(".").at(-1)).sort(), ["0", "70"]);
  });
});

Deno.test("TensorBoard names what it cannot write", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const board = new TensorBoard({ folder: `${folder}/file/log` });
    const message = `Cannot write ${folder}/file/log: Not a directory`;
    await assertRejects(
      async () => await board.notify(start, { agent: new FakeAgent() }),
      TrainingError,
      message,
    );
    board.close();
  });
});
