/** The peers in the repository, where their frameworks are installed. */
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { loopCases, updateCases } from "../../src/bench/configs.ts";
import { runPeer } from "../../src/bench/peer.ts";

const pythons = ["python3", "/usr/bin/python3"];

for (const framework of ["torch", "jax"]) {
  const python = await pythonWith(framework);
  Deno.test({
    name: `peer ${framework}_loops prints our cases, and its loops learn`,
    ignore: python === undefined,
    fn: async () => {
      const script = fromFileUrl(new URL(`../../src/bench/peers/${framework}_loops.py`, import.meta.url));
      const [figures, ...more] = await runPeer(`${python} -B "${script}" --quick`);
      assertEquals(more, []);
      assertEquals(Object.keys(figures!.loopStepsPerSecond!), Object.keys(loopCases));
      assertEquals(Object.keys(figures!.updateMilliseconds!), Object.keys(updateCases));
      // More than the reward of one step, less than the largest possible.
      const { tutorial } = (figures as { meanQ: Record<string, number> }).meanQ;
      assertEquals(tutorial! > 1 && tutorial! < 100, true, `${tutorial}`);
    },
  });
}

/** An interpreter that can import `framework`, if there is one. */
async function pythonWith(framework: string): Promise<string | undefined> {
  for (const python of pythons) {
    const command = new Deno.Command("sh", {
      args: ["-c", `${python} -c "import ${framework}, numpy"`],
      stdout: "null",
      stderr: "null",
    });
    if ((await command.output()).success) return python;
  }
  return undefined;
}
