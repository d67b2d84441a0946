import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { decode, withFolder } from "./task.ts";

const module = new URL("../../src/cli/work_folder.ts", import.meta.url);
const config = fromFileUrl(new URL("../../deno.json", import.meta.url));

Deno.test("workers that start and end at the same time take no folder from one another, and leave none", async () => {
  const script = `
    const { WorkFolder } = await import("${module}");
    for (let i = 0; i < 40; i++) {
      using _own = await WorkFolder.make(Deno.args[0]);
    }`;
  await withFolder(async (folder) => {
    const args = ["eval", "--config", config, script, folder];
    const one = () => new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" } }).output();
    const ends = (await Promise.all([one(), one(), one(), one()])).map(decode);
    assertEquals(ends.map(({ code, stderr }) => [code, stderr]), ends.map(() => [0, ""]));
    assertEquals([...Deno.readDirSync(folder)], []);
  });
});
