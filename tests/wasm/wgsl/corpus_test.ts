import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { checkModule } from "../../../src/wasm/wgsl/check.ts";
import { WgslError } from "../../../src/wasm/wgsl/error.ts";
import { judge, openReferee } from "../referee.ts";
import { type InvalidProgram, invalidPrograms } from "./invalid.ts";
import { validPrograms } from "./valid.ts";

Deno.test("checkModule refuses every invalid program with a sentence and the line of the fault", () => {
  for (const { text, line, says } of invalidPrograms) {
    const error = assertThrows(() => checkModule(text), WgslError, undefined, text);
    assertStringIncludes(error.message, says, text);
    assertEquals(error.line, line, `${text}${error.message}`);
  }
});

Deno.test("checkModule takes every valid program", () => {
  for (const { text } of validPrograms) checkModule(text);
});

Deno.test("the adapter judges all programs alike, but for those whose table says why", async () => {
  const referee = await openReferee();
  for (const { text, adapterRefuses } of validPrograms) {
    assertEquals(await judge(referee, text) !== undefined, adapterRefuses !== undefined, text);
  }
  for (const { text, line, adapter } of invalidPrograms) {
    const verdict = await judge(referee, text);
    assertEquals(verdict === undefined, adapter?.takes ?? false, text);
    if (verdict?.line !== undefined) {
      assertEquals(verdict.line, adapter?.line ?? line, `${text}${verdict.message}`);
    }
  }
  referee.destroy();
});

Deno.test("invalidPrograms says why wherever the adapter judges otherwise", () => {
  const reasons = invalidPrograms.flatMap(({ adapter }: InvalidProgram) => adapter?.because ?? []);
  assert(reasons.every((reason) => reason.length > 4));
});
