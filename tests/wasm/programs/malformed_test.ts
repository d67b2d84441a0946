import { assert, assertEquals, assertGreater } from "@std/assert";
import { compileKernel } from "../../../src/wasm/code/compile.ts";
import { checkModule } from "../../../src/wasm/wgsl/check.ts";
import { WgslError } from "../../../src/wasm/wgsl/error.ts";
import type { Module } from "../../../src/wasm/wgsl/tree.ts";
import { judge, openReferee } from "../referee.ts";
import { joinedShaders } from "../shaders.ts";
import { Choice } from "./choice.ts";
import { malformed } from "./malformed.ts";
import { randomProgram } from "./program.ts";

/** How many texts, and the seed of the first: more by hand. */
const count = Number(Deno.env.get("QERNEL_MALFORMED") ?? 150);
const first = Number(Deno.env.get("QERNEL_MALFORMED_FROM") ?? 1);

/** Seconds after which a text counts as hanging; it takes hundredths. */
const patience = 60;

/** What `run` returns; undefined where it refuses the text, by a line of it. Anything else that it throws fails. */
function unlessRefused<T>(text: string, run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof WgslError)) {
      throw new Error(`Neither taken nor refused:\n${text}`, { cause: error });
    }
    const lines = text.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/).length;
    assert(
      error.line >= 1 && error.line <= lines,
      `${error.message}: line ${error.line} of ${lines}\n${text}`,
    );
    return undefined;
  }
}

/** Compiles all entry points, every override being 1. */
function compileAll(text: string, module: Module): void {
  const constants = Object.fromEntries(module.overrides.map(({ name }) => [name, 1]));
  for (const { name, workgroupSize } of module.functions) {
    if (!workgroupSize) continue;
    const options = { constants, shared: false, relaxed: true };
    const code = unlessRefused(text, () => compileKernel(module, name, options));
    if (code) assert(WebAssembly.validate(code.bytes), `${name} is no WebAssembly:\n${text}`);
  }
}

Deno.test("a text with faults is refused by a line, or becomes WebAssembly and is WGSL for the adapter too", async () => {
  const referee = await openReferee();
  let taken = 0;
  for (let seed = first; seed < first + count; seed++) {
    const choice = new Choice(seed);
    const whole = choice.chance(0.5) ? choice.of(joinedShaders).text : randomProgram(choice.below(100));
    const text = malformed(choice, whole);
    const start = performance.now();
    const module = unlessRefused(text, () => checkModule(text));
    if (module) {
      compileAll(text, module);
      assertEquals((await judge(referee, text))?.message, undefined, `seed ${seed} is no WGSL:\n${text}`);
      taken++;
    }
    const seconds = (performance.now() - start) / 1000;
    assert(seconds < patience, `seed ${seed} took ${seconds} s:\n${text}`);
  }
  referee.destroy();
  assertGreater(taken, count / 10); // Enough of them come as far as the compiler.
  assertGreater(count - taken, count / 2);
});
