/** The files of the page: bundled, minified, and named by what is in them. @module */
import { fileURLToPath } from "node:url";
import chartStyle from "npm:uplot@1.6.32/dist/uPlot.min.css" with { type: "text" };
import type { SiteFiles } from "./files.ts";

/** What a page is made of. */
export interface PageSource {
  /** Its script. */
  readonly script: string;
  /** Scripts that it starts, or loads by name, by the names that it asks for them; see `page/assets.ts`. */
  readonly assets: Readonly<Record<string, string>>;
  /** Its text, with `style.css`, `main.js` and `<meta name="assets" />` where the names of a build go. */
  readonly html: string;
  /** Its styles, in their order; those of charts and of all pages come before them. */
  readonly styles: readonly string[];
}

const here = (path: string) => new URL(path, import.meta.url);

/** What all pages share: palette, type scale, controls. */
const baseStyle = "./base.css";

/** The page on which agents are trained. */
export const trainingPage: PageSource = {
  script: "./page/main.ts",
  assets: {
    trainer: "./trainer/worker.ts",
    editor: "./page/editor/editor.ts",
    "texts-zh-Hant": "./page/texts/zh-Hant.ts",
    "texts-ko": "./page/texts/ko.ts",
  },
  html: "./page/index.html",
  styles: ["./page/style.css", "./page/inside/inside.css"],
};

/** The page that shows runs. */
export const dashboardPage: PageSource = {
  script: "./dashboard/page/main.ts",
  assets: {},
  html: "./dashboard/page/index.html",
  styles: ["./dashboard/page/style.css"],
};

/**
 * Bundles a page. Names of scripts and styles have a part that changes with what is in them, so that they may be kept for good.
 *
 * @returns `index.html` and all that it loads.
 * @throws {Error} With what the bundler says.
 */
export async function bundlePage({ script, assets, html, styles }: PageSource): Promise<SiteFiles> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const names: Record<string, string> = {};
  for (const [name, module] of Object.entries(assets)) {
    names[name] = await addScript(files, name, module);
  }
  const main = await addScript(files, "main", script);
  const own = await Promise.all([baseStyle, ...styles].map((path) => Deno.readTextFile(here(path))));
  const sheet = minifyStyle(chartStyle + own.join(""));
  const lines = [
    ...Object.entries(names).map(([name, file]) => `<meta name="asset-${name}" content="${file}">`),
    ...importsOf(files, main).map((file) => `<link rel="modulepreload" href="${file}">`),
  ];
  const page = (await Deno.readTextFile(here(html)))
    .replace("style.css", await add(files, "style", { text: sheet, extension: "css" }))
    .replace("main.js", main)
    .replace(/<meta name="assets" ?\/?>/, lines.join("\n    "));
  files.set("index.html", new TextEncoder().encode(page));
  return files;
}

/** Adds a script and what it loads later. Returns its name. */
async function addScript(
  files: Map<string, Uint8Array<ArrayBuffer>>,
  name: string,
  module: string,
): Promise<string> {
  const entry = fileURLToPath(here(module));
  const folder = fileURLToPath(new URL("../../bundle/", import.meta.url)); // Nothing is written there.
  const { outputFiles = [], errors, success } = await Deno.bundle({
    entrypoints: [entry],
    outputDir: folder,
    platform: "browser",
    minify: true,
    codeSplitting: true,
    write: false,
  });
  if (!success) throw new Error(errors.map(({ text }) => text).join("\n"));
  const own = entry.replace(/^.*[/\\]/, "").replace(/ts$/, "js");
  let main = "";
  for (const { path, text } of outputFiles.map((file) => ({ path: file.path, text: file.text() }))) {
    const file = path.slice(folder.length).replaceAll("\\", "/");
    if (file === own) main = await add(files, name, { text, extension: "js" });
    else files.set(file, new TextEncoder().encode(text));
  }
  return main;
}

/** What a script cannot begin without, and that in turn, so that all of it is asked for at once. */
function importsOf(files: SiteFiles, script: string): string[] {
  const found = new Set<string>();
  const visit = (name: string) => {
    const text = new TextDecoder().decode(files.get(name));
    for (const [, file] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)) {
      if (found.has(file!)) continue;
      found.add(file!);
      visit(file!);
    }
  };
  visit(script);
  return [...found];
}

async function add(
  files: Map<string, Uint8Array<ArrayBuffer>>,
  name: string,
  { text, extension }: { readonly text: string; readonly extension: string },
): Promise<string> {
  const bytes = new TextEncoder().encode(text);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const file = `${name}-${digest.toHex().slice(0, 8)}.${extension}`;
  files.set(file, bytes);
  return file;
}

/** Without comments and what only people read. */
function minifyStyle(text: string): string {
  return text.replace(/\/\*.*?\*\//gs, "").replace(/\s+/g, " ").replace(/ ?([{};,>]) ?/g, "$1").trim();
}
