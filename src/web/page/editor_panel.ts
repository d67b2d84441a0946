/** An environment of one's own: written, looked at as it is written, and trained in. @module */
import type { OwnEnvironment } from "../trainer/commands.ts";
import { assetUrl } from "./assets.ts";
import { h } from "./dom.ts";
import type * as Editor from "./editor/editor.ts";
import { readFaults } from "./editor_faults.ts";
import { EnvironmentChecker } from "./environment_checker.ts";
import { ownConfig, ownId, parseOwn } from "./own_environment.ts";
import type { PageSession } from "./session.ts";
import { readStored, store } from "./stored.ts";
import { t } from "./texts.ts";

/** Milliseconds without a change after which a text is looked at. */
const pause = 400;

/** Where the editor is shown, and what it takes the place of. */
export interface EditorPlaces {
  /** Where it is opened from. */
  readonly opener: HTMLElement;
  /** Shown where it is not. */
  readonly instead: HTMLElement;
}

/** Adds a button to `opener` that shows the editor in `root`. Nothing of it is loaded before that. */
export function mountEditor(
  root: HTMLElement,
  session: PageSession,
  { opener, instead }: EditorPlaces,
): void {
  let panel: Promise<EditorPanel> | undefined;
  const button = h(
    "button",
    { type: "button", className: "wide", onclick: () => void open().then(() => focusIn(root)) },
    t("editor.open"),
  );
  opener.append(button);
  root.hidden = true;

  /** Shows the editor as it was left, or with an environment. */
  async function open(environment?: OwnEnvironment): Promise<void> {
    show(true);
    panel ??= EditorPanel.load(root, session, () => {
      show(false);
      button.focus();
    });
    (await panel).open(environment);
  }

  function show(shown: boolean): void {
    root.hidden = !shown;
    instead.hidden = shown;
    button.hidden = shown;
    if (!shown) void panel?.then((panel) => panel.close());
  }

  let known: OwnEnvironment | undefined;
  session.on("chosen", ({ environment }) => {
    if (!environment) show(false);
    else if (environment !== known) void open(environment); // Else it stays as it is: open, or closed.
    known = environment;
  });
}

/** Moves the focus, whose button has gone, to what came in its place. */
function focusIn(root: HTMLElement): void {
  root.querySelector<HTMLElement>("h2")?.focus();
}

