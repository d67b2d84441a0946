/** Programs of the system. @module */

/** The path of the first program that there is. @throws {Error} When there is none, with Debian's name of its package. */
export async function programOnPath(names: readonly string[], debian: string): Promise<string> {
  for (const folder of Deno.env.get("PATH")!.split(":")) {
    for (const name of names) {
      const path = `${folder}/${name}`;
      if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
    }
  }
  throw new Error(
    `Cannot open a page: none of ${names.join(", ")} is on PATH. Debian: apt-get install ${debian}`,
  );
}
