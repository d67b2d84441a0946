import { assertEquals } from "@std/assert";
import fc from "npm:fast-check@4.11.0";
import { parseCommand } from "../../src/command/command.ts";
import { parseFailure, parseSummary } from "../../src/runs/summary.ts";
import { parseExperiment } from "../../src/config/experiment_schema.ts";
import { override } from "../../src/config/overrides.ts";
import { jsonSchema, parseConfig } from "../../src/config/schema.ts";
import { UsageError } from "../../src/core/errors.ts";
import { FrozenLake } from "../../src/envs/frozen_lake.ts";
import { assertPlaceholders, fillText } from "../../src/train/callbacks/line_template.ts";
import { checkModule } from "../../src/wasm/wgsl/check.ts";
import { WgslError } from "../../src/wasm/wgsl/error.ts";

/** The same cases each time. */
const options = { seed: 11, numRuns: 500 } as const;

/** What something gives; undefined where it is refused with a message that fits a screen. Anything else goes on. */
function orRefused<T>(act: () => T, Refusal: new (...args: never[]) => Error = UsageError): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof Refusal) || error.message.length > 8000) throw error;
    return undefined;
  }
}

/** Holds `act` to leaving the prototypes alone. */
function withoutPollution(act: () => void): void {
  const keys = () => [Object, Array, Function].map(({ prototype }) => Reflect.ownKeys(prototype).length);
  const before = keys();
  act();
  assertEquals(keys(), before);
}

const least = { environment: { id: "CartPole-v1" }, budget: { steps: 1000 } };
const sound = parseConfig(least);

/** Values of JSON, with the names that objects have of themselves among the keys. */
const json = fc.oneof(
  fc.jsonValue({ maxDepth: 5 }),
  fc.constantFrom('{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', "1e999", '"\\ud800"')
    .map((text) => JSON.parse(text)),
);

/** Paths of a config, as far as they go, and others. */
const path = fc.oneof(
  fc.array(
    fc.constantFrom(
      "agent",
      "log",
      "print",
      "gamma",
      "kind",
      "environment",
      "options",
      "__proto__",
      "constructor",
      "prototype",
      "0",
      "",
    ),
    { minLength: 1, maxLength: 4 },
  ).map((keys) => keys.join(".")),
  fc.string(),
);

Deno.test("parseConfig() and its like refuse any value with a short UsageError, or take it", () => {
  const anything = fc.oneof(
    json,
    fc.anything({ withNullPrototype: true, withBigInt: true, withSparseArray: true }),
  );
  fc.assert(
    fc.property(anything, path, (value, key) => {
      withoutPollution(() => {
        orRefused(() => parseConfig(value));
        orRefused(() => parseConfig({ ...least, [key.split(".")[0]!]: value }));
        orRefused(() =>
          parseExperiment({ description: "a", base: "b", vary: { [key]: value } }, "experiment")
        );
        orRefused(() => parseSummary(value, "summary.json"));
        orRefused(() => parseFailure(value, "failed.json"));
      });
    }),
    { ...options, numRuns: 200 },
  );
});

Deno.test("override() refuses any assignment or sets it, and nothing beside the config", () => {
  const schema = jsonSchema();
  const text = fc.oneof(
    json.map((value) => JSON.stringify(value)),
    fc.string(),
    fc.constant("[".repeat(100_000)),
  );
  const assignment = fc.oneof(fc.tuple(path, text).map(([key, value]) => `${key}=${value}`), fc.string());
  fc.assert(
    fc.property(fc.array(assignment, { maxLength: 3 }), (assignments) => {
      withoutPollution(() => {
        orRefused(() => parseConfig(override(assignments, { written: least, resolved: sound, schema })));
      });
      assertEquals(least, { environment: { id: "CartPole-v1" }, budget: { steps: 1000 } });
    }),
    options,
  );
});

Deno.test("parseCommand() refuses any command line or reads it", () => {
  const command = {
    usage: "test",
    summary: "",
    options: [{ name: "set", value: "K=V", many: true, help: "" }, { name: "quiet", help: "" }],
    positionals: [0, 2],
  } as const;
  const arg = fc.oneof(
    fc.constantFrom(
      "--set",
      "--set=a",
      "--quiet",
      "--",
      "-h",
      "--no-quiet",
      "--__proto__",
      "--__proto__.a=1",
      "-",
    ),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(fc.array(arg, { maxLength: 6 }), (args) => {
      withoutPollution(() => {
        const given = orRefused(() => parseCommand(command, args));
        given?.values("set").forEach((value) => assertEquals(typeof value, "string"));
      });
    }),
    { ...options, numRuns: 3000 },
  );
});

Deno.test("FrozenLake refuses any map, or is one of as many states as letters", () => {
  const row = fc.array(fc.constantFrom("S", "F", "H", "G", "F", "F"), { maxLength: 4 }).map((letters) =>
    letters.join("")
  );
  const map = fc.oneof(fc.array(row, { maxLength: 4 }), json);
  fc.assert(
    fc.property(map, json, (given, slippery) => {
      const lake = orRefused(() => new FrozenLake({ map: given as string[], slippery: slippery as boolean }));
      if (lake) assertEquals(lake.observationSpace.n, lake.map.join("").length);
    }),
    { ...options, numRuns: 2000 },
  );
});

Deno.test("assertPlaceholders() lets no text pass that fillText() cannot fill", () => {
  const part = fc.constantFrom("{", "}", "{a}", "{b}", "{__proto__}", "{constructor}", "$&", "$1", "a", "\n");
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join("");
      if (orRefused(() => (assertPlaceholders(text, ["a", "b"]), true))) {
        const filled = fillText(text, { a: 1 });
        assertEquals(["{a}", "{b}"].filter((name) => filled.includes(name)), []);
      }
    }),
    options,
  );
});

Deno.test("checkModule() refuses any row of tokens by its line, or takes it", () => {
  const token = fc.constantFrom(
    ..."fn f ( ) { } -> f32 u32 vec2 < > [ ] , ; : = + - * & @ . var let const struct alias if else for loop return 1 1.5"
      .split(" "),
    ..."1e999f 0x1p+999 4294967296u >> >= && array array<f32,2> private \n // /* */ \0 \ud800 _ __a".split(
      " ",
    ),
  );
  const soup = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(" "));
  const deep = fc.constantFrom("(", "{", "array<", "-", "if(a){", "[", "f(", "&", "a.").map((part) =>
    `fn f() { let x = ${part.repeat(100_000)}`
  );
  fc.assert(
    fc.property(fc.oneof({ weight: 30, arbitrary: soup }, deep), (text) => {
      orRefused(() => checkModule(text), WgslError);
      orRefused(() => checkModule(`fn f() { ${text} }`), WgslError);
    }),
    { ...options, numRuns: 800 },
  );
});
