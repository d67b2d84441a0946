/**
 * The peers in the repository print our cases and learn. `deno task test:peers` runs this; `deno task test` does not, as it
 * needs PyTorch and JAX.
 */
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { loopCases, minatarCases, updateCases } from "../../src/bench/configs.ts";
import { runPeer } from "../../src/bench/peer.ts";
import { pythonWith } from "../interop/python_with.ts";

for (const framework of ["torch", "jax"]) {
  Deno.test(`peer ${framework}_loops prints our cases, and its loops learn`, async () => {
    const python = await pythonWith(framework);
    const script = fromFileUrl(new URL(`../../src/bench/peers/${framework}_loops.py`, import.meta.url));
    const [figures, ...more] = await runPeer(`${python} -B "${script}" --quick`);
    assertEquals(more, []);
    assertEquals(
      Object.keys(figures!.loopStepsPerSecond!),
      Object.keys(loopCases).filter((name) => name !== "pqn"),
    );
    assertEquals(Object.keys(figures!.updateMilliseconds!), Object.keys(updateCases));
    // More than the reward of one step, less than the largest possible.
    const { tutorial } = (figures as { meanQ: Record<string, number> }).meanQ;
    assertEquals(tutorial! > 1 && tutorial! < 100, true, `${tutorial}`);
  });
}

for (const framework of ["torch", "jax"]) {
  Deno.test(`peer ${framework}_minatar prints our cases, and its loops learn`, async () => {
    const python = await pythonWith(framework);
    const script = fromFileUrl(new URL(`../../src/bench/peers/${framework}_minatar.py`, import.meta.url));
    const [figures, ...more] = await runPeer(`${python} -B "${script}" --quick`);
    assertEquals(more, []);
    assertEquals(Object.keys(figures!.loopStepsPerSecond!), Object.keys(minatarCases));
    for (const q of Object.values((figures as { meanQ: Record<string, number> }).meanQ)) {
      assertEquals(q > -1 && q < 100, true, `${q}`);
    }
  });
}
