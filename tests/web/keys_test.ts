import { assertEquals } from "@std/assert";
import { environmentIds, makeEnv } from "../../src/envs/environment_registry.ts";
import { keysOf } from "../../src/web/page/keys.ts";

Deno.test("Every action of every environment has a key of its own", () => {
  for (const id of environmentIds()) {
    const environment = makeEnv(id);
    environment.reset({ seed: 0 });
    const actions = environment.stateGrid?.().actions ?? [];
    const keys = keysOf(actions).map((one) => one.keys[0]!);
    assertEquals(new Set(keys).size, actions.length, `${id}: ${actions} ${keys}`);
    assertEquals(keysOf(actions).every(({ sign }) => sign !== ""), true, id);
  }
});

Deno.test("keysOf() gives the arrows to directions, and numbers to what says nothing", () => {
  const first = (...actions: string[]) => keysOf(actions).map((one) => one.keys[0]);
  assertEquals(first("up", "right", "down", "left"), ["arrowup", "arrowright", "arrowdown", "arrowleft"]);
  assertEquals(first("push left", "no push", "push right"), ["arrowleft", "arrowdown", "arrowright"]);
  assertEquals(first("wait", "left", "fire"), [".", "arrowleft", " "]);
  assertEquals(first("to 0", "to 1"), ["0", "1"]);
});
