/** The list of presets, and what the chosen one is. @module */
import type { RunConfigInput } from "../../config/run_config.ts";
import { h } from "./dom.ts";
import { presets } from "./presets.ts";
import type { Choice, PageSession } from "./session.ts";
import { describePreset, formatList, formatNumber, t } from "./texts.ts";

/** Shows them in `root`, and takes the one that is chosen. */
export function mountPresets(root: HTMLElement, session: PageSession): void {
  const groups = new Map<string, string[]>();
  for (const [name, { environment }] of Object.entries(presets)) {
    const id = environment?.id ?? "";
    groups.set(id, [...groups.get(id) ?? [], name]);
  }
  const select = h(
    "select",
    { id: "preset", onchange: () => session.choose({ name: select.value, config: presets[select.value]! }) },
    ...[...groups].map(([id, names]) =>
      h("optgroup", { label: id }, ...names.map((name) => h("option", { value: name }, name)))
    ),
  );
  const about = h("div", { className: "about" });
  root.append(h("label", { htmlFor: "preset", className: "title" }, t("preset.label")), select, about);

  function show(): void {
    const { name, config } = session.choice;
    select.value = name in presets ? name : "";
    about.replaceChildren(h("p", {}, describe(session.choice)), facts(config));
  }
  session.on("chosen", show);
  show();
}

/** The words of a config about itself, translated where they are a preset's. */
function describe({ name, config: { description = "" } }: Choice): string {
  return presets[name]?.description === description ? describePreset(name, description) : description;
}

/** What a config comes to, in a few words each. */
function facts({ environment, agent = {}, budget = {}, evaluation }: RunConfigInput): HTMLElement {
  const { kind = "dqn", hidden } = agent as { kind?: "dqn" | "tabular" | "random"; hidden?: number[] };
  const network = kind === "dqn" ? (hidden ?? []).map(String).join(" - ") : "";
  const bounds = Object.entries(budget).map(([unit, count]) =>
    t(`budget.${unit as "steps" | "episodes" | "seconds"}`, { count: formatNumber(count) })
  );
  const goal = evaluation?.threshold;
  const rows: [string, string][] = [
    [t("preset.environment"), environment?.id ?? ""],
    [t("preset.agent"), t(`agent.${kind}`)],
    [t("preset.network"), network],
    [t("preset.budget"), formatList(bounds)],
    [t("preset.goal"), goal === undefined ? "" : t("preset.goalReturn", { threshold: formatNumber(goal) })],
  ];
  const shown = rows.filter(([, value]) => value !== "");
  return h(
    "dl",
    { className: "facts" },
    ...shown.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]),
  );
}
