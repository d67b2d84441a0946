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
  let latest: { readonly allowed: readonly number[]; readonly frame: Frame } | undefined;
  let [isWaiting, isPending] = [false, false];
  const empty = h("p", { className: "empty" }, t("q.empty"));
  const axis = h("p", { className: "axis", ariaHidden: "true" }, low, high);
  root.append(h("h2", {}, t("q.title")), empty, list, axis);
  hideBars(true);

  function hideBars(hidden: boolean): void {
    empty.hidden = !hidden;
    list.hidden = axis.hidden = hidden;
  }

  function show(frame: Frame): void {
    const { q, action, legal } = frame;
    if (!q || q.length !== rows.length) return;
    const allowed = [...q].map((value, i) => legal?.[i] === 0 ? NaN : value);
    scale.add(allowed);
    for (const [i, { root, bar }] of rows.entries()) {
      const [from, to] = scale.bar(q[i]!);
      // A transform needs no layout.
      bar.style.transform = `translateX(${100 * from}%) scaleX(${Math.max(to - from, leastBar)})`;
      root.classList.toggle("chosen", i === action);
      root.classList.toggle("illegal", legal?.[i] === 0);
    }
    latest = { allowed, frame };
    tellSoon();
  }

  /** Tells the latest now, or as soon as numbers may change again. */
  function tellSoon(): void {
    isPending = isWaiting;
    if (isWaiting) return;
    isWaiting = true;
    tell();
    setTimeout(() => {
      isWaiting = false;
      if (isPending) tellSoon();
    }, numberTime);
  }

  function tell(): void {
    if (!latest) return;
    const { allowed, frame: { action, random } } = latest;
    const best = Math.max(...allowed.filter((value) => !Number.isNaN(value)));
    for (const [i, { value, less }] of rows.entries()) {
      const own = allowed[i]!;
      value.textContent = Number.isNaN(own) ? "-" : formatNumber(own, 3);
      if (random && i === action) less.textContent = t("q.random");
      else if (own === best) less.textContent = t("q.best");
      else less.textContent = Number.isNaN(own) ? "" : formatNumber(own - best, 2);
    }
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
    latest = undefined;
    empty.textContent = t("q.empty");
    if (session.status === "idle") hideBars(true);
  });
  session.on("frame", show);
}
