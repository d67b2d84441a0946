import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { openViewer } from "../../src/cli/viewer.ts";
import { UsageError } from "../../src/core/errors.ts";
import { CartPole } from "../../src/envs/cartpole.ts";
import type { Environment, Observation } from "../../src/envs/environment.ts";
import { Ring } from "../envs/toys.ts";

/** A ring of cells as text: two lines, the second one changing. */
class TextRing extends Ring {
  cell = 0;
  renderText(): string {
    return `ring\n${".".repeat(this.cell)}o`;
  }
}

/** Takes what is written. */
function streamOf(options: { isTTY: boolean; columns?: number; rows?: number }) {
  const written: string[] = [];
  return { written, stream: { ...options, write: (text: string) => void written.push(text) } };
}

Deno.test("openViewer redraws text in place, and gives the terminal back", async () => {
  const { written, stream } = streamOf({ isTTY: true });
  const ring = new TextRing();
  const before = performance.now();
  {
    using viewer = await openViewer(ring as Environment<Observation>, { id: "Ring", delay: 30, stream });
    await viewer.show("step 0");
    ring.cell = 3;
    await viewer.show("step 1");
    viewer.keep();
  }
  assert(performance.now() - before >= 55, "waits 30 ms a state");
  assertEquals(written, [
    "\x1b[?25l",
    "\rring\x1b[K\no\x1b[K\nstep 0\x1b[K\x1b[J",
    "\r\x1b[2Aring\x1b[K\n...o\x1b[K\nstep 1\x1b[K\x1b[J",
    "\n",
    "\x1b[0m\x1b[?25h",
  ]);
});

Deno.test("openViewer lists texts where there is no terminal", async () => {
  const { written, stream } = streamOf({ isTTY: false });
  using viewer = await openViewer(new TextRing() as Environment<Observation>, {
    id: "Ring",
    delay: 60_000,
    stream,
  });
  await viewer.show("step 0");
  await viewer.show("step 1");
  assertEquals(written, ["ring\no\nstep 0\n\n", "ring\no\nstep 1\n\n"]);
});

Deno.test("openViewer shows a picture as large as the terminal allows", async () => {
  const cartpole = new CartPole();
  cartpole.reset({ state: [0, 0, 0, 0] });
  for (const [columns, rows, wide, high] of [[80, 24, 66, 22], [30, 40, 30, 10]] as const) {
    const { written, stream } = streamOf({ isTTY: true, columns, rows });
    {
      using viewer = await openViewer(cartpole as Environment<Observation>, { id: "C", delay: 20, stream });
      await viewer.show("step 0");
    }
    const lines = written[1]!.split("\n");
    assertEquals(lines.length, high + 1);
    assertEquals(lines.slice(0, -1).map((line) => line.split("▀").length - 1), Array(high).fill(wide));
    assertMatch(lines[high]!, /^step 0/);
    assertEquals(written.at(-1), "\x1b[0m\n\x1b[?25h");
  }
});

Deno.test("openViewer refuses what it cannot show", async () => {
  const file = streamOf({ isTTY: false }).stream;
  await assertRejects(
    () =>
      openViewer(new Ring() as Environment<Observation>, { id: "Ring-v0", delay: undefined, stream: file }),
    UsageError,
    "Cannot show Ring-v0 in the terminal: it does not draw itself, wanted an environment with renderText or render",
  );
  await assertRejects(
    () =>
      openViewer(new CartPole() as Environment<Observation>, { id: "C-v1", delay: undefined, stream: file }),
    UsageError,
    "Cannot show C-v1 in the terminal: standard output is no terminal, wanted one, or --gif FILE",
  );
});
