/** What the page weighs. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { bundlePages, lessonsPage, trainingPage } from "../../../src/web/bundle.ts";
import { compressed } from "../../../src/web/files.ts";
import { firstView } from "../../../src/web/sizes.ts";

Deno.test("The page takes less than 150 kB before anything is trained, and 300 kB without editor and lessons", async () => {
  const files = await bundlePages(trainingPage, lessonsPage);
  const weigh = (names: readonly string[], encoding: Parameters<typeof compressed>[1]) =>
    names.map((name) => compressed(files.get(name)!, encoding).length).reduce((sum, size) => sum + size);
  assertLess(weigh(firstView(files), "gzip"), 150_000);
  assertLess(weigh([...files.keys()].filter((name) => !/editor|lesson/.test(name)), "br"), 300_000);
});

Deno.test("Shaders come without their comments, environments as they are written", async () => {
  const files = await bundlePages(trainingPage);
  const [name] = [...files.keys()].filter((name) => name.startsWith("trainer-"));
  const trainer = new TextDecoder().decode(files.get(name!));
  const folder = new URL("../../../shaders/", import.meta.url);
  for (const { name } of Deno.readDirSync(folder)) {
    const text = Deno.readTextFileSync(new URL(name, folder));
    if (!name.endsWith(".wgsl") || !text.startsWith("//")) continue;
    const isWhole = trainer.includes(text.split("\n", 1)[0]!);
    assertEquals(isWhole, /^fn env_reset\(/m.test(text), name);
  }
  assert(trainer.includes("fn dense_forward("));
});
