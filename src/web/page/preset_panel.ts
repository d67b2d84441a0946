/** What is learned and who learns it: a preset, or an environment and an agent. @module */
import { h } from "./dom.ts";
import {
  type AgentKind,
  agentKindOf,
  agentKinds,
  canLearn,
  configOf,
  environments,
  presetOf,
} from "./environments.ts";
import { presets } from "./presets.ts";
import type { Choice, PageSession } from "./session.ts";
import { describePreset, t } from "./texts.ts";

/** Shows the choices in `root`, and what the chosen one is. */
export function mountPresets(root: HTMLElement, session: PageSession): void {
  const preset = select("preset", groupedPresets(), () => choosePreset(preset.value));
  const own = h("option", { value: "", hidden: true }, t("preset.none"));
  preset.append(own);
  const environment = select(
    "environment",
    Object.keys(environments).map((id) => h("option", { value: id }, id)),
    choosePair,
  );
  const agents = agentKinds.map((kind) => h("option", { value: kind }, t(`agent.${kind}`)));
  const agent = select("agent", agents, choosePair);
  const about = h("p", { className: "about" });
  const restore = h("button", {
    type: "button",
    className: "small",
    hidden: true,
    onclick: () => choosePreset(session.choice.name),
  }, t("preset.restore"));
  root.append(
    labelled(t("preset.label"), preset),
    h(
      "div",
      { className: "pair" },
      labelled(t("preset.environment"), environment),
      labelled(t("preset.agent"), agent),
    ),
    about,
    restore,
  );

  function choosePreset(name: string): void {
    session.choose({ name, config: presets[name]! });
  }

  function choosePair(): void {
    const id = environment.value;
    const kind = canLearn(id, agent.value as AgentKind) ? agent.value as AgentKind : "dqn";
    const name = presetOf(id, kind);
    if (name !== undefined) return choosePreset(name);
    session.choose({ name: `${id}-${kind}`.toLowerCase(), config: configOf(id, kind) });
  }

  function show(): void {
    const { name, config } = session.choice;
    const known = presets[name];
    preset.value = known ? name : "";
    own.textContent = known ? t("preset.none") : name;
    const id = config.environment?.id ?? "";
    if (!(id in environments) && ![...environment.options].some(({ value }) => value === id)) {
      environment.append(h("option", { value: id }, id));
    }
    environment.value = id;
    agent.value = agentKindOf(config);
    agents[1]!.disabled = !canLearn(id, "tabular");
    about.textContent = describe(session.choice);
    restore.hidden = !known || config === known;
  }
  session.on("chosen", show);
  show();
}

/** The words of a config about itself, translated where they are a preset's. */
function describe({ name, config: { description = "" } }: Choice): string {
  return presets[name]?.description === description ? describePreset(name, description) : description;
}

function groupedPresets(): HTMLElement[] {
  const groups = new Map<string, string[]>();
  for (const [name, { environment }] of Object.entries(presets)) {
    const id = environment?.id ?? "";
    groups.set(id, [...groups.get(id) ?? [], name]);
  }
  return [...groups].map(([id, names]) =>
    h("optgroup", { label: id }, ...names.map((name) => h("option", { value: name }, name)))
  );
}

function select(id: string, options: readonly HTMLElement[], act: () => void): HTMLSelectElement {
  return h("select", { id, onchange: act }, ...options);
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  return h("div", { className: "labelled" }, h("label", { htmlFor: control.id }, text), control);
}
