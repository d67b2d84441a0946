/** The files of the page: bundled, minified, and named by what is in them. @module */
import { fileURLToPath } from "node:url";
import chartStyle from "npm:uplot@1.6.32/dist/uPlot.min.css" with { type: "text" };
import type { SiteFiles } from "./files.ts";
import { readShaders, withPlainShaders } from "./plain_shaders.ts";

/** What a page is made of. */
export interface PageSource {
  /** Where it lies, with a slash at its end; at the root of the site by default. */
  readonly folder?: string;
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
  styles: ["./page/style.css", "./page/inside/inside.css", "./page/team/team.css"],
};

/** The lessons, which use the files of that page beside their own. */
export const lessonsPage: PageSource = {
  folder: "lessons/",
  script: "./lessons/main.ts",
  assets: {
    ...trainingPage.assets,
    "lessons-zh-Hant": "./lessons/texts/zh-Hant.ts",
    "lessons-ko": "./lessons/texts/ko.ts",
  },
  html: "./lessons/index.html",
  styles: [...trainingPage.styles, "./lessons/style.css"],
};

/** The page that shows runs. */
export const dashboardPage: PageSource = {
  script: "./dashboard/page/main.ts",
  assets: {},
  html: "./dashboard/page/index.html",
  styles: ["./dashboard/page/style.css"],
};

/**
 * Bundles the pages of a site. Names of scripts and styles have a part that changes with what is in them, so that they may be
 * kept for good. An asset of several pages lies with the first of them.
 *
 * @returns The `index.html` of each, and all that they load.
 * @throws {Error} With what the bundler says.
 */
export async function bundlePages(...pages: readonly PageSource[]): Promise<SiteFiles> {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const known = new Map<string, string>();
  const shaders = await readShaders();
  for (const { folder = "", script, assets, html, styles } of pages) {
    const metas: string[] = [];
    for (const [name, module] of Object.entries(assets)) {
      const file = known.get(module) ?? await addScript(files, `${folder}${name}`, { module, shaders });
      known.set(module, file);
      metas.push(`<meta name="asset-${name}" content="${pathFrom(folder, file)}">`);
    }
    const main = await addScript(files, `${folder}main`, { module: script, shaders });
    const own = await Promise.all([baseStyle, ...styles].map((path) => Deno.readTextFile(here(path))));
    const text = minifyStyle(chartStyle + own.join(""));
    const sheet = await add(files, `${folder}style`, { text, extension: "css" });
    const preloads = importsOf(files, main).map((file) =>
      `<link rel="modulepreload" href="${pathFrom(folder, file)}">`
    );
    const page = (await Deno.readTextFile(here(html)))
      .replace("style.css", pathFrom(folder, sheet))
      .replace("main.js", pathFrom(folder, main))
      .replace(/<meta name="assets" ?\/?>/, [...metas, ...preloads].join("\n    "));
    files.set(`${folder}index.html`, new TextEncoder().encode(page));
  }
  return files;
}

/** A file as a page in a folder, one below the root, names it. */
function pathFrom(folder: string, file: string): string {
  return file.startsWith(folder) ? file.slice(folder.length) : `../${file}`;
}

/** Adds a script and what it loads later, in the same folder. Returns its name. */
async function addScript(
  files: Map<string, Uint8Array<ArrayBuffer>>,
  name: string,
  { module, shaders }: { readonly module: string; readonly shaders: readonly string[] },
): Promise<string> {
  const entry = fileURLToPath(here(module));
  const out = fileURLToPath(new URL("../../bundle/", import.meta.url)); // Nothing is written there.
  const { outputFiles = [], errors, success } = await Deno.bundle({
    entrypoints: [entry],
    outputDir: out,
    platform: "browser",
    minify: true,
    codeSplitting: true,
    write: false,
  });
  if (!success) throw new Error(errors.map(({ text }) => text).join("\n"));
  const own = entry.replace(/^.*[/\\]/, "").replace(/ts$/, "js");
  const folder = name.replace(/[^/]*$/, "");
  let main = "";
  for (const output of outputFiles) {
    const text = withPlainShaders(output.text(), shaders);
    const file = output.path.slice(out.length).replaceAll("\\", "/");
    if (file === own) main = await add(files, name, { text, extension: "js" });
    else files.set(`${folder}${file}`, new TextEncoder().encode(text));
  }
  return main;
}

/** What a script cannot begin without, and that in turn, so that all of it is asked for at once. */
function importsOf(files: SiteFiles, script: string): string[] {
  const folder = script.replace(/[^/]*$/, "");
  const found = new Set<string>();
  const visit = (name: string) => {
    const text = new TextDecoder().decode(files.get(name));
    for (const [, path] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)) {
      const file = `${folder}${path}`;
      if (found.has(file)) continue;
      found.add(file);
      visit(file);
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
