/** What the page shows: the runs, those that are chosen, and how their curves are drawn. @module */
import { onNextFrame } from "../../page/dom.ts";
import type { Comparison, CurveName, CurvesEvent, RunInfo, RunsEvent, View } from "../protocol.ts";
import { CurveStore, type ShownCurve } from "./curve_store.ts";
import { Live } from "./live.ts";
import { chartsOf, firstMetric, type MetricChoice, namesOf } from "./metrics.ts";
import { Selection } from "./selection.ts";

/** How curves are compared. */
export interface Drawing {
  readonly metric: MetricChoice;
  /** Column that is the axis. */
  readonly over: string;
  /** From 0, not at all, to below 1. */
  readonly smoothing: number;
  readonly isLogarithmic: boolean;
  /** Whether runs that differ by their seed alone are one line. */
  readonly isTogether: boolean;
  /** The part of the axis that is looked at closer. */
  readonly range?: readonly [from: number, to: number];
}

/** A comparison of nothing. */
const alike: Comparison = { keys: [], configurations: [] };

/** More curves than a server sends of one view. */
const mostCurves = 32;

/** What all panels look at. They draw themselves anew, once a frame, when something of it has changed. */
export class Board {
  readonly selection = new Selection();
  readonly #runs = new Map<number, RunInfo>();
  readonly #curves = new CurveStore();
  readonly #live = new Live({
    runs: (event, isFirst) => this.#takeRuns(event, isFirst),
    curves: (event) => this.#takeCurves(event),
    connected: (isConnected) => {
      this.#isConnected = isConnected;
      this.#changed();
    },
  });
  readonly #listeners: (() => void)[] = [];
  readonly #draw = onNextFrame(() => this.#listeners.forEach((listener) => listener()));
  #folder: string | undefined;
  #isConnected = true;
  #opened: string | undefined;
  #drawing: Drawing = {
    metric: firstMetric,
    over: firstMetric.over[0]!,
    smoothing: 0,
    isLogarithmic: false,
    isTogether: false,
  };
  #stressed: string | undefined;
  #point: number | undefined;
  #view: View = { runs: [], curves: [] };
  #comparison: Comparison = alike;
  #compared = "";

  /** Asks the server for the list. */
  constructor() {
    this.#live.ask(this.#view);
  }

  /** Name of the folder; undefined before the server has told anything. */
  get folder(): string | undefined {
    return this.#folder;
  }

  /** Whether the server answers. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** All runs, the latest first. */
  get runs(): readonly RunInfo[] {
    return [...this.#runs.values()].sort((a, b) => b.created - a.created || (a.name < b.name ? -1 : 1));
  }

  /** The runs whose curves are compared, in the order in which they were chosen. */
  get chosen(): readonly RunInfo[] {
    return this.selection.among(this.#runs.values());
  }

  /** Name of the run that is looked at alone. */
  get opened(): string | undefined {
    return this.#opened;
  }

  /** How curves are compared. */
  get drawing(): Drawing {
    return this.#drawing;
  }

  /** Label of the line that somebody points at, in the chart or beside it. */
  get stressed(): string | undefined {
    return this.#stressed;
  }

  /** The x that somebody points at in the chart. */
  get point(): number | undefined {
    return this.#point;
  }

  /** How the configs of the chosen runs differ, as far as is known. */
  get comparison(): Comparison {
    return this.#comparison;
  }

  /** Calls `draw` when something has changed. */
  onChange(draw: () => void): void {
    this.#listeners.push(draw);
  }

  /** A run by its name; undefined where there is none. */
  find(name: string): RunInfo | undefined {
    return this.#runs.values().find((run) => run.name === name);
  }

  /** The curve of a run that is shown under this name. */
  curve(run: RunInfo, name: CurveName, range?: Drawing["range"]): ShownCurve | undefined {
    return this.#curves.get(curveId(run, name, range));
  }

  /** Looks at one run alone, or at all. */
  open(name: string | undefined): void {
    this.#opened = name;
    this.#changed();
  }

  /** Shows a line before the others; all alike when it is undefined. */
  stress(label: string | undefined): void {
    if (label === this.#stressed) return;
    this.#stressed = label;
    this.#draw();
  }

  /** Tells the values at an x; the latest when it is undefined. */
  pointAt(x: number | undefined): void {
    if (x === this.#point) return;
    this.#point = x;
    this.#draw();
  }

  /** Draws curves otherwise. Another metric or axis is shown whole. */
  draw(change: Partial<Drawing>): void {
    const next = { ...this.#drawing, ...change };
    const over = next.metric.over.includes(next.over) ? next.over : next.metric.over[0]!;
    const isSameAxis = over === this.#drawing.over;
    const { range: _, ...whole } = next;
    this.#drawing = isSameAxis ? { ...next, over } : { ...whole, over };
    this.#changed();
  }

  /** Shows the whole axis again. */
  showAll(): void {
    const { range: _, ...whole } = this.#drawing;
    this.#drawing = whole;
    this.#changed();
  }

  /** Chooses runs, or no longer. */
  choose(names: readonly string[], isChosen: boolean): void {
    this.selection.choose(names, isChosen);
    this.#changed();
  }

  #takeRuns({ folder, runs, gone }: RunsEvent, isFirst: boolean): void {
    if (isFirst) this.#runs.clear();
    if (this.#folder === undefined) this.selection.restore(folder);
    this.#folder = folder;
    for (const key of gone) this.#runs.delete(key);
    for (const run of runs) this.#runs.set(run.key, run);
    this.selection.follow(this.runs);
    this.#changed();
  }

  #takeCurves(parts: CurvesEvent): void {
    for (const part of parts) {
      const run = this.#runs.get(part.run);
      const name = this.#view.curves[part.curve];
      if (run && name) this.#curves.add(curveId(run, name, this.#view.range), part);
    }
    this.#draw();
  }

  /** Asks for what is to be shown now. */
  #changed(): void {
    const opened = this.#opened === undefined ? undefined : this.find(this.#opened);
    const { metric: { log, y }, over, range } = this.#drawing;
    const chosen = this.chosen;
    this.#view = opened ? { runs: [opened.key], curves: curvesOf(opened) } : {
      runs: chosen.map(({ key }) => key),
      curves: [{ log, x: over, y }],
      ...range ? { range } : {},
    };
    this.#live.ask(this.#view);
    this.#compare(chosen.map(({ key }) => key));
    this.#draw();
  }

  async #compare(keys: readonly number[]): Promise<void> {
    const text = keys.join();
    if (text === this.#compared) return;
    this.#compared = text;
    const comparison = text === "" ? undefined : await fetchComparison(text);
    if (text !== this.#compared) return; // Others have been chosen meanwhile.
    this.#comparison = comparison ?? alike;
    if (!comparison) this.#compared = ""; // It is asked for again when the server answers.
    this.#draw();
  }
}

/** How the configs of runs differ; undefined where the server does not answer. */
async function fetchComparison(runs: string): Promise<Comparison | undefined> {
  try {
    const response = await fetch(`/api/comparison?runs=${runs}`);
    return response.ok ? await response.json() : alike;
  } catch {
    return undefined;
  }
}

/** The curves that the page of a run has. */
function curvesOf(run: RunInfo): CurveName[] {
  return chartsOf(run).flatMap(namesOf).slice(0, mostCurves);
}

function curveId({ name }: RunInfo, { log, x, y }: CurveName, range: Drawing["range"]): string {
  return JSON.stringify([name, log, x, y, range]);
}
