/** Rounds over cases that are not measured but made up. */
import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import type { CaseProcess, CaseResult } from "../../src/bench/case_process.ts";
import { readOptions } from "../../src/bench/options.ts";
import { measureRound } from "../../src/bench/round.ts";

const learned = { finite: true, moved: true, updates: 1 };

function round(args: readonly string[], measure: (given: CaseProcess) => CaseResult) {
  return measureRound(readOptions(args)!, () => {}, async (given) => await measure(given));
}

Deno.test("measureRound merges the cases of a suite", async () => {
  const { figures, problems } = await round([
    "--suite",
    "loop",
    "--device",
    "wasm",
    "--loop",
    "host",
    "--quick",
  ], (given) => {
    assertEquals(given.settings, { device: "wasm", loop: "host", quick: true });
    return { figures: { adapter: "A", loopStepsPerSecond: { [given.name]: 7 } }, evidence: learned };
  });
  assertEquals(figures, { adapter: "A", loopStepsPerSecond: { tutorial: 7, cleanrl: 7, zoo: 7, pqn: 7 } });
  assertEquals(problems, []);
});

Deno.test("measureRound tells which case did not learn; --quick asks for no values yet", async () => {
  const measure = ({ name }: CaseProcess) => ({
    figures: {},
    evidence: { ...learned, moved: name !== "zoo", meanQ: 0, lastReturn: 100 },
  });
  assertEquals((await round(["--suite", "loop", "--quick"], measure)).problems, [
    "loop zoo did not learn: no parameter changed",
  ]);
  assertEquals((await round(["--suite", "loop"], measure)).problems.slice(0, 2), [
    "loop tutorial did not learn: the mean Q value is 0.00, wanted 2 to 100",
    "loop cleanrl did not learn: the mean Q value is 0.00, wanted 2 to 100",
  ]);
});

Deno.test("measureRound leaves out populations beyond the first that does not fit, and says so", async () => {
  const { figures, notes } = await round(["--suite", "population", "--limit", "9"], ({ name, limit }) => {
    assertEquals(limit, 9);
    if (Number(name) > 16) throw new Error("it took more than 9 seconds");
    return { figures: { populationStepsPerSecond: { [name]: 1 } }, evidence: learned };
  });
  assertEquals(figures, { populationStepsPerSecond: { 1: 1, 4: 1, 16: 1 } });
  assertEquals(notes, ["populations end before 64: it took more than 9 seconds"]);
});

Deno.test("measureRound fails where nothing could be measured", async () => {
  const broken = () => {
    throw new Error("no adapter answered");
  };
  for (const [suite, name] of [["population", "1"], ["update", "64 batch 64"]]) {
    const error = await assertRejects(() => round(["--suite", suite!], broken), Error);
    assertEquals(error.message, `Cannot time ${suite} ${name}: no adapter answered`);
  }
  const mistaken = () => {
    throw new UsageError("no adapter answered");
  };
  await assertRejects(() => round(["--suite", "update"], mistaken), UsageError, "Cannot time update");
});

Deno.test("measureRound gives the compiler an empty cache, and removes it", async () => {
  const folders: string[] = [];
  await round(["--suite", "kernels"], ({ name, env }) => {
    if (name === "compile") {
      folders.push(env!["MESA_SHADER_CACHE_DIR"]!);
      assertEquals([...Deno.readDirSync(folders[0]!)], []);
    } else assertEquals(env, undefined);
    return { figures: {} };
  });
  assertEquals(folders.length, 1);
  await assertRejects(() => Deno.stat(folders[0]!), Deno.errors.NotFound);
});
