/** Where the run is: its counts, its device, and what went wrong. @module */
import type { FailedNews, OpenedNews } from "../trainer/protocol.ts";
import { h } from "./dom.ts";
import { describeEnd } from "./end_reasons.ts";
import type { PageSession } from "./session.ts";
import { formatNumber, t } from "./texts.ts";

const counts = ["step", "update", "episode", "speed"] as const;

/** Shows it in `root`. */
export function mountStatus(root: HTMLElement, session: PageSession): void {
  const status = h("p", { className: "status", role: "status" });
  const cells = counts.map(() => h("dd", {}, "0"));
  const device = h("p", { className: "device" }, "\u00a0");
  const note = h("p", { className: "remark" });
  const failure = h("div", { className: "failure", role: "alert", hidden: true });
  const list = h(
    "dl",
    { className: "counts" },
    ...counts.map((name, i) => h("div", {}, cells[i]!, h("dt", {}, t(`count.${name}`)))),
  );
  root.append(status, list, device, note, failure);

  function say(text: string): void {
    if (status.textContent !== text) status.textContent = text;
    root.dataset["status"] = session.status;
  }

  session.on("fresh", () => {
    failure.hidden = true;
    for (const cell of cells) cell.textContent = "0";
    device.textContent = "\u00a0";
    note.textContent = "";
  });
  session.on("moved", (now) => {
    if (now !== "ended") say(t(`status.${now}`));
  });
  session.on("status", ({ status: now, reason = "" }) => {
    if (now === "ended") say(t("status.ended", { reason: describeEnd(reason) }));
  });
  session.on("opened", (news) => device.textContent = describeDevice(news));
  session.on("progress", ({ member, progress, stepsPerSecond = 0, fill }) => {
    if (member !== session.focused) return;
    const { step, update, episode } = progress;
    const values = [step, update, episode, Math.round(stepsPerSecond)];
    for (const [i, value] of values.entries()) cells[i]!.textContent = formatNumber(value);
    if (session.status !== "training") return;
    const values_ = fill && { done: formatNumber(fill.done), total: formatNumber(fill.total) };
    say(values_ ? t("status.filling", values_) : t("status.training"));
  });
  const tell = (news: Pick<FailedNews, "message" | "usage">) => {
    failure.replaceChildren(...describeFailure(news));
    failure.hidden = false;
  };
  session.on("failed", tell);
  session.on("refused", (message) => tell({ message, usage: true }));
  session.on("note", ({ text }) => note.textContent = text);
  say(t("status.idle"));
}

function describeDevice({ device, onDevice }: OpenedNews): string {
  if (!device) return t("device.none");
  const where = t(onDevice ? "device.device" : "device.host");
  return `${t(`device.${device.kind}`, { adapter: device.adapter })} · ${where}`;
}

function describeFailure({ message, usage }: Pick<FailedNews, "message" | "usage">): HTMLElement[] {
  return [h("strong", {}, t(usage ? "error.given" : "error.title")), h("pre", {}, message)];
}
