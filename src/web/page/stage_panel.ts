/** The environment, as the agent plays in it now. @module */
import { type Drawing, drawingSize, replayDrawing } from "../trainer/display_list.ts";
import type { Frame } from "../trainer/protocol.ts";
import { h } from "./dom.ts";
import { mountHand } from "./hand_panel.ts";
import { icon } from "./icons.ts";
import type { PageSession } from "./session.ts";
import { formatNumber, t } from "./texts.ts";

/** Frames that wait to be shown at most, lest they lag behind the agent. */
const mostWaiting = 40;

/** Shows it in `root`. */
export function mountStage(root: HTMLElement, session: PageSession): void {
  const { width, height } = drawingSize;
  const canvas = h("canvas", { width, height, role: "img", "aria-label": t("stage.label") });
  const note = h("p", { className: "note" });
  const start = h(
    "button",
    { type: "button", className: "start", onclick: () => session.train() },
    icon("train"),
  );
  start.setAttribute("aria-label", t("control.train"));
  const hand = h("div", { className: "hand" });
  const caption = h("p", { className: "caption" }, "\u00a0");
  root.append(
    h("div", { className: "screen" }, canvas, h("div", { className: "cover" }, start, note)),
    h("div", { className: "under" }, caption, mannerChoice(session)),
    hand,
  );
  mountHand(hand, session);
  const painter = new Painter(canvas);
  const show = new Show((frame) => {
    painter.paint(frame.drawing);
    const values = { step: frame.step, return: formatNumber(frame.return, 3) };
    caption.textContent = t("stage.caption", values);
    session.see(frame);
  });

  function cover(text: string, startable = false): void {
    note.textContent = text;
    start.hidden = !startable;
    root.classList.toggle("covered", text !== "");
  }

  session.on("fresh", () => {
    show.clear();
    painter.clear();
    caption.textContent = "\u00a0";
    cover(session.status === "idle" ? t("stage.empty") : t("stage.opening"), session.status === "idle");
  });
  session.on("moved", (status) => {
    if (status === "opening") cover(t("stage.opening"));
    if (status === "failed" && !painter.painted) cover("\u00a0");
  });
  session.on("opened", ({ drawable }) => cover(drawable ? "" : t("stage.undrawn")));
  session.on("frames", ({ frames }) => show.add(frames));
  document.addEventListener("visibilitychange", () => session.watch({ shown: !document.hidden }));
  new ResizeObserver(() => painter.fit()).observe(canvas);
  cover(t("stage.empty"), true);
}

/** Ways in which the agent may be shown. */
const manners = ["greedy", "explore", "still"] as const;

/** How the agent is shown: still at first, where the system asks for little motion. */
function mannerChoice(session: PageSession): HTMLElement {
  const first = matchMedia("(prefers-reduced-motion: reduce)").matches ? "still" : "greedy";
  session.watch({ manner: first });
  const option = (name: typeof manners[number]) =>
    h(
      "label",
      {},
      h("input", {
        type: "radio",
        name: "manner",
        checked: name === first,
        onchange: () => session.watch({ manner: name }),
      }),
      h("span", {}, t(`stage.${name}`)),
    );
  return h(
    "fieldset",
    { className: "choice" },
    h("legend", { className: "unseen" }, t("stage.manner")),
    ...manners.map(option),
  );
}

/** Paints drawings, as sharp as the screen is. */
class Painter {
  readonly #canvas: HTMLCanvasElement;
  #drawing: Drawing | undefined;

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
  }

  get painted(): boolean {
    return this.#drawing !== undefined;
  }

  paint(drawing: Drawing): void {
    this.#drawing = drawing;
    const context = this.#canvas.getContext("2d")!;
    const scale = this.#canvas.width / drawingSize.width;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    replayDrawing(drawing, context);
  }

  clear(): void {
    this.#drawing = undefined;
    const { width, height } = this.#canvas;
    const context = this.#canvas.getContext("2d")!;
    context.resetTransform();
    context.clearRect(0, 0, width, height);
  }

  /** Takes over the size that the page gives it. */
  fit(): void {
    const width = Math.max(1, Math.round(this.#canvas.clientWidth * devicePixelRatio));
    if (width === this.#canvas.width) return;
    this.#canvas.width = width;
    this.#canvas.height = Math.round(width * drawingSize.height / drawingSize.width);
    if (this.#drawing) this.paint(this.#drawing);
  }
}

/** Shows frames one after the other, each for its time. */
class Show {
  readonly #draw: (frame: Frame) => void;
  #waiting: Frame[] = [];
  /** Time at which the next one is to come. */
  #next = 0;
  #runs = false;

  constructor(draw: (frame: Frame) => void) {
    this.#draw = draw;
  }

  add(frames: readonly Frame[]): void {
    this.#waiting.push(...frames);
    if (this.#waiting.length > mostWaiting) this.#waiting.splice(0, this.#waiting.length - mostWaiting);
    if (frames.some(({ duration }) => duration === 0)) this.#waiting = this.#waiting.slice(-1); // Played by hand: now.
    if (this.#runs) return;
    this.#runs = true;
    requestAnimationFrame((now) => this.#turn(now));
  }

  clear(): void {
    this.#waiting = [];
  }

  #turn(now: number): void {
    let frame: Frame | undefined;
    this.#next = Math.max(this.#next, now - 100);
    while (this.#next <= now && this.#waiting.length > 0) {
      frame = this.#waiting.shift()!;
      this.#next += frame.duration;
    }
    if (frame) this.#draw(frame);
    this.#runs = this.#waiting.length > 0;
    if (this.#runs) requestAnimationFrame((next) => this.#turn(next));
  }
}
