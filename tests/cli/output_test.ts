import { assertEquals, assertStringIncludes } from "@std/assert";
import { command, commandLine, decode, filesUnder, task, tiny, withFolder } from "./task.ts";

/** Runs a command whose output goes where `redirection` says. */
async function redirected(redirection: string, ...given: Parameters<typeof commandLine>) {
  const output = await new Deno.Command("sh", {
    args: ["-c", `exec "$@" ${redirection}`, "sh", Deno.execPath(), ...commandLine(...given)],
    env: { NO_COLOR: "1" },
  }).output();
  return decode(output);
}

Deno.test({
  name: "train ends with all its files though nothing that it prints can be written",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await withFolder(async (folder) => {
      const { code } = await redirected(">/dev/full 2>&1", "train", [tiny, "--out", `${folder}/run`]);
      assertEquals(code, 0);
      assertEquals(filesUnder(`${folder}/run`).filter((path) => !path.includes("/")), [
        "config.json",
        "episodes.csv",
        "metrics.csv",
        "summary.json",
      ]);
    });
  },
});

Deno.test({
  name: "eval whose result cannot be written fails with the reason",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const { code, stderr } = await redirected(">/dev/full", "eval", ["--help"]);
    assertEquals([code, stderr], [
      1,
      "error: Cannot write standard output: No space left on device (os error 28)\n",
    ]);
  },
});

Deno.test("eval whose reader has gone ends well", async () => {
  const process = command("eval", ["--help"]).spawn();
  await process.stdout.cancel();
  const stderr = new Response(process.stderr).text();
  assertEquals([(await process.status).code, await stderr], [0, ""]);
});

Deno.test("schema --help says what it writes, and writes nothing", async () => {
  const permissions = ["--no-prompt", "--allow-read", "--allow-env"]; // Not to write.
  const { code, stdout, stderr } = await task("schema", ["--help"], { permissions });
  assertEquals([code, stderr], [0, ""]);
  assertStringIncludes(stdout, "Usage: deno task schema\n\nWrites configs/schema.json and ");
  const refused = await task("schema", ["--hepl"], { permissions });
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.stderr, 'Unknown option --hepl, wanted one of --help; did you mean "--help"?');
});
