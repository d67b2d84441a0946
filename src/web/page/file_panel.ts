/** Files and links: what is kept of a run, and what is brought along. @module */
import type { RunConfigInput } from "../../config/run_config.ts";
import { h } from "./dom.ts";
import { isRecord } from "./schema.ts";
import { fetchRun } from "./run_link.ts";
import { decodeLink, encodeLink } from "./share.ts";
import type { Choice, PageSession } from "./session.ts";
import { t } from "./texts.ts";

/** Megabytes of a file at most. */
const mostMegabytes = { safetensors: 512, json: 1 } as const;

/** A choice whose config is not checked yet. */
type UncheckedChoice = Pick<Choice, "name" | "environment"> & { readonly config: unknown };

/** Shows the buttons in `root`, takes files that are dropped on the page, and the config of the address. */
export function mountFiles(root: HTMLElement, session: PageSession): void {
  const checkpoint = button(t("file.checkpoint"), () => session.send({ kind: "save" }));
  const link = button(t("file.link"), () => void copyLink());
  const input = h("input", {
    type: "file",
    accept: ".safetensors,.json",
    className: "unseen",
    "aria-label": t("file.load"),
    tabIndex: -1,
    onchange: () => {
      const [file] = input.files ?? [];
      if (file) void load(file);
      input.value = "";
    },
  });
  const linkText = h("input", { type: "text", readOnly: true, hidden: true, "aria-label": t("file.copyBy") });
  root.append(
    h("h2", { className: "title" }, t("file.title")),
    h(
      "div",
      { className: "buttons" },
      checkpoint,
      button(
        t("file.config"),
        () => download(new Blob([configText()], { type: "application/json" }), ".json"),
      ),
      link,
      button(t("file.load"), () => input.click()),
    ),
    input,
    linkText,
    h("p", { className: "hint" }, t("file.loadHint")),
  );

  const configText = () => `${JSON.stringify(session.choice.config, null, 2)}\n`;

  function download(blob: Blob, ending: string): void {
    const url = URL.createObjectURL(blob);
    const name = session.choice.name.replace(/[^\w.-]+/g, "-");
    h("a", { href: url, download: `${name}${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }

  async function copyLink(): Promise<void> {
    const url = new URL(location.href);
    url.hash = await encodeLink(session.choice);
    history.replaceState(null, "", url);
    try {
      await navigator.clipboard.writeText(url.href);
      link.textContent = t("file.copied");
      setTimeout(() => link.textContent = t("file.link"), 2000);
    } catch { // The browser does not let it.
      linkText.value = url.href;
      linkText.hidden = false;
      linkText.select();
    }
  }

  async function load(file: File): Promise<void> {
    const kind = (["safetensors", "json"] as const).find((ending) =>
      file.name.toLowerCase().endsWith(`.${ending}`)
    );
    try {
      if (!kind) throw new Error(t("file.kind", { name: file.name }));
      const most = mostMegabytes[kind];
      if (file.size > most * 1e6) {
        throw new Error(t("file.large", { name: file.name, size: Math.ceil(file.size / 1e6), most }));
      }
      const name = file.name.replace(/\.\w+$/, "");
      if (kind === "safetensors") {
        return session.load({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
      }
      await choose({ name, config: readJson(await file.text(), file.name) });
    } catch (error) {
      session.refuse((error as Error).message);
    }
  }

  /** Takes a config that comes from outside, once it is one. */
  async function choose({ name, config, environment }: UncheckedChoice): Promise<void> {
    const [{ checkBySchema }, { configSchema }] = await Promise.all([
      import("./schema_check.ts"),
      import("./form_panel.ts"),
    ]);
    const problems = checkBySchema(configSchema, config);
    if (problems.length > 0) {
      const lines = problems.map(({ path, text }) => `${path.join(".") || "config"}: ${text}`);
      throw new Error([t("file.wrong", { name }), ...lines].join("\n"));
    }
    session.choose({ name, config: config as RunConfigInput, ...environment ? { environment } : {} });
  }

  async function readAddress(): Promise<void> {
    try {
      const choice = await decodeLink(location.hash);
      if (choice) return await choose(choice);
      const run = await fetchRun(location.hash);
      if (!run) return;
      await choose(run);
      session.load(run.checkpoint);
    } catch (error) {
      session.refuse((error as Error).message);
    }
  }

  session.on("chosen", () => { // The address no longer says what is shown.
    if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
  });
  session.on("saved", ({ bytes }) => download(new Blob([bytes]), ".safetensors"));
  session.on(
    "moved",
    () => checkpoint.disabled = ["idle", "opening", "failed", "playing"].includes(session.status),
  );
  checkpoint.disabled = true;
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) void load(file);
  });
  globalThis.addEventListener("hashchange", () => void readAddress());
  void readAddress();
}

function button(text: string, act: () => void): HTMLButtonElement {
  return h("button", { type: "button", onclick: act }, text);
}

function readJson(text: string, name: string): unknown {
  try {
    const config: unknown = JSON.parse(text);
    if (isRecord(config)) return config;
  } catch {
    // Told below.
  }
  throw new Error(t("file.json", { name }));
}
