/** The replay memory, by rows of the latest batch and what was learned from them. @module */
import type { ReplayNews, ReplayRow } from "../../trainer/inside/news.ts";
import { h } from "../dom.ts";
import type { PageSession } from "../session.ts";
import { formatNumber, t } from "../texts.ts";
import { onTheme } from "../theme.ts";
import { aroundZero, describeNumbers } from "./batch.ts";
import { showObservation } from "./observation.ts";
import { fitted, keepHeight, panel, styleOf, watchPanel } from "./picture.ts";

const columns = ["age", "observation", "action", "reward", "next", "end", "q", "target", "error"] as const;

/** Shows it in `root`. */
export function mountReplay(root: HTMLElement, session: PageSession): void {
  const fill = h("i", {});
  const meter = h("div", { className: "meter", role: "meter", ariaValueMin: "0" }, fill);
  meter.setAttribute("aria-label", t("replay.fill"));
  const count = h("p", { className: "note" });
  const body = h("tbody", {});
  const table = h(
    "table",
    {},
    h("caption", { className: "unseen" }, t("replay.caption")),
    h("thead", {}, h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, t(`replay.${name}`))))),
    body,
  );
  const scroller = h("div", { className: "scroller", tabIndex: 0, role: "region" }, table);
  scroller.setAttribute("aria-label", t("replay.caption"));
  const errors = h("canvas", { ariaHidden: "true" });
  const summary = h("p", { className: "readout" });
  const [first, last] = [h("span", {}), h("span", {})];
  const spread = h(
    "figure",
    { className: "spread" },
    h("figcaption", {}, t("replay.errors")),
    errors,
    h("p", { className: "axis", ariaHidden: "true" }, first, h("span", {}, "0"), last),
    summary,
  );
  const content = h(
    "div",
    { className: "replay", hidden: true },
    h("div", {}, count, meter, scroller),
    spread,
  );
  const empty = h("p", { className: "empty" }, t("replay.empty"));
  const frame = panel(t("replay.title"), empty, content);
  root.append(frame);

  let actions: readonly string[] = [];
  let latest: ReplayNews | undefined;

  function show(news: ReplayNews): void {
    latest = news;
    const { filled, capacity, rows, errors: all } = news;
    empty.hidden = rows.length > 0;
    content.hidden = rows.length === 0;
    if (rows.length > 0) keepHeight(frame, false);
    fill.style.width = `${100 * filled / capacity}%`;
    count.textContent = t("replay.count", { filled: formatNumber(filled), capacity: formatNumber(capacity) });
    meter.ariaValueMax = `${capacity}`;
    meter.ariaValueNow = `${filled}`;
    meter.ariaValueText = count.textContent;
    body.replaceChildren(...rows.map((row) => h("tr", {}, ...cells(row, actions))));
    spread.hidden = all.length === 0;
    if (all.length === 0) return;
    const numbers = Object.entries(describeNumbers(all)).map((
      [name, value],
    ) => [name, formatNumber(value, 2)]);
    summary.textContent = t("replay.summary", { count: all.length, ...Object.fromEntries(numbers) });
    draw();
  }

  function draw(): void {
    if (!latest || latest.errors.length === 0) return;
    const { low, high, counts } = aroundZero(latest.errors);
    first.textContent = formatNumber(low, 2);
    last.textContent = formatNumber(high, 2);
    const context = fitted(errors);
    const { clientWidth: width, clientHeight: height } = errors;
    context.clearRect(0, 0, width, height);
    const most = Math.max(...counts);
    const part = width / counts.length;
    for (const [i, many] of counts.entries()) {
      context.fillStyle = styleOf(i < counts.length / 2 ? "--evaluation" : "--return");
      const size = (height - 2) * many / most;
      context.fillRect(i * part + 0.5, height - size, part - 1, size);
    }
    context.fillStyle = styleOf("--muted");
    context.fillRect(0, height - 1, width, 1);
    context.fillRect(width / 2 - 0.5, 0, 1, height);
  }

  session.on("opened", (news) => {
    actions = news.actions;
    if (news.views.includes("replay")) return;
    empty.textContent = t("replay.none");
    keepHeight(frame, false);
  });
  session.on("replay", show);
  session.on("fresh", () => {
    keepHeight(frame, true);
    latest = undefined;
    content.hidden = true;
    empty.hidden = false;
    empty.textContent = t("replay.empty");
  });
  new ResizeObserver(draw).observe(errors);
  onTheme(draw);
  watchPanel(frame, (replay) => session.look({ replay }));
}

/** The cells of a row, in the order of the columns. */
function cells(row: ReplayRow, actions: readonly string[]): HTMLElement[] {
  const { age, observation, action, reward, next, terminated, truncated, target, error } = row;
  const end = terminated ? t("replay.terminated") : truncated ? t("replay.truncated") : "";
  const number = (value: number | undefined) => value === undefined ? "" : formatNumber(value, 3);
  const learned = target === undefined || error === undefined ? undefined : target - error;
  const parts: (string | HTMLElement)[] = [
    formatNumber(age),
    showObservation(observation),
    actions[action] ?? `${action}`,
    number(reward),
    showObservation(next),
    end,
    number(learned),
    number(target),
    number(error),
  ];
  return parts.map((part) => h("td", {}, part));
}
