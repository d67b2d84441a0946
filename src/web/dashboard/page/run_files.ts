/** What a run left: pictures to look at, and files to save. @module */
import { h } from "../../page/dom.ts";
import type { RunInfo } from "../protocol.ts";
import { texts } from "./texts.ts";

/** Links by which the agent of a run is played, and its files saved. */
export function actionsOf(run: RunInfo): HTMLElement {
  const files = [
    ["best.safetensors", texts.bestCheckpoint],
    ["last.safetensors", texts.lastCheckpoint],
    ["config.json", "config.json"],
    ["metrics.csv", "metrics.csv"],
    ["episodes.csv", "episodes.csv"],
  ] as const;
  const links = files.filter(([file]) => run.files.includes(file))
    .map(([file, text]) => h("a", { href: `${fileUrl(run, file)}?download`, download: "" }, text));
  return h("p", { className: "actions" }, ...playLinkOf(run), h("span", {}, texts.download), ...links);
}

/** A link by which the best checkpoint is played in the page on which agents are trained; nothing where there is none. */
function playLinkOf({ key, files }: RunInfo): HTMLElement[] {
  if (!files.includes("best.safetensors") || !files.includes("config.json")) return [];
  return [
    h("a", { className: "play", href: `/train/#run=${key}`, target: "_blank", rel: "noopener" }, texts.play),
  ];
}

/** The animation and the pictures of a run. */
export function picturesOf(run: RunInfo): HTMLElement[] {
  const pictures = run.files.filter((file) => file.startsWith("pictures/"));
  return [
    ...run.files.includes("episode.gif") ? [animationOf(run)] : [],
    ...pictures.map((file) => {
      const text = file.replace(/^pictures\/|\.\w+$/g, "").replaceAll("-", " ");
      return figureOf(text, pictureOf(run, file, text));
    }),
  ];
}

/** It begins by itself, unless somebody wants less motion. */
function animationOf(run: RunInfo): HTMLElement {
  const animation = () => pictureOf(run, "episode.gif", texts.animation);
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) return figureOf(texts.animation, animation());
  const show = h("button", { type: "button" }, texts.showAnimation);
  show.addEventListener("click", () => show.replaceWith(animation()));
  return figureOf(texts.animation, show);
}

function figureOf(text: string, content: HTMLElement): HTMLElement {
  return h("figure", { className: "card" }, h("figcaption", {}, text), content);
}

function pictureOf(run: RunInfo, file: string, text: string): HTMLElement {
  return h("img", { src: fileUrl(run, file), alt: text, loading: "lazy" });
}

/** The config as it was written, read when somebody opens it, and again where that failed. */
export function configOf(run: RunInfo): HTMLElement {
  const text = h("pre", { tabIndex: 0 });
  let isRead = false;
  const details = h("details", { className: "card" }, h("summary", {}, texts.config), text);
  details.addEventListener("toggle", async () => {
    if (!details.open || isRead) return;
    const response = await fetch(fileUrl(run, "config.json")).catch(() => undefined);
    isRead = response?.ok === true;
    text.textContent = isRead ? await response!.text() : response ? texts.gone : texts.lost;
  });
  return details;
}

function fileUrl({ key }: RunInfo, file: string): string {
  return `/api/runs/${key}/${file}`;
}
