import { assertEquals, assertThrows } from "@std/assert";
import { CartPole } from "../../src/envs/cartpole.ts";
import type { Surface } from "../../src/envs/surface.ts";
import { type Pixels, rasterize } from "../../src/report/raster.ts";
import { SvgSurface } from "../../src/report/svg_surface.ts";
import { pixelAt } from "./pixels.ts";

/** What `paint` leaves on a white surface of 100 by 100. */
async function drawn(paint: (surface: Surface) => void): Promise<Pixels> {
  const surface = new SvgSurface(100, 100);
  surface.fillStyle = "#ffffff";
  surface.fillRect(0, 0, 100, 100);
  surface.fillStyle = "#000000";
  paint(surface);
  return await rasterize(surface.toString());
}

/** `#` where a picture is darker than half, else `.`, at points given as rows. */
function marks(picture: Pixels, points: readonly (readonly [number, number])[]): string {
  return points.map(([x, y]) => pixelAt(picture, x, y)[0]! < 128 ? "#" : ".").join("");
}

Deno.test("SvgSurface draws CartPole as it stands", async () => {
  const environment = new CartPole();
  environment.reset({ state: [1.2, 0, 0, 0] });
  const surface = new SvgSurface(600, 400);
  environment.render(surface);
  const picture = await rasterize(surface.toString());
  assertEquals([picture.width, picture.height], [600, 400]);
  // The cart stands at 300 + 1.2 * 125 = 450, its top at 285; the pole is 10 wide and reaches up 125 from 297.5.
  assertEquals(pixelAt(picture, 10, 10), [255, 255, 255, 255]);
  assertEquals(pixelAt(picture, 430, 300), [0, 0, 0, 255]);
  assertEquals(pixelAt(picture, 450, 200), [0xca, 0x98, 0x65, 255]);
  assertEquals(pixelAt(picture, 450, 160), [255, 255, 255, 255]);
  assertEquals(pixelAt(picture, 450, 292), [0x81, 0x84, 0xcb, 255]);
  environment.reset({ state: [1.2, 0, 0.2, 0] });
  const leaning = new SvgSurface(600, 400);
  environment.render(leaning);
  const turned = await rasterize(leaning.toString());
  // 0.2 rad to the right: 92.5 above the axle the pole's middle is 18.8 to the right.
  assertEquals(pixelAt(turned, 468, 200), [0xca, 0x98, 0x65, 255]);
  assertEquals(pixelAt(turned, 450, 200), [255, 255, 255, 255]);
});

Deno.test("SvgSurface transforms points when they are added, and keeps and restores", async () => {
  const picture = await drawn((surface) => {
    surface.save();
    surface.translate(50, 50);
    surface.rotate(Math.PI / 2);
    surface.scale(2, 1);
    surface.fillRect(0, 0, 10, 5); // Along +y after the turn: x from 45 to 50, y from 50 to 70.
    surface.fillStyle = "#ff0000";
    surface.restore();
    surface.fillRect(0, 0, 4, 4);
    surface.beginPath();
    surface.moveTo(80, 80);
    surface.translate(10, 0);
    surface.lineTo(80, 80); // 90, 80
    surface.translate(-10, 10);
    surface.lineTo(80, 80); // 80, 90
    surface.fill();
  });
  assertEquals(marks(picture, [[47, 51], [47, 69], [47, 71], [51, 60], [43, 60]]), "##...");
  assertEquals(pixelAt(picture, 2, 2), [0, 0, 0, 255]);
  assertEquals(marks(picture, [[81, 81], [87, 81], [81, 87], [87, 87]]), "###.");
});

Deno.test("SvgSurface strokes with the pen as it is transformed then", async () => {
  const picture = await drawn((surface) => {
    surface.beginPath();
    surface.moveTo(10, 50);
    surface.lineTo(90, 50);
    surface.moveTo(50, 10);
    surface.lineTo(50, 90);
    surface.save();
    surface.scale(1, 5);
    surface.lineWidth = 4; // 20 high along the horizontal line, 4 wide along the vertical one.
    surface.stroke();
    surface.restore();
  });
  assertEquals(marks(picture, [[20, 41], [20, 58], [20, 39], [20, 61], [51, 20], [53, 20]]), "##..#.");
});

Deno.test("SvgSurface draws arcs clockwise, joined to the path before", async () => {
  const picture = await drawn((surface) => {
    surface.beginPath();
    surface.moveTo(30, 50); // A quarter: from +x to +y, which is down.
    surface.arc(30, 50, 20, 0, Math.PI / 2);
    surface.closePath();
    surface.fill();
    surface.beginPath();
    surface.arc(75, 25, 20, 0, 2 * Math.PI);
    surface.fill();
    surface.beginPath(); // From down over left and up to +x: three quarters, as the end lies before the start.
    surface.moveTo(75, 75);
    surface.arc(75, 75, 20, Math.PI / 2, 0);
    surface.fill();
  });
  assertEquals(marks(picture, [[40, 60], [43, 63], [45, 65], [40, 40], [20, 60], [20, 40]]), "##....");
  assertEquals(
    marks(picture, [[75, 25], [61, 11], [60, 10], [88, 38], [90, 40], [75, 6], [75, 4]]),
    "##.#.#.",
  );
  assertEquals(marks(picture, [[85, 85], [65, 65], [65, 85], [85, 65]]), ".###");
});

Deno.test("SvgSurface ignores what a canvas ignores", () => {
  const surface = new SvgSurface(10, 10);
  surface.fillStyle = "#ff0000";
  surface.fillStyle = 'red" onload="x';
  surface.lineWidth = 3;
  surface.lineWidth = -1;
  surface.lineWidth = NaN;
  surface.restore();
  surface.fill();
  surface.stroke();
  assertEquals([surface.fillStyle, surface.strokeStyle, surface.lineWidth], ["#ff0000", "#000000", 3]);
  assertEquals(surface.toString().split("\n").length, 2);
  assertThrows(
    () => new SvgSurface(0, 10),
    RangeError,
    "Cannot make a picture: it is 0 x 10, wanted positive extents",
  );
});
