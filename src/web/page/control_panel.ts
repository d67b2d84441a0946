/** Train, pause, step, reset, and how fast. @module */
import { h } from "./dom.ts";
import { icon } from "./icons.ts";
import type { PageSession } from "./session.ts";
import { formatNumber, t } from "./texts.ts";

/** Steps per second that the slider can be set to; undefined is as fast as it goes. */
const speeds = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, undefined] as const;

/** Shows the buttons and the slider in `root`, and listens to their keys. */
export function mountControls(root: HTMLElement, session: PageSession): void {
  const train = h("button", { type: "button", className: "main", onclick: toggle });
  const buttons = [
    train,
    button("step", "step", () => session.step("step")),
    button("episode", "episode", () => session.step("episode")),
    button("reset", "reset", () => session.reset()),
  ];
  const value = h("output", { htmlFor: "speed" });
  const slider = h("input", {
    id: "speed",
    type: "range",
    min: "0",
    max: `${speeds.length - 1}`,
    value: `${speeds.length - 1}`,
    oninput: () => setSpeed(),
  });
  root.append(
    h("div", { className: "buttons" }, ...buttons),
    h("div", { className: "speed" }, h("label", { htmlFor: "speed" }, t("control.speed")), slider, value),
  );

  function toggle(): void {
    if (session.status === "training") session.pause();
    else session.train();
  }

  function setSpeed(): void {
    const speed = speeds[Number(slider.value)];
    value.textContent = speed === undefined
      ? t("speed.full")
      : t("speed.limit", { count: formatNumber(speed) });
    slider.setAttribute("aria-valuetext", value.textContent);
    session.pace(speed);
  }

  function show(): void {
    const training = session.status === "training";
    const name = training ? "pause" : "train";
    train.replaceChildren(icon(name), h("span", {}, t(`control.${name}`)));
    train.title = t("control.trainHint");
    for (const one of buttons.slice(1, 3)) one.disabled = training;
  }

  const keys: Readonly<Record<string, () => void>> = {
    " ": toggle,
    s: () => buttons[1]!.click(),
    e: () => buttons[2]!.click(),
    r: () => buttons[3]!.click(),
  };
  document.addEventListener("keydown", (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || event.defaultPrevented || takesKeys(target)) return;
    const act = keys[key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
  session.on("moved", show);
  show();
  setSpeed();
}

/** A button with an icon and a hint. */
function button(name: "step" | "episode" | "reset", sign: "step" | "episode" | "reset", act: () => void) {
  const title = t(`control.${name}Hint`);
  return h(
    "button",
    { type: "button", title, onclick: act },
    icon(sign),
    h("span", {}, t(`control.${name}`)),
  );
}

/** Whether keys mean something where the focus is. */
function takesKeys(target: EventTarget | null): boolean {
  return target instanceof Element &&
    target.closest("input, select, textarea, button, a, summary, [contenteditable], [data-keys]") !== null;
}
