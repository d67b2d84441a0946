/** An observation in a cell of a table. @module */
import { h } from "../dom.ts";
import { formatNumber, t } from "../texts.ts";
import { cssOf, type Rgb, rgbOf, signColor } from "./colors.ts";
import { styleOf } from "./picture.ts";

/** Numbers that are written out; more become a picture. */
const mostNumbers = 8;

/** Cells of a picture from left to right, at most, and their pixels. */
const [widest, size] = [16, 5];

/** The observation, as numbers or, where there are many, as a picture of them with its text. */
export function showObservation(observation: Float32Array): HTMLElement {
  if (observation.length <= mostNumbers) {
    return h(
      "span",
      { className: "numbers" },
      ...Array.from(observation, (value) => h("i", {}, shortNumber(value))),
    );
  }
  const rows = Math.ceil(observation.length / widest);
  const canvas = h("canvas", { width: widest * size, height: rows * size, role: "img", className: "strip" });
  canvas.setAttribute("aria-label", describeObservation(observation));
  const context = canvas.getContext("2d")!;
  const zero: Rgb = rgbOf(styleOf("--line"));
  const most = Math.max(...Array.from(observation, Math.abs)) || 1;
  for (const [i, value] of observation.entries()) {
    context.fillStyle = cssOf(signColor(value / most, zero));
    context.fillRect(i % widest * size, Math.floor(i / widest) * size, size, size);
  }
  return canvas;
}

/** Two digits that matter; what is next to nothing is 0. */
function shortNumber(value: number): string {
  return formatNumber(Math.abs(value) < 1e-3 ? 0 : value, 2);
}

/** Where it is not about zero, in words. */
export function describeObservation(observation: Float32Array): string {
  const entries = [...observation.entries()].filter(([, value]) => Math.abs(value) >= 0.05);
  const shown = entries.slice(0, mostNumbers).map(([i, value]) => `${i}: ${formatNumber(value, 2)}`);
  return t("replay.entries", { count: observation.length, entries: shown.join(", ") || "0" });
}
