import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { CartPole } from "../../src/envs/cartpole.ts";
import { assertEnvironment } from "../../src/envs/check.ts";
import type { Environment, StateGrid } from "../../src/envs/environment.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { Wrapper } from "../../src/envs/wrapper.ts";
import { Counter, recordingSurface, Ring } from "./toys.ts";

Deno.test("Wrapper passes on spaces, options, results, drawing and grid", () => {
  const inner = new CartPole();
  const env = new Wrapper(inner);
  assertStrictEquals(env.inner, inner);
  assertStrictEquals(env.observationSpace, inner.observationSpace);
  assertStrictEquals(env.actionSpace, inner.actionSpace);
  const twin = new CartPole();
  assertEquals(env.reset({ seed: 4 }), twin.reset({ seed: 4 }));
  assertEquals(env.step(1), twin.step(1));
  assertEquals(env.reset({ state: [1, 2, 0, 0] }).observation, Float32Array.of(1, 2, 0, 0));
  const { surface, calls } = recordingSurface(600, 400);
  env.render!(surface);
  assertEquals(calls[0], "save()");
  assertEquals(env.stateGrid!(), inner.stateGrid());
});

Deno.test("Wrapper draws, prints and has a grid only where the inner environment does", () => {
  const bare = new Wrapper(new Ring());
  assertEquals([bare.render, bare.renderText, bare.stateGrid], [undefined, undefined, undefined]);

  const axis = { name: "cell", count: 1 };
  const grid: StateGrid<number> = { columns: axis, rows: axis, observations: [2], actions: ["back", "on"] };
  class Printed extends Ring {
    readonly text = "ring of 5";
    renderText() {
      return this.text;
    }
    stateGrid() {
      return grid;
    }
  }
  const printed: Environment<number> = new TimeLimit(new Wrapper(new Printed()), 3);
  assertEquals(printed.renderText!(), "ring of 5");
  assertStrictEquals(printed.stateGrid!(), grid);
  assertEquals(printed.render, undefined);
});

Deno.test("Wrapper passes the checker", () => {
  for (const env of [new Wrapper(new CartPole()), new Wrapper(new Counter(5, true))]) assertEnvironment(env);
  assert(new TimeLimit(new Ring(), 5) instanceof Wrapper);
});
