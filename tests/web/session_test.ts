import { assert, assertEquals, assertGreater, assertMatch } from "@std/assert";
import { createRun } from "../../src/config/build.ts";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import type { News } from "../../src/web/trainer/protocol.ts";
import { Session } from "../../src/web/trainer/session.ts";

const config: RunConfigInput = {
  environment: { id: "CartPole-v1" },
  agent: {
    kind: "dqn",
    hidden: [16],
    replay: { capacity: 500, batch: 8, warmup: 20 },
    train: { every: 2, updates: 1 },
  },
  budget: { steps: 300 },
  evaluation: { every: 100, episodes: 2 },
};

/** A session, its news, and a wait for some of them. */
class Watched {
  readonly news: News[] = [];
  readonly session: Promise<Session>;
  #look = () => {};

  constructor(given: unknown) {
    this.session = Session.open(given, (news) => {
      this.news.push(news);
      this.#look();
    });
  }

  of<K extends News["kind"]>(kind: K): Extract<News, { kind: K }>[] {
    return this.news.filter((news): news is Extract<News, { kind: K }> => news.kind === kind);
  }

  async until(found: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#look = () => found() && resolve();
    this.#look();
    await promise;
  }

  status(wanted: string): () => boolean {
    return () => this.of("status").at(-1)?.status === wanted;
  }
}

Deno.test("A session trains to the same parameters as a run that nobody held", async () => {
  const watched = new Watched(config);
  const session = await watched.session;
  const [opened] = watched.of("opened");
  assertEquals([opened!.onDevice, opened!.drawable, opened!.actions], [true, true, [
    "push left",
    "push right",
  ]]);
  for (let i = 1; i <= 3; i++) { // Step by step, then at a pace, then at once.
    session.receive({ kind: "step", unit: "step", count: 1 });
    await watched.until(() => watched.of("progress").at(-1)?.progress.step === i);
    await watched.until(watched.status("resting"));
  }
  session.receive({ kind: "step", unit: "episode", count: 1 });
  await watched.until(() => watched.of("progress").at(-1)?.progress.episode === 1);
  session.receive({ kind: "pace", stepsPerSecond: 400 });
  session.receive({ kind: "train" });
  await watched.until(() => watched.of("progress").at(-1)!.progress.step > 60);
  session.receive({ kind: "pace" });
  await watched.until(watched.status("ended"));
  assertEquals(watched.of("status").at(-1)!.reason, "budget of 300 steps");
  assertEquals(watched.of("evaluation").map(({ step }) => step), [100, 200, 300]);
  const alone = await createRun(config);
  await alone.train();
  assertEquals(await session.run.agent.save({ full: true }), await alone.agent.save({ full: true }));
  alone.dispose();
  session.dispose();
});

Deno.test("A session plays the agent of the moment while it rests, and nothing where nobody looks", async () => {
  const watched = new Watched(config);
  const session = await watched.session;
  await watched.until(() => watched.of("frames").length > 1);
  const frames = watched.of("frames").flatMap(({ frames }) => frames);
  assertEquals(frames.slice(0, 3).map(({ step }) => step), [0, 1, 2]);
  const [first] = frames;
  assertEquals([first!.observation.length, first!.q!.length, first!.random], [4, 2, false]);
  assertEquals(first!.action, first!.q![1]! > first!.q![0]! ? 1 : 0);
  assertGreater(first!.drawing.length, 20);
  session.receive({ kind: "watch", shown: false, explore: false });
  const before = watched.of("frames").length;
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert(watched.of("frames").length <= before + 1);
  session.dispose();
});

Deno.test("A session refuses what is no config, with all that is wrong in it", async () => {
  const error = await new Watched({ ...config, seed: -1, budget: {} }).session.then(
    () => {},
    (error) => error,
  );
  assertMatch(error.message, /2 problems\n.*budget: {}, wanted .*\n.*seed: -1, wanted /);
});
