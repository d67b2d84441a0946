/** What a run is and how it went, in names and values. @module */
import { h } from "../../page/dom.ts";
import { formatNumber } from "../../page/texts.ts";
import type { RunInfo } from "../protocol.ts";
import { statusMark } from "./status_mark.ts";
import { ago, duration, texts } from "./texts.ts";

/** The title of a run, why it is as it is, and its facts. */
export function headOf(run: RunInfo, title: string): Node[] {
  return [
    h("h2", {}, title),
    h("p", { className: "why" }, statusMark(run), run.reason),
    h(
      "dl",
      { className: "facts" },
      ...factsOf(run).flatMap(([name, value]) =>
        value === undefined ? [] : [h("div", {}, h("dt", {}, name), h("dd", {}, value))]
      ),
    ),
  ];
}

function factsOf({ environment, algorithm, seed, progress, changed, best, evaluation }: RunInfo) {
  const count = (value: number | undefined) => value?.toLocaleString("en");
  const final = evaluation && `${formatNumber(evaluation.mean)} ± ${formatNumber(evaluation.std)}`;
  return [
    [texts.environment, environment],
    [texts.algorithm, algorithm],
    [texts.seed, seed?.toString()],
    [texts.steps, count(progress?.step)],
    [texts.updates, count(progress?.update)],
    [texts.episodes, count(progress?.episode)],
    [texts.time, progress && duration(progress.seconds)],
    [texts.changed, ago(changed)],
    [texts.bestEvaluation, best === undefined ? undefined : formatNumber(best)],
    [texts.finalEvaluation, final],
  ] as const;
}
