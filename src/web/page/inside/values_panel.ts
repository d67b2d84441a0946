/** Policy and values over the states of the environment. @module */
import type { ValuesNews } from "../../trainer/inside/news.ts";
import { h } from "../dom.ts";
import type { PageSession } from "../session.ts";
import { t } from "../texts.ts";
import { onTheme } from "../theme.ts";
import { keepHeight, panel, watchPanel } from "./picture.ts";
import { drawBoard, drawPolicy, drawValues } from "./plane.ts";
import { StateMap } from "./state_map.ts";
import { axisEnds, showLegend } from "./value_legend.ts";
import { Values } from "./values.ts";

/** Milliseconds from one telling of the cell that is pointed at to the next, while it changes by itself. */
const tellTime = 1000;

/** Shows them in `root`. */
export function mountValues(root: HTMLElement, session: PageSession): void {
  const chooser = h("select", { className: "small", hidden: true, onchange: choose });
  chooser.setAttribute("aria-label", t("values.board"));
  const note = h("p", { className: "note" });
  const about = h("p", { className: "unseen", id: "values-about" });
  const readout = h("p", { className: "readout", role: "status" }, t("values.hint"));
  const shared = { about: about.id, pointed: point };
  const policy = new StateMap({ ...shared, paint: drawPolicy, title: t("values.policy") });
  const value = new StateMap({ ...shared, paint: drawValues, title: t("values.value") });
  const board = new StateMap({ ...shared, paint: drawBoard, title: t("values.title") });
  const maps = [policy, value, board];
  const [across, down] = [h("p", { className: "across" }), h("p", { className: "down" })];
  const plane = h("div", { className: "plane" }, down, policy.root, value.root, across);
  const [legend, ramp] = [h("ul", { className: "swatches" }), h("div", { className: "ramp" })];
  const content = h("div", { className: "values", hidden: true }, plane, board.root, legend, ramp, readout);
  const empty = h("p", { className: "empty" }, t("values.empty"));
  const frame = panel(t("values.title"), chooser, note, empty, content, about);
  root.append(frame);

  let values: Values | undefined;
  let cursor: number | undefined;
  let told = 0;

  function show(news: ValuesNews): void {
    const { grid } = values = new Values(news);
    empty.hidden = true;
    content.hidden = false;
    keepHeight(frame, false);
    plane.hidden = grid.labels !== undefined;
    board.root.hidden = grid.labels === undefined;
    note.textContent = grid.note ?? "";
    note.hidden = chooser.value !== "";
    showBoards(news.boards);
    across.replaceChildren(...axisEnds(grid.columns));
    down.replaceChildren(...axisEnds(grid.rows));
    showLegend(values, legend, ramp);
    about.textContent = values.describe();
    for (const map of maps) map.show(values);
    if (cursor !== undefined && performance.now() - told > tellTime) tell(cursor);
  }

  function showBoards(boards: readonly string[]): void {
    chooser.hidden = boards.length === 0;
    if (chooser.options.length === boards.length + 1) return;
    const options = boards.map((name, i) => h("option", { value: `${i}` }, name));
    chooser.replaceChildren(h("option", { value: "" }, t("values.followed")), ...options);
  }

  function choose(): void {
    session.look({ board: chooser.value === "" ? undefined : Number(chooser.value) });
  }

  /** Points at a cell, in every picture. */
  function point(cell: number | undefined): void {
    cursor = cell;
    for (const map of maps) map.point(cell);
    if (cell === undefined) readout.textContent = t("values.hint");
    else tell(cell);
  }

  function tell(cell: number): void {
    told = performance.now();
    if (values) readout.textContent = values.describeCell(cell);
  }

  function clear(): void {
    keepHeight(frame, true);
    values = undefined;
    content.hidden = true;
    empty.hidden = false;
    empty.textContent = t("values.empty");
    note.textContent = about.textContent = "";
    chooser.replaceChildren();
    chooser.hidden = true;
    session.look({ board: undefined });
  }

  session.on("values", show);
  session.on("frame", ({ place }) => maps.forEach((map) => map.move(place)));
  session.on("fresh", clear);
  session.on("opened", ({ views }) => {
    if (views.includes("values")) return;
    empty.textContent = t("values.none");
    keepHeight(frame, false);
  });
  onTheme(() => maps.forEach((map) => map.paint()));
  watchPanel(frame, (shown) => session.look({ values: shown }));
}
