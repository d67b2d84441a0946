/** The benchmark as a process of its own. */
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

async function bench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const [script, config] = ["../../src/bench/main.ts", "../../deno.json"]
    .map((path) => fromFileUrl(new URL(path, import.meta.url)));
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", config!, script!, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("bench --json prints one object with the peers' keys, and ratios over rounds", async () => {
  const printed = { framework: "Fake", device: "cpu", loopStepsPerSecond: { tutorial: 1, dreamer: 2 } };
  const { code, stdout } = await bench(
    ...["--suite", "loop", "--loop", "host", "--quick", "--json", "--rounds", "1"],
    ...["--peer", `echo '${JSON.stringify(printed)}'`],
  );
  assertEquals(code, 0);
  const found = JSON.parse(stdout);
  const keys = [
    "framework",
    "device",
    "adapter",
    "loopStepsPerSecond",
    "outsideMilliseconds",
    "peers",
    "notes",
    "problems",
  ];
  assertEquals(Object.keys(found), keys);
  assertEquals(Object.keys(found.loopStepsPerSecond), ["tutorial", "cleanrl", "zoo", "pqn"]);
  const rate = found.loopStepsPerSecond.tutorial;
  assertEquals(found.peers, [
    { peer: "Fake on cpu", case: "loop tutorial", median: rate, min: rate, max: rate },
  ]);
  assertEquals([found.notes, found.problems], [[], []]);
});

Deno.test("bench ends with exit code 2 for a wrong command line, and prints the help with 0", async () => {
  const wrong = await bench("--suite", "loops");
  assertEquals([wrong.code, wrong.stdout], [2, ""]);
  assertEquals(
    wrong.stderr.startsWith('error: Option --suite is "loops", wanted one of kernels, update, parts, loop,'),
    true,
  );
  const help = await bench("--help");
  assertEquals([help.code, help.stdout.includes("deno task bench [options]")], [0, true]);
});

Deno.test("bench ends with exit code 1 when a peer fails, before anything else is measured", async () => {
  const { code, stderr } = await bench("--suite", "loop", "--peer", "exit 4");
  assertEquals([code, stderr], [
    1,
    "timing exit 4 ...\nerror: Cannot time the peer: `exit 4` ended with exit code 4, wanted 0\n",
  ]);
});
