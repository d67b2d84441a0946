import { assertEquals } from "@std/assert";
import { Looks, type Sight } from "../../../src/web/trainer/inside/looks.ts";
import type { InsideNews, View } from "../../../src/web/trainer/inside/news.ts";

/** Sights on a clock that stands still but for what looking takes. */
function sights(costs: Partial<Record<View, number>>) {
  const clock = { now: 1000 };
  const asked: string[] = [];
  const all = Object.entries(costs).map(([view, cost]): [View, Sight] => [view as View, {
    interval: 200,
    look(changed) {
      clock.now += cost;
      asked.push(`${view} ${changed}`);
      return Promise.resolve({ kind: view } as unknown as InsideNews);
    },
  }]);
  return { clock, asked, looks: new Looks(new Map(all), () => clock.now) };
}

Deno.test("Looks looks at nothing that is not shown", async () => {
  const { asked, looks } = sights({ values: 0, replay: 0 });
  assertEquals(looks.views, ["values", "replay"]);
  assertEquals(await looks.look("1"), undefined);
  looks.show(["replay", "parameters"]); // The latter is none of its own.
  assertEquals([looks.shows("replay"), looks.shows("values"), looks.shows("parameters")], [
    true,
    false,
    false,
  ]);
  assertEquals((await looks.look("1"))!.kind, "replay");
  assertEquals(await looks.look("1"), undefined);
  looks.show([]);
  assertEquals(await looks.look("2"), undefined);
  assertEquals(asked, ["replay true"]);
});

Deno.test("Looks looks from one side at a time, from each after its interval, and tells whether the agent has changed", async () => {
  const { clock, asked, looks } = sights({ values: 0, replay: 0 });
  looks.show(["values", "replay"]);
  for (const version of ["1", "1", "1"]) await looks.look(version);
  assertEquals(asked.splice(0), ["values true", "replay true"]);
  clock.now += 199;
  assertEquals(await looks.look("2"), undefined);
  clock.now += 1;
  await looks.look("1");
  await looks.look("2");
  assertEquals(asked.splice(0), ["values false", "replay true"]);
  looks.show(["values", "replay"]); // Who begins to show something has seen nothing of it.
  await looks.look("2");
  assertEquals(asked, ["values true"]);
});

Deno.test("Looks takes a small part of the time, however long a look takes", async () => {
  const { clock, asked, looks } = sights({ values: 80 });
  looks.show(["values"]);
  await looks.look("1");
  clock.now += 1599;
  await looks.look("1");
  assertEquals(asked.length, 1);
  clock.now += 1; // 80 of 1680 ms
  await looks.look("1");
  assertEquals(asked.length, 2);
});
