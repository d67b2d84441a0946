/** What charts and counters of the page show, out of all that happens in a run. @module */
import { atStart, type EvaluationEvent, type Progress, type TrainEvent } from "../../core/events.ts";
import { WindowMean } from "../../train/callbacks/window_mean.ts";
import type { Callback } from "../../train/callbacks/callback.ts";
import type { EvaluationNews, Point, Post, ProgressNews } from "./protocol.ts";

/** Milliseconds from one message to the next while a run trains. */
const interval = 100;

/** Gathers events, and tells of them in one message every tenth of a second, however many there are. */
export class Digest implements Callback {
  readonly #post: Post;
  readonly #member: number;
  /** Counts as of the latest event, over all that the agent has gone through. */
  progress: Progress = atStart;
  /** What had been before the counts of events began: another training may count anew. */
  #before: Progress = atStart;
  #epsilon: number | undefined;
  /** Time of the latest event, as its run counts. */
  #seconds = 0;
  #fill: ProgressNews["fill"];
  #news = false;
  readonly #returns = new WindowMean(100);
  #return = new Mean();
  #loss = new Mean();
  #meanQ = new Mean();
  /** When it last told. */
  #told = -Infinity;
  #speed = new Speed(0);

  /** Tells `post`. @param member The place of its run among those side by side. */
  constructor(post: Post, member = 0) {
    this.#post = post;
    this.#member = member;
  }

  notify(event: TrainEvent): void {
    switch (event.kind) {
      case "episode":
        this.#returns.add(event.return);
        return this.#return.add(event.return);
      case "evaluation":
        this.leaveOut(1000 * (event.seconds - this.#seconds));
        return this.#post({ ...evaluationNews(event, this.#sum(event)), member: this.#member });
      case "fill":
        this.#fill = { done: event.done, total: event.total };
        return this.#take(event);
      case "progress":
        this.#fill = undefined;
        this.#epsilon = event.epsilon;
        for (const loss of event.losses) this.#loss.add(loss);
        for (const q of event.meanQ) this.#meanQ.add(q);
        return this.#take(event);
      case "start":
        this.#before = combine(this.progress, event, (a, b) => a - b);
        this.#speed = new Speed(this.progress.step);
        return this.#take(event);
      case "end":
        return this.#take(event);
    }
  }

  /** `milliseconds` went by that were none of training: a rest, or the page's own work. */
  leaveOut(milliseconds: number): void {
    this.#speed.leaveOut(milliseconds);
  }

  /** Tells what there is to tell. */
  flush(): void {
    if (!this.#news) return;
    this.#news = false;
    this.#told = performance.now();
    const stepsPerSecond = this.#speed.take(this.progress.step);
    this.#post({
      kind: "progress",
      member: this.#member,
      progress: this.progress,
      ...stepsPerSecond === undefined ? {} : { stepsPerSecond },
      ...this.#fill ? { fill: this.#fill } : { point: this.#point() },
    });
  }

  #sum(progress: Progress): Progress {
    return combine(this.#before, progress, (a, b) => a + b);
  }

  #take(progress: Progress): void {
    this.progress = this.#sum(progress);
    this.#seconds = progress.seconds;
    this.#news = true;
    if (performance.now() - this.#told >= interval) this.flush();
  }

  #point(): Point {
    const values = {
      return: this.#return.mean,
      return100: this.#return.count > 0 ? this.#returns.mean : undefined,
      loss: this.#loss.mean,
      meanQ: this.#meanQ.mean,
      epsilon: this.#epsilon,
    };
    this.#return = new Mean();
    this.#loss = new Mean();
    this.#meanQ = new Mean();
    const known = Object.entries(values).filter(([, value]) => value !== undefined);
    return { step: this.progress.step, ...Object.fromEntries(known) };
  }
}

/** Count by count. */
function combine(a: Progress, b: Progress, by: (a: number, b: number) => number): Progress {
  return {
    step: by(a.step, b.step),
    update: by(a.update, b.update),
    episode: by(a.episode, b.episode),
    seconds: by(a.seconds, b.seconds),
  };
}

function evaluationNews(
  { evaluation, best }: EvaluationEvent,
  { step }: Progress,
): Omit<EvaluationNews, "member"> {
  const { returns: _, lengths: __, ...numbers } = evaluation;
  return { kind: "evaluation", step, evaluation: numbers, best };
}

class Mean {
  #sum = 0;
  count = 0;

  add(value: number): void {
    this.#sum += value;
    this.count++;
  }

  /** Undefined of nothing. */
  get mean(): number | undefined {
    return this.count > 0 ? this.#sum / this.count : undefined;
  }
}

/** Milliseconds that a speed is taken over, at least. */
const speedWindow = 500;

/** Steps per second of the time that went into training. */
class Speed {
  #step: number;
  #since = performance.now();
  #latest: number | undefined;

  /** From so many steps on. */
  constructor(step: number) {
    this.#step = step;
  }

  leaveOut(milliseconds: number): void {
    this.#since += milliseconds;
  }

  take(step: number): number | undefined {
    const now = performance.now();
    const time = now - this.#since;
    if (step <= this.#step) return this.#latest;
    const speed = 1000 * (step - this.#step) / time;
    if (time < speedWindow) return this.#latest ?? speed;
    this.#latest = speed;
    this.#step = step;
    this.#since = now;
    return this.#latest;
  }
}
