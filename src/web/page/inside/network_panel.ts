/** The parameters of the agent as a picture, and what its network computes in the state that is seen. @module */
import type { ParametersNews } from "../../trainer/inside/news.ts";
import { h, onNextFrame } from "../dom.ts";
import type { PageSession } from "../session.ts";
import { formatNumber, t } from "../texts.ts";
import { onTheme } from "../theme.ts";
import { rgbOf, signColor } from "./colors.ts";
import { activations, matrixFacts } from "./network.ts";
import { drawMatrix, drawUnits, isTurned } from "./network_picture.ts";
import { keepHeight, panel, styleOf, watchPanel } from "./picture.ts";
import { showRamp } from "./value_legend.ts";

/** Milliseconds from one lighting of the units to the next, and from one to the next that is told in words. */
const [lightTime, tellTime] = [80, 500];

/** Shows them in `root`. */
export function mountNetwork(root: HTMLElement, session: PageSession): void {
  const choice = h("select", { className: "small", onchange: () => paint() });
  choice.setAttribute("aria-label", t("network.layer"));
  const picture = h("canvas", { role: "img", className: "matrix" });
  const ramp = h("div", { className: "ramp" });
  const summary = h("p", { className: "readout" });
  const units = h("canvas", { role: "img", className: "units" });
  const active = h("p", { className: "readout" });
  const now = h("figure", {}, h("figcaption", {}, t("network.now")), units, active);
  const matrices = h("div", {}, choice, picture, ramp, summary);
  const content = h("div", { className: "network", hidden: true }, now, matrices);
  const empty = h("p", { className: "empty" }, t("network.empty"));
  const frame = panel(t("network.title"), empty, content);
  root.append(frame);

  let latest: ParametersNews | undefined;
  let seen: Float32Array | undefined;
  /** When the units were lit, and when that was told in words. */
  let [lit, told] = [0, 0];

  function show(news: ParametersNews): void {
    latest = news;
    empty.hidden = true;
    content.hidden = false;
    keepHeight(frame, false);
    const names = news.matrices.map(({ rows, columns }, i) =>
      news.of === "table"
        ? t("network.table", { rows, columns })
        : t("network.layerName", { layer: i + 1, rows, columns })
    );
    if ([...choice.options].map(({ text }) => text).join() !== names.join()) {
      choice.replaceChildren(...names.map((name, i) => h("option", { value: `${i}` }, name)));
      choice.hidden = names.length < 2;
    }
    paint();
  }

  const paint = onNextFrame(() => {
    const matrix = latest?.matrices[Number(choice.value)];
    if (!matrix) return;
    const { largest, ...numbers } = matrixFacts(matrix);
    drawMatrix(picture, matrix, largest);
    const way = latest!.of === "table" ? "states" : isTurned(matrix) ? "outputs" : "inputs";
    const { rows, columns } = matrix;
    const written = Object.entries(numbers).map(([name, value]) => [name, formatNumber(value, 2)]);
    const values = { rows, columns, way: t(`network.${way}`), ...Object.fromEntries(written) };
    summary.textContent = t("network.summary", values);
    picture.setAttribute("aria-label", summary.textContent);
    const zero = rgbOf(styleOf("--card"));
    showRamp(ramp, { from: -largest, to: largest, color: (share) => signColor(2 * share - 1, zero) });
    light();
  });

  /** Lights the units by what they put out in the state that is seen. */
  function light(): void {
    const layers = latest?.of === "network" && seen ? activations(latest.matrices, seen) : [];
    now.hidden = layers.length === 0;
    if (layers.length === 0) return;
    lit = performance.now();
    drawUnits(units, layers);
    if (lit - told < tellTime) return;
    told = lit;
    const parts = layers.slice(1, -1).map((layer, i) => {
      const count = layer.filter((value) => value > 0).length;
      return t("network.active", { layer: i + 1, active: count, units: layer.length });
    });
    active.textContent = parts.join(" ");
    units.setAttribute("aria-label", `${t("network.now")}. ${active.textContent}`);
  }

  session.on("parameters", show);
  session.on("frame", ({ observation }) => {
    if (!observation) return;
    seen = observation;
    if (latest && frame.open && performance.now() - lit > lightTime) light();
  });
  session.on("opened", ({ views }) => {
    if (views.includes("parameters")) return;
    empty.textContent = t("network.none");
    keepHeight(frame, false);
  });
  session.on("fresh", () => {
    keepHeight(frame, true);
    latest = seen = undefined;
    told = 0;
    content.hidden = true;
    empty.hidden = false;
    empty.textContent = t("network.empty");
  });
  new ResizeObserver(paint).observe(picture);
  onTheme(paint);
  watchPanel(frame, (parameters) => session.look({ parameters }));
}
