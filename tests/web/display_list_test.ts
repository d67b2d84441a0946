import { assertEquals, assertThrows } from "@std/assert";
import { environmentIds, makeEnv } from "../../src/envs/environment_registry.ts";
import { SvgSurface } from "../../src/report/svg_surface.ts";
import { drawingSize, recordDrawing, replayDrawing } from "../../src/web/trainer/display_list.ts";

const { width, height } = drawingSize;

Deno.test("A drawing that is replayed is what every environment draws", () => {
  for (const id of environmentIds()) {
    const environment = makeEnv(id);
    const { info: { actionMask } } = environment.reset({ seed: 3 });
    environment.step(Math.max(0, actionMask?.indexOf(1) ?? 0));
    const [direct, replayed] = [new SvgSurface(width, height), new SvgSurface(width, height)];
    environment.render!(direct);
    const drawing = recordDrawing((surface) => environment.render!(surface));
    replayDrawing(structuredClone(drawing), replayed);
    assertEquals(replayed.toString(), direct.toString(), id);
  }
});

Deno.test("A drawing gives styles back as a surface does", () => {
  const drawing = recordDrawing((surface) => {
    surface.lineWidth = 3;
    surface.lineWidth = surface.lineWidth * 2;
  });
  assertEquals(drawing, ["lineWidth", 3, "lineWidth", 6]);
});

Deno.test("replayDrawing() refuses what is no drawing", () => {
  assertThrows(
    () => replayDrawing(["constructor", "x"], new SvgSurface(width, height)),
    RangeError,
    'Cannot draw "constructor", wanted a call of a surface',
  );
});
