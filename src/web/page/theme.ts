/** Light or dark: as the system has it, until somebody chooses. @module */
import { h } from "./dom.ts";
import { icon } from "./icons.ts";
import { readStored, store } from "./stored.ts";
import { t } from "./texts.ts";

/** A button that turns from one to the other, in `root`. */
export function mountTheme(root: HTMLElement): void {
  const { dataset } = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const stored = readStored("theme");
  if (stored === "dark" || stored === "light") dataset["theme"] = stored;
  const button = h("button", { type: "button", className: "plain", onclick: turn }, icon("light"));
  button.setAttribute("aria-label", t("theme.label"));
  button.title = t("theme.label");
  root.append(button);

  function turn(): void {
    const now = dataset["theme"] ?? (dark.matches ? "dark" : "light");
    const next = now === "dark" ? "light" : "dark";
    dataset["theme"] = next;
    store("theme", next);
  }
}

/** Tells whenever the colours of the page have changed. */
export function onTheme(changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-theme"] });
}
