import { assertEquals } from "@std/assert";
import schema from "../../configs/schema.json" with { type: "json" };
import { formsOf, nameOf } from "../../src/web/page/form_fields.ts";
import { beginningOf, textOfValue, valueOfText } from "../../src/web/page/form_values.ts";
import {
  isOfForm,
  type Path,
  type Schema,
  valueAt,
  variantsOf,
  withValue,
} from "../../src/web/page/schema.ts";
import { checkBySchema } from "../../src/web/page/schema_check.ts";
import { presets } from "../../src/web/page/presets.ts";

const root = schema as Schema;

Deno.test("Every form that a value of a config may take has a name of its own, and begins with one that is valid", () => {
  let count = 0;
  const visit = (at: Schema, path: Path, config: unknown): void => {
    const variants = formsOf(at);
    const names = variants.length > 1 ? variants.map(nameOf) : [];
    assertEquals(new Set(names).size, names.length, path.join("."));
    for (const variant of variants) {
      let changed = config;
      if (variants.length > 1) {
        changed = withValue(config, path, beginningOf(variant, valueAt(config, path) ?? at.default));
        assertEquals(checkBySchema(root, changed), [], path.join("."));
        assertEquals(isOfForm(variant, valueAt(changed, path)), true, path.join("."));
        count++;
      }
      for (const [key, inner] of Object.entries(variant.properties ?? {})) {
        if (key !== "kind" && !inner.not && formsOf(inner).length > 0) visit(inner, [...path, key], changed);
      }
    }
  };
  visit({ properties: root.properties! }, [], presets["cartpole"]);
  assertEquals(count > 30, true);
});

Deno.test("What two forms have in common is kept", () => {
  const [, exponential] = variantsOf(root.properties!["agent"]!.oneOf![0]!.properties!["exploration"]!).slice(
    1,
  );
  const before = { kind: "linear", start: 0.8, end: 0.2, duration: 5 };
  assertEquals(beginningOf(exponential!, before), { kind: "exponential", start: 0.8, end: 0.2, decay: 1000 });
  assertEquals(beginningOf({ type: "number", minimum: 0, maximum: 1 }, before), 0.2);
});

Deno.test("valueOfText() reads what textOfValue() shows, and leaves to the schema what it cannot read", () => {
  const cases: [Schema["type"], unknown, string][] = [
    ["number", 1e-3, "0.001"],
    ["array", [128, 64], "128, 64"],
    ["object", { mode: "random" }, '{"mode":"random"}'],
    ["string", "12", "12"],
  ];
  for (const [type, value, text] of cases) {
    assertEquals(textOfValue(value), text);
    assertEquals(valueOfText({ type: type! }, text), value);
  }
  assertEquals(valueOfText({ type: "number" }, " 1e-3 "), 1e-3);
  assertEquals(valueOfText({ type: "number" }, ""), undefined);
  assertEquals(valueOfText({ type: "number" }, "many"), "many");
  assertEquals(valueOfText({ type: "array" }, "[]"), []);
});
