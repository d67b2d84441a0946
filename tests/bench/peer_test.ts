/** Peers, played by `echo` and `printf`. */
import { assertEquals, assertRejects } from "@std/assert";
import { namesOf, runPeer } from "../../src/bench/peer.ts";

Deno.test("runPeer reads one JSON object a line, between lines for people", async () => {
  const first = { framework: "A", loopStepsPerSecond: { tutorial: 12.5 } };
  const second = { framework: "B", updateMilliseconds: { "64 batch 64": 1 } };
  const command = `echo warming up; echo '${JSON.stringify(first)}'; printf '  %s' '${
    JSON.stringify(second)
  }'`;
  assertEquals(await runPeer(command), [first, second]);
});

Deno.test("runPeer says why a peer cannot be compared with", async () => {
  const cases: [string, string][] = [
    ["echo '{}'; exit 3", "Cannot time the peer: `echo '{}'; exit 3` ended with exit code 3, wanted 0"],
    ["echo 12 steps", "Cannot time the peer: `echo 12 steps` printed no JSON object, wanted one a line"],
    [
      `echo '{"steps": 12, "loopStepsPerSecond": 3}'`,
      `Cannot time the peer: \`echo '{"steps": 12, "loopStepsPerSecond": 3}'\` printed the keys steps, loopStepsPerSecond`,
    ],
    ["echo '{12'", "Cannot time the peer: `echo '{12'` printed no JSON: "],
  ];
  for (const [command, message] of cases) {
    const error = await assertRejects(() => runPeer(command), Error);
    assertEquals(error.message.slice(0, message.length), message);
  }
});

Deno.test("namesOf lists the figures by key and case", () => {
  const figures = { adapter: "A", loopStepsPerSecond: { zoo: 1, tutorial: 2 }, solveSteps: { "seed 0": 3 } };
  assertEquals(namesOf(figures), [
    "loopStepsPerSecond zoo",
    "loopStepsPerSecond tutorial",
    "solveSteps seed 0",
  ]);
});