class EditorPanel {
  readonly #session: PageSession;
  readonly #editor: Editor.CodeEditor;
  readonly #checker = new EnvironmentChecker();
  readonly #numbers: Readonly<Record<"observations" | "actions" | "maxEpisodeSteps", HTMLInputElement>>;
  readonly #verdict = h("div", { className: "verdict", role: "status" });
  readonly #examples: HTMLSelectElement;
  #known: readonly OwnEnvironment[];
  /** What the fields do not show. */
  #rest: Partial<OwnEnvironment> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  private constructor(root: HTMLElement, session: PageSession, module: typeof Editor) {
    this.#session = session;
    this.#known = [module.catchEnvironment];
    const own = parseOwn(readStored("environment")) ?? module.catchEnvironment;
    this.#numbers = {
      observations: this.#field({ min: 1, required: true }),
      actions: this.#field({ min: 1, required: true }),
      maxEpisodeSteps: this.#field({ min: 1, placeholder: t("editor.limitNone") }),
    };
    this.#examples = h("select", { onchange: () => this.#begin() });
    const code = h("div", { className: "code", "data-keys": "all" });
    root.replaceChildren(...this.#parts(code));
    this.#editor = new module.CodeEditor(code, {
      label: t("editor.code"),
      text: own.text,
      changed: () => this.#changed(),
      submit: () => this.#train(),
    });
    this.#fillIn(own);
    this.#listExamples();
  }

  /** Loads the editor, and what there is to begin with. */
  static async load(root: HTMLElement, session: PageSession, leave: () => void): Promise<EditorPanel> {
    root.replaceChildren(h("p", { className: "note" }, t("editor.loading")));
    const panel = new EditorPanel(root, session, await import(assetUrl("editor").href));
    root.prepend(
      h(
        "div",
        { className: "head" },
        h("h2", { id: "editor-title", tabIndex: -1 }, t("editor.title")),
        h("button", { type: "button", onclick: leave }, t("editor.close")),
      ),
    );
    root.setAttribute("aria-labelledby", "editor-title");
    return panel;
  }

  /** Looks at what is there, or takes over another environment. */
  open(environment?: OwnEnvironment): void {
    if (environment && environment.text !== this.#editor.text) this.#take(environment);
    void this.#check();
    if (this.#known.length === 1) void this.#learnExamples();
  }

  /** Ends what looks at it. */
  close(): void {
    this.#checker.close();
  }

  #parts(code: HTMLElement): HTMLElement[] {
    const label = (key: "example" | "observations" | "actions" | "limit", field: HTMLElement) =>
      h("label", {}, h("span", {}, t(`editor.${key}`)), field);
    const { observations, actions, maxEpisodeSteps } = this.#numbers;
    return [
      h("p", { className: "note" }, t("editor.about")),
      code,
      this.#verdict,
      h(
        "div",
        { className: "fields" },
        label("example", this.#examples),
        label("observations", observations),
        label("actions", actions),
        label("limit", maxEpisodeSteps),
        h(
          "button",
          { type: "button", className: "main", title: t("editor.trainHint"), onclick: () => this.#train() },
          t("editor.train"),
        ),
      ),
    ];
  }

  #field(properties: Readonly<Record<string, unknown>>): HTMLInputElement {
    return h("input", { type: "number", step: "1", oninput: () => this.#changed(), ...properties });
  }

  async #learnExamples(): Promise<void> {
    this.#known = [...this.#known.slice(0, 1), ...await this.#checker.shipped()];
    this.#listExamples();
  }

  #listExamples(): void {
    const options = this.#known.map(({ id }) => h("option", { value: id }, id));
    this.#examples.replaceChildren(h("option", { value: "" }, t("editor.exampleNone")), ...options);
  }

  /** Takes over the example that is chosen; the editor can undo it. */
  #begin(): void {
    const example = this.#known.find(({ id }) => id === this.#examples.value);
    this.#examples.value = "";
    if (!example) return;
    this.#take(example);
    this.#changed();
  }

  #take(environment: OwnEnvironment): void {
    this.#fillIn(environment);
    this.#editor.text = environment.text;
  }

  #fillIn({ observations, actions, maxEpisodeSteps, text: _, id: __, ...rest }: OwnEnvironment): void {
    this.#numbers.observations.value = `${observations}`;
    this.#numbers.actions.value = `${actions}`;
    this.#numbers.maxEpisodeSteps.value = `${maxEpisodeSteps ?? ""}`;
    this.#rest = rest;
  }

  /** The environment as it stands. */
  get #environment(): OwnEnvironment {
    const { observations, actions, maxEpisodeSteps: limit } = this.#numbers;
    return {
      ...this.#rest,
      id: ownId,
      text: this.#editor.text,
      observations: Number(observations.value),
      actions: Number(actions.value),
      ...limit.value === "" ? {} : { maxEpisodeSteps: Number(limit.value) },
    };
  }

  #changed(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#check(), pause);
  }

  async #check(): Promise<void> {
    const environment = this.#environment;
    store("environment", JSON.stringify(environment));
    if (!this.#verdict.textContent) this.#verdict.textContent = t("editor.checking");
    const message = await this.#checker.check(environment);
    if (message === undefined) return;
    const faults = message === "" ? [] : readFaults(message);
    this.#editor.mark(faults.flatMap(({ line, text }) => line === undefined ? [] : [{ line, text }]));
    this.#verdict.classList.toggle("bad", faults.length > 0);
    this.#verdict.replaceChildren(
      ...faults.map((fault) => this.#tell(fault)),
      ...faults.length === 0 ? [t("editor.fine")] : [],
    );
  }

  #tell({ line, text }: ReturnType<typeof readFaults>[number]): HTMLElement {
    if (line === undefined) return h("p", {}, text);
    const show = () => this.#editor.show(line);
    return h(
      "p",
      {},
      h("button", { type: "button", onclick: show }, t("editor.line", { line })),
      h("span", { lang: "en" }, text),
    );
  }

  #train(): void {
    const { environment, config } = this.#session.choice;
    const own = this.#environment;
    // What has been changed of the config stays, as long as it is the same environment that is trained in.
    this.#session.choose({ name: ownId, config: environment ? config : ownConfig(own), environment: own });
    this.#session.train();
  }
}
