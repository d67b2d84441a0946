import { assert, assertEquals, assertThrows } from "@std/assert";
import { globPattern, shuffledMutants } from "./choice.ts";
import { UsageError } from "../../src/core/errors.ts";
import { dependenciesOf, importersOf, testsOf } from "./nearest.ts";
import { report, State, type Verdict } from "./state.ts";
import { withFolder } from "../cli/task.ts";

const all = globPattern("**");

Deno.test("shuffledMutants() takes mutants in an order by seed, which edits elsewhere leave as it is", () => {
  const lines = Array.from({ length: 20 }, (_, i) => `const a${i} = ${i};`);
  const sources = { "src/ops/a.ts": lines.join("\n"), "src/core/b.ts": "const b = 1;" };
  const order = (seed: number, given = sources) =>
    shuffledMutants(given, { seed, glob: all }).map(({ before }) => before);
  assertEquals(order(0).toSorted(), lines.toSorted());
  assert(order(0).join() !== order(1).join());
  assertEquals(order(0, { ...sources, "src/ops/a.ts": ["f();", ...lines].join("\n") }), order(0));
  const only = shuffledMutants({ ...sources, "src/ops/c.ts": "const c = 1;" }, {
    seed: 0,
    glob: globPattern("src/*/c.ts"),
  });
  assertEquals(only.map(({ file }) => file), ["src/ops/c.ts"]);
});

Deno.test("shuffledMutants() refuses a glob that no file fits", () => {
  const sources = { "src/core/b.ts": "const b = 1;" };
  assertThrows(() => shuffledMutants(sources, { seed: 0, glob: all }), UsageError, "no file fits");
});

Deno.test("globPattern() keeps * within a name", () => {
  assert(globPattern("src/*.ts").test("src/a.ts"));
  assert(!globPattern("src/*.ts").test("src/a/b.ts"));
  assert(globPattern("src/**.ts").test("src/a/b.ts"));
  assert(!globPattern("src/a").test("src/ab"));
});

Deno.test("testsOf() finds the tests that reach a file, texts of shaders and started scripts counted", () => {
  const dependencies = dependenciesOf({
    "src/ops/a.ts": 'import text from "../../shaders/a.wgsl" with { type: "text" };',
    "src/cli/b.ts": 'import "../ops/a.ts";',
    "tests/ops/a_test.ts": 'import "../../src/ops/a.ts";',
    "tests/cli/task.ts": "const script = `../../src/cli/${name}.ts`;",
    "tests/cli/b_test.ts": 'import "./task.ts";',
    "tests/c_test.ts": "",
  });
  assertEquals([...testsOf("shaders/a.wgsl", dependencies)], [
    ["tests/ops/a_test.ts", 2],
    ["tests/cli/b_test.ts", 4],
  ]);
  assertEquals(importersOf("src/ops/a.ts", dependencies), [
    "src/ops/a.ts",
    "src/cli/b.ts",
    "tests/ops/a_test.ts",
  ]);
});

Deno.test("State goes on from its file, a line that was cut off left out; report() lists the survivors", () =>
  withFolder(async (folder) => {
    const path = `${folder}/state.jsonl`;
    const mutant = { file: "src/a.ts", line: 3, before: "  f(1);", after: "", id: "one" };
    const survivor: Verdict = { ...mutant, outcome: "survived" };
    const state = new State(path);
    state.add(survivor);
    state.add({ test: "tests/a_test.ts", seconds: 2, passes: true });
    state.add({ ...mutant, id: "two", outcome: "killed", by: "tests/a_test.ts" });
    await Deno.writeTextFile(path, '{"file":', { append: true });
    const again = new State(path);
    assertEquals([again.verdicts, again.baselines], [state.verdicts, state.baselines]);
    assertEquals(
      report([...again.verdicts.values()]),
      "1 killed, 0 timeout, 1 survived, 0 equivalent, 0 uncompilable\nsrc/a.ts:3 f(1); → (gone)",
    );
  }));
