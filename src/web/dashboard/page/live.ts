/** The connection to the server. @module */
import type { CurvesEvent, RunsEvent, View } from "../protocol.ts";

/** Takes what the server tells. */
export interface LiveListener {
  /** @param isFirst Whether it has the whole list. */
  runs(event: RunsEvent, isFirst: boolean): void;
  curves(event: CurvesEvent): void;
  /** The server answers, or does not. */
  connected(isConnected: boolean): void;
}

/** Asks for one view at a time, while somebody looks at the page: browsers have few connections for all their tabs. */
export class Live {
  readonly #listener: LiveListener;
  #source: EventSource | undefined;
  #view = "";

  /** Asks for nothing yet. */
  constructor(listener: LiveListener) {
    this.#listener = listener;
    document.addEventListener("visibilitychange", () => document.hidden ? this.#close() : this.#open());
  }

  /** Asks for a view, unless that is what it asks for. */
  ask(view: View): void {
    const text = JSON.stringify(view);
    if (text === this.#view && this.#source) return;
    this.#view = text;
    this.#close();
    if (!document.hidden) this.#open();
  }

  #open(): void {
    if (this.#source || this.#view === "") return;
    const source = new EventSource(`/api/live?view=${encodeURIComponent(this.#view)}`);
    let isFirst = true;
    // Of one that has been closed events may still be on their way.
    const on = <T>(kind: string, take: (data: T) => void) =>
      source.addEventListener(kind, ({ data }: MessageEvent<string>) => {
        if (source === this.#source) take(JSON.parse(data));
      });
    on<RunsEvent>("runs", (event) => {
      this.#listener.runs(event, isFirst);
      isFirst = false;
    });
    on<CurvesEvent>("curves", (event) => this.#listener.curves(event));
    source.onopen = () => {
      isFirst = true;
      this.#listener.connected(true);
    };
    source.onerror = () => {
      if (source !== this.#source) return;
      this.#listener.connected(false);
      if (source.readyState !== EventSource.CLOSED) return; // It tries again by itself.
      this.#close();
      setTimeout(() => this.#open(), 2000);
    };
    this.#source = source;
  }

  #close(): void {
    this.#source?.close();
    this.#source = undefined;
  }
}
