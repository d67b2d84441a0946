/** The page that shows runs: what it knows of them, and its panels. @module */
import { byId } from "../../page/dom.ts";
import { mountTheme } from "../../page/theme.ts";
import { Board } from "./board.ts";
import { mountComparison } from "./comparison_panel.ts";
import { mountList } from "./list_panel.ts";
import { mountRun } from "./run_panel.ts";
import { mountTable } from "./table_panel.ts";
import { countOf, texts } from "./texts.ts";

const board = new Board();
const [tagline, view] = [byId("tagline"), byId("view")];
mountTheme(byId("tools"));
mountList(byId("list"), board);
mountComparison(byId("comparison"), board);
mountTable(byId("table"), board);
mountRun(byId("run"), board);

board.onChange(() => {
  const { folder, runs, isConnected, opened } = board;
  byId("comparison").hidden = opened !== undefined || runs.length === 0;
  const running = runs.filter(({ status }) => status === "running").length;
  const counts = `${folder} · ${countOf(runs.length, "run")}, ${running} running`;
  const said = !isConnected ? texts.lost : folder === undefined ? texts.connecting : counts;
  if (tagline.textContent !== said) tagline.textContent = said;
  document.title = opened ? `${opened}: Qernel` : "Qernel: runs";
});

/** What the address names is opened: a run, or all. */
function follow(): void {
  const [, name] = /^#\/run\/(.*)$/s.exec(location.hash) ?? [];
  const opened = name === undefined ? undefined : decode(name);
  if (opened === board.opened) return;
  board.open(opened);
  view.focus({ preventScroll: true });
  view.scrollIntoView({ block: "nearest" });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

addEventListener("hashchange", follow);
follow();
