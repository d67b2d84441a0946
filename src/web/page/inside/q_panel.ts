/** Q values of the actions in the state that is seen. @module */
import type { Frame } from "../../trainer/protocol.ts";
import { h } from "../dom.ts";
import type { PageSession } from "../session.ts";
import { formatNumber, t } from "../texts.ts";
import { actionColor } from "./plane.ts";
import { Scale } from "./scale.ts";

/** Milliseconds from one change of a number to the next: more often nobody can read it. */
const numberTime = 200;

/** Width of the shortest bar, in parts of the widest. */
const leastBar = 0.004;

/** An action: its bar, its value, and what that is less than the best. */
interface Row {
  readonly root: HTMLElement;
  readonly bar: HTMLElement;
  readonly value: HTMLElement;
  readonly less: HTMLElement;
}

/** Shows them in `root`. */
export function mountQ(root: HTMLElement, session: PageSession): void {
  const list = h("ul", { className: "bars" });
  const [low, high] = [h("span", {}, "\u00a0"), h("span", {}, "\u00a0")];
  const scale = new Scale();
  let rows: readonly Row[] = [];
  let told = 0;
  const empty = h("p", { className: "empty" }, t("q.empty"));
  const axis = h("p", { className: "axis", ariaHidden: "true" }, low, high);
  root.append(h("h2", {}, t("q.title")), empty, list, axis);
  hideBars(true);

  function hideBars(hidden: boolean): void {
    empty.hidden = !hidden;
    list.hidden = axis.hidden = hidden;
  }

  function show({ q, action, random = false }: Frame): void {
    if (!q || q.length !== rows.length) return;
    scale.add(q);
    const best = Math.max(...q);
    const now = performance.now();
    const tells = now - told > numberTime;
    if (tells) told = now;
    for (const [i, { root, bar, value, less }] of rows.entries()) {
      const [from, to] = scale.bar(q[i]!);
      // A transform needs no layout.
      bar.style.transform = `translateX(${100 * from}%) scaleX(${Math.max(to - from, leastBar)})`;
      root.classList.toggle("chosen", i === action);
      root.classList.toggle("random", i === action && random);
      if (!tells) continue;
      value.textContent = formatNumber(q[i]!, 3);
      less.textContent = q[i] === best ? t("q.best") : formatNumber(q[i]! - best, 2);
    }
    if (!tells) return;
    low.textContent = formatNumber(scale.low, 3);
    high.textContent = formatNumber(scale.high, 3);
  }

  session.on("opened", ({ actions, views }) => {
    hideBars(!views.includes("parameters"));
    empty.textContent = t("q.none");
    rows = actions.map((name, action) => {
      const bar = h("i", {});
      bar.style.background = actionColor(action);
      const [value, less] = [h("b", {}, "\u00a0"), h("small", {}, "\u00a0")];
      const track = h("span", { className: "track", ariaHidden: "true" }, bar);
      return {
        root: h("li", {}, h("span", { className: "name" }, name), track, value, less),
        bar,
        value,
        less,
      };
    });
    list.replaceChildren(...rows.map(({ root }) => root));
  });
  session.on("fresh", () => {
    scale.clear();
    told = 0;
    empty.textContent = t("q.empty");
    if (session.status === "idle") hideBars(true);
  });
  session.on("frame", show);
}
