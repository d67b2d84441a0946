import { assertEquals, assertStrictEquals } from "@std/assert";
import { MaskActions } from "../../src/envs/action_mask.ts";
import { assertEnvironment, checkEnvironment } from "../../src/envs/check.ts";
import { type Info, noInfo } from "../../src/envs/environment.ts";
import { MountainCar } from "../../src/envs/mountain_car.ts";
import { TimeLimit } from "../../src/envs/time_limit.ts";
import { Counter, Ring } from "./toys.ts";

/** No step back from cell 0. */
const noWrap = (cell: number) => Uint8Array.of(cell === 0 ? 0 : 1, 1);

Deno.test("MaskActions tells the legal actions of every state", () => {
  const env = new MaskActions(new Ring(), noWrap);
  assertEquals(env.reset(), { observation: 2, info: { actionMask: Uint8Array.of(1, 1) } });
  assertEquals(env.step(0).info, { actionMask: Uint8Array.of(1, 1) });
  assertEquals(env.step(0).info, { actionMask: Uint8Array.of(0, 1) });
  assertEquals(env.step(0).observation, 4);
});

Deno.test("MaskActions hands the inner info to its function and keeps the rest of it", () => {
  const seen: Info[] = [];
  const told = { actionMask: Uint8Array.of(1, 0, 1), note: "kept" };
  class Noted extends Counter {
    override reset(options = {}) {
      return { ...super.reset(options), info: told };
    }
  }
  const env = new MaskActions(new Noted(3), (_, info) => {
    seen.push(info);
    return Uint8Array.from(info.actionMask ?? [1, 1, 1], (legal) => 1 - legal);
  });
  assertEquals(env.reset().info, { actionMask: Uint8Array.of(0, 1, 0), note: "kept" });
  assertEquals(env.step(1).info, { actionMask: Uint8Array.of(0, 0, 0) });
  assertStrictEquals(seen[0], told);
  assertStrictEquals(seen[1], noInfo);
  assertEquals(told.actionMask, Uint8Array.of(1, 0, 1));
});

Deno.test("MaskActions.stateGrid masks each cell that has an observation", () => {
  const env = new MaskActions(
    new MountainCar(),
    ([, velocity]) => Uint8Array.of(velocity! < 0 ? 1 : 0, 1, 1),
  );
  const { observations, actionMasks } = env.stateGrid!();
  assertEquals(observations, new MountainCar().stateGrid().observations);
  const down = Uint8Array.of(1, 1, 1), up = Uint8Array.of(0, 1, 1);
  assertEquals(actionMasks, observations.map((seen) => seen && (seen[1]! < 0 ? down : up)));
  assertEquals(new MaskActions(new Ring(), noWrap).stateGrid, undefined);

  const again = new MaskActions(env, (_, { actionMask }) => Uint8Array.of(actionMask![0]!, 0, 1))
    .stateGrid!();
  assertEquals(again.actionMasks![0], Uint8Array.of(0, 0, 1));
  assertEquals(again.actionMasks![59], undefined);
});

Deno.test("MaskActions passes the checker, which takes legal actions only", () => {
  assertEnvironment(new MaskActions(new TimeLimit(new Ring(), 20), noWrap));
  const none = checkEnvironment(new MaskActions(new Ring(), () => new Uint8Array(2)), { steps: 3 });
  assertEquals(none.map(({ rule }) => rule), ["action-mask"]);
});
