/** What the colours and letters of a picture of states stand for. @module */
import { h } from "../dom.ts";
import { formatNumber, t } from "../texts.ts";
import { cssOf, type Rgb, valueColor } from "./colors.ts";
import { actionColor } from "./plane.ts";
import type { Values } from "./values.ts";

/** A bar of colours from a number to another. */
export function showRamp(
  root: HTMLElement,
  { from, to, color, note = "" }: {
    readonly from: number;
    readonly to: number;
    /** Of the part of the way from one to the other. */
    readonly color: (share: number) => Rgb;
    readonly note?: string;
  },
): void {
  const bar = h("i", {});
  const colors = Array.from({ length: 9 }, (_, i) => cssOf(color(i / 8)));
  bar.style.background = `linear-gradient(90deg, ${colors.join(", ")})`;
  const [first, last] = [from, to].map((value) => h("span", {}, formatNumber(value, 3)));
  root.replaceChildren(first!, bar, last!, h("span", {}, note));
}

/** Shows what values have which colour in `ramp`, and what actions or letters mean in `list`. */
export function showLegend({ grid, low, high }: Values, list: HTMLElement, ramp: HTMLElement): void {
  const entries = meanings(grid);
  const text = entries.map(({ textContent }) => textContent).join("");
  if (list.textContent !== text) list.replaceChildren(...entries);
  showRamp(ramp, { from: low, to: high, color: valueColor, note: t("values.maxQ") });
}

function meanings({ actions, labels, meanings = {} }: Values["grid"]): HTMLElement[] {
  if (labels) {
    const letters = Object.keys(meanings).filter((letter) => labels.some((label) => label.includes(letter)));
    const shared = Map.groupBy(letters, (letter) => meanings[letter]!); // As the stops of a town.
    return [...shared].map(([meaning, of]) => h("li", {}, `${of.join(", ")}: ${meaning}`));
  }
  return actions.map((name, action) => {
    const mark = h("i", {});
    mark.style.background = actionColor(action);
    return h("li", {}, mark, name);
  });
}

/** The ends of an axis, and its name between them. */
export function axisEnds({ name, range, count }: Values["grid"]["columns"]): HTMLElement[] {
  const [first, last] = range ?? [0, count - 1];
  return [formatNumber(first, 2), name, formatNumber(last, 2)].map((part) => h("span", {}, part));
}
