import { assertEquals, assertGreater, assertMatch, assertStringIncludes } from "@std/assert";
import { parseConfig } from "../../src/config/schema.ts";
import { catchEnvironment } from "../../src/web/page/editor/catch_environment.ts";
import { readFaults } from "../../src/web/page/editor_faults.ts";
import { ownConfig, ownId, parseOwn } from "../../src/web/page/own_environment.ts";
import { inspectOwn, shippedEnvironments } from "../../src/web/trainer/own_environment.ts";
import type { News } from "../../src/web/trainer/protocol.ts";
import { Session } from "../../src/web/trainer/session.ts";

/** Registered by a session below. */
const own = { ...catchEnvironment, id: ownId };

Deno.test("Every environment of the library can be begun with", async () => {
  const shipped = shippedEnvironments();
  assertEquals(shipped.map(({ id }) => id), [
    "Acrobot-v1",
    "CartPole-v1",
    "Gridworld-v0",
    "MinAtar/Asterix",
    "MinAtar/Breakout",
    "MinAtar/Freeway",
    "MinAtar/Seaquest",
    "MinAtar/SpaceInvaders",
    "MountainCar-v0",
  ]);
  for (const environment of shipped) {
    assertEquals(await inspectOwn({ ...environment, id: ownId }), { kind: "inspected" }, environment.id);
    assertGreater(parseConfig(ownConfig(environment)).budget.steps!, 0);
  }
});

Deno.test("The editor begins with README's environment, which learns to catch every ball", async () => {
  assertStringIncludes(await Deno.readTextFile("README.md"), "`\n" + catchEnvironment.text + "`;");
  const ended = Promise.withResolvers<string>();
  const news: News[] = [];
  const session = await Session.open({ config: ownConfig(own), environment: own }, (one) => {
    news.push(one);
    if (one.kind === "status" && one.status === "ended") ended.resolve(one.reason!);
    if (one.kind === "failed") ended.reject(new Error(one.message));
  });
  session.receive({ kind: "train" });
  assertEquals(await ended.promise, "threshold of 1 reached");
  const [opened] = news;
  assertEquals(opened!.kind === "opened" && [opened.onDevice, opened.drawable, opened.actions], [
    true,
    false,
    [
      "0",
      "1",
      "2",
    ],
  ]);
  session.dispose();
});

Deno.test("inspectOwn() tells the line of a mistake, and what cannot be trained with", async () => {
  const cases: [before: string, after: string, line: number | undefined, text: RegExp][] = [
    ["floor(", "flor(", 10, /^no function `flor`/],
    ["y == 0.0;", "y == 0.0", 18, /^expected `;`/],
    ["f32(caught)", "caught", 19, /^expected f32, got bool$/],
    ["const DROP", "var<private> DROP", 2, /^reaches outside its State/],
    ["const DROP", "const DRÖP€", 2, /^"€" is no character of WGSL$/],
    ["let landed", "while (paddle >= 0.0) { } let landed", 17, /^its loops took 268,435,456 turns/],
    ["fn env_observe", "fn observe", undefined, /^environment.wgsl has no fn env_observe, wanted /],
    ["state.ball.y / DROP)", "sqrt(-1.0 - state.ball.y))", undefined, /^observation 1 is NaN after a reset/],
  ];
  for (const [before, after, line, text] of cases) {
    const { message } = await inspectOwn({ ...own, text: own.text.replace(before, after) });
    const [fault] = readFaults(message!);
    assertEquals(fault!.line, line, message);
    assertMatch(fault!.text, text);
  }
  const { message } = await inspectOwn({ ...own, actions: 0 });
  assertEquals(readFaults(message!), [{ text: "actions is 0, wanted an integer from 1 to 2044" }]);
});

Deno.test("parseOwn() takes what was kept, and nothing else", () => {
  assertEquals(parseOwn(JSON.stringify(own)), own);
  const { maxEpisodeSteps: _, ...rest } = JSON.parse(
    JSON.stringify({ ...own, maxEpisodeSteps: -1, other: 1 }),
  );
  assertEquals(parseOwn(JSON.stringify({ ...rest, id: "CartPole-v1" })), own);
  for (const text of [undefined, "", "null", "[]", '{"text":1}', JSON.stringify({ ...own, actions: null })]) {
    assertEquals(parseOwn(text), undefined, text);
  }
});
