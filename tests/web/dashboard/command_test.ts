/** What the dashboard's command says where there is nothing to show. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl } from "@std/path";

const script = fromFileUrl(new URL("../../../src/web/dashboard/serve.ts", import.meta.url));
const config = fromFileUrl(new URL("../../../deno.json", import.meta.url));

Deno.test("deno task dashboard without a folder of runs says what makes one, and names another that is not there", async () => {
  const cwd = await Deno.makeTempDir();
  try {
    for (
      const [given, wanted] of [[[], "which deno task train makes"], [["none"], "the folder none: "]] as const
    ) {
      const args = ["run", "-A", "--no-check", "--config", config, script, ...given, "--port", "0"];
      const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd, stdin: "null" }).output();
      assertEquals(code, 2);
      assertStringIncludes(new TextDecoder().decode(stderr), wanted);
    }
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
});
