/** Playing by hand. @module */
import { h } from "./dom.ts";
import { keysOf } from "./keys.ts";
import type { PageSession } from "./session.ts";
import { t } from "./texts.ts";

/** Shows the way to the controls in `root`, and listens to their keys while somebody plays. */
export function mountHand(root: HTMLElement, session: PageSession): void {
  const take = h("button", { type: "button", className: "take", hidden: true, onclick: toggle });
  const buttons = h("div", {
    className: "actions",
    role: "group",
    "aria-label": t("hand.actions"),
    hidden: true,
  });
  const hint = h("p", { className: "hint", hidden: true }, t("hand.hint"));
  root.append(take, buttons, hint);
  let keys = keysOf([]);
  /** Keys that are down, the latest first. */
  let down: number[] = [];

  const playing = () => session.status === "playing";

  function toggle(): void {
    session.send({ kind: "control", by: playing() ? "agent" : "hand" });
  }

  function press(action: number): void {
    down = [action, ...down.filter((other) => other !== action)];
    session.send({ kind: "press", action });
  }

  function release(action: number): void {
    if (!down.includes(action)) return;
    down = down.filter((other) => other !== action);
    const [held] = down;
    session.send({ kind: "press", ...held === undefined ? {} : { action: held } });
  }

  function releaseAll(): void {
    if (down.length === 0) return;
    down = [];
    session.send({ kind: "press" });
  }

  function show(): void {
    const on = playing();
    take.textContent = t(on ? "hand.give" : "hand.take");
    take.setAttribute("aria-pressed", `${on}`);
    buttons.hidden = hint.hidden = !on;
    if (!on) down = [];
  }

  session.on("opened", ({ drawable, actions, members }) => {
    take.hidden = !drawable || members.length > 0; // Of several there is none whose place to take.
    keys = keysOf(actions);
    buttons.replaceChildren(...actions.map((name, action) => {
      const { sign } = keys[action]!;
      return h(
        "button",
        {
          type: "button",
          onpointerdown: () => press(action),
          onpointerup: () => release(action),
          onpointerleave: () => release(action),
          oncontextmenu: (event: Event) => event.preventDefault(),
          // Of a keyboard or a screen reader: a press without a pointer.
          onclick: (event: MouseEvent) => event.detail === 0 && (press(action), release(action)),
        },
        h("kbd", {}, sign),
        h("span", {}, name),
      );
    }));
  });
  session.on("fresh", () => take.hidden = true);
  session.on("moved", show);
  document.addEventListener("keydown", (event) => {
    if (!playing() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isIn(event.target, '[data-keys="all"]')) return;
    if (event.key === "Escape") return toggle();
    const action = actionOf(event);
    if (action < 0 || isIn(event.target, "input:not([type=radio]), select, textarea")) return;
    event.preventDefault();
    if (!event.repeat) press(action);
  }, { capture: true });
  document.addEventListener("keyup", (event) => {
    const action = actionOf(event);
    if (playing() && action >= 0) release(action);
  }, { capture: true });
  globalThis.addEventListener("blur", releaseAll);
  show();

  function actionOf({ key }: KeyboardEvent): number {
    return keys.findIndex((one) => one.keys.includes(key.toLowerCase()));
  }
}

function isIn(target: EventTarget | null, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}
