/** Shaders of a bundle without what only people read. @module */

/** Folders of texts in WGSL. */
const folders = ["../../shaders/", "../wasm/code/prelude/", "./lessons/faults/"].map((folder) =>
  new URL(folder, import.meta.url)
);

/** What an environment has, which the editor shows as it is written. */
const environment = /^fn env_reset\(/m;

/** Texts of the library in WGSL, those of environments left out. */
export async function readShaders(): Promise<string[]> {
  const texts: string[] = [];
  for (const folder of folders) {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.endsWith(".wgsl")) texts.push(await Deno.readTextFile(new URL(name, folder)));
    }
  }
  return texts.filter((text) => !environment.test(text));
}

/** A script in which these shaders have no comments and no indentation. Their lines stay, as mistakes are told by them. */
export function withPlainShaders(script: string, shaders: readonly string[]): string {
  return shaders.reduce(
    (plainer, text) =>
      plainer.replace(literal(text), () => literal(text.replace(/[ \t]*\/\/.*|^[ \t]+/gm, ""))),
    script,
  );
}

/** As bundles write a text of several lines. */
function literal(text: string): string {
  return `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;
}
