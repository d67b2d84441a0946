import { assertEquals } from "@std/assert";
import { CartPole } from "../../src/envs/cartpole.ts";
import type { Surface } from "../../src/envs/surface.ts";

/** The types of the browser's CanvasRenderingContext2D where they are wider than a Surface's, from TypeScript's lib.dom. */
interface CanvasLike {
  readonly canvas: { width: number; height: number };
  fillStyle: string | { addColorStop(offset: number, color: string): void };
  strokeStyle: string | { addColorStop(offset: number, color: string): void };
  lineWidth: number;
  fillRect(x: number, y: number, w: number, h: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arc(x: number, y: number, radius: number, start: number, end: number, counterclockwise?: boolean): void;
  closePath(): void;
  fill(fillRule?: "nonzero" | "evenodd"): void;
  fill(path: object, fillRule?: "nonzero" | "evenodd"): void;
  stroke(): void;
  stroke(path: object): void;
  save(): void;
  restore(): void;
  translate(x: number, y: number): void;
  rotate(angle: number): void;
  scale(x: number, y: number): void;
}

Deno.test("Surface is what a canvas context is", () => {
  const asSurface = (context: CanvasLike): Surface => context;
  const rectangles: number[][] = [];
  const nothing = () => {};
  const context: CanvasLike = {
    canvas: { width: 600, height: 400 },
    fillStyle: "",
    strokeStyle: "",
    lineWidth: 1,
    fillRect: (...rectangle) => rectangles.push(rectangle),
    beginPath: nothing,
    moveTo: nothing,
    lineTo: nothing,
    arc: nothing,
    closePath: nothing,
    fill: nothing,
    stroke: nothing,
    save: nothing,
    restore: nothing,
    translate: nothing,
    rotate: nothing,
    scale: nothing,
  };
  const env = new CartPole();
  env.reset({ seed: 0 });
  env.render(asSurface(context));
  assertEquals(rectangles, [[0, 0, 600, 400], [-25, -15, 50, 30], [-5, -120, 10, 125]]);
});
