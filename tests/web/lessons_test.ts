import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import type { RunConfigInput } from "../../src/config/run_config.ts";
import { parseConfig } from "../../src/config/schema.ts";
import { UsageError } from "../../src/core/errors.ts";
import { presets } from "../../src/web/page/presets.ts";
import type { Choice, PageSession } from "../../src/web/page/session.ts";
import { registerFaults } from "../../src/web/lessons/faults/faults.ts";
import { readFormula } from "../../src/web/lessons/formula.ts";
import {
  changed,
  choiceOf,
  contradict,
  formatValue,
  isAbout,
  optionChoices,
  questionOf,
  valueAt,
} from "../../src/web/lessons/lesson.ts";
import { Laboratory } from "../../src/web/lessons/laboratory.ts";
import { lessons } from "../../src/web/lessons/lessons.ts";
import { partsOf } from "../../src/web/lessons/rich_text.ts";
import { en } from "../../src/web/lessons/texts/en.ts";
import { texts as ko } from "../../src/web/lessons/texts/ko.ts";
import { texts as zhHant } from "../../src/web/lessons/texts/zh-Hant.ts";
import type { LessonKey } from "../../src/web/lessons/texts.ts";

/** The one fault that is a config which is refused. */
const refused: LessonKey = "gridworld.unlogged";

Deno.test("Every language has every text of the lessons, with the same values, code and stress in it", () => {
  for (const [language, texts] of Object.entries({ "zh-Hant": zhHant, ko })) {
    assertEquals(Object.keys(texts), Object.keys(en), language);
    for (const [key, english] of Object.entries(en)) {
      const text = texts[key as LessonKey];
      assertMatch(text, /\S/, `${language}: ${key}`);
      assertEquals(marksOf(text), marksOf(english), `${language}: ${key}`);
    }
  }
});

/** Values and code of a text, in whatever order, and how many of its words are stressed. */
function marksOf(text: string) {
  const parts = partsOf(text);
  const code = parts.filter(([kind]) => kind === "code").map(([, words]) => words);
  const values = [...text.matchAll(/\{\w+\}/g)].map(([name]) => name);
  return [...new Set(code)].toSorted().concat(values, `${parts.filter(([kind]) => kind === "em").length}`);
}

Deno.test("Every text of the lessons is used", async () => {
  const folder = new URL("../../src/web/lessons/", import.meta.url);
  let code = "";
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile && name.endsWith(".ts")) code += await Deno.readTextFile(new URL(name, folder));
  }
  const paths = new Set(lessons.flatMap(({ parameters }) => parameters).map((path) => `key.${path}`));
  const unused = Object.keys(en).filter((key) =>
    !code.includes(`"${key}"`) && !paths.has(key) && !key.startsWith("compare.")
  );
  assertEquals(unused, []);
});

Deno.test("Every option of every lesson is a config that can be run, the first as the preset has it", () => {
  registerFaults();
  for (const lesson of lessons) {
    for (const question of [...lesson.questions, ...lesson.faults.map(questionOf)]) {
      for (const preset of lesson.presets.filter((preset) => isAbout(lesson, question, preset))) {
        const label = `${question.title} of ${preset}`;
        const configs = optionChoices(lesson, question, preset).map(({ config }) => config);
        const untouched = choiceOf(lesson, { preset, options: new Map() }).config;
        const own = question.options.findIndex((option) => option.preset === preset);
        assertEquals(parseConfig(configs[Math.max(0, own)]), parseConfig(untouched), label);
        if (question.title === refused) {
          assertThrows(() => parseConfig(configs[1]), UsageError, "earlyStopping.monitor");
        } else {
          const different = new Set(configs.map((config) => JSON.stringify(parseConfig(config))));
          assertEquals(different.size, question.options.length, `options of ${label} that differ`);
        }
      }
    }
  }
});

Deno.test("Formulas can be read, and parameters stand in a config of their lesson", () => {
  for (const { idea, parameters, presets: trained } of lessons) {
    for (const part of idea) if (typeof part !== "string") readFormula(part.formula);
    for (const path of parameters) {
      assert(`key.${path}` in en, path);
      assert(trained.some((preset) => valueAt(presets[preset]!, path) !== undefined), path);
    }
  }
});

Deno.test("changed() sets and leaves out values by their paths, and leaves the config alone", () => {
  const config: RunConfigInput = { environment: { id: "CartPole-v1" }, budget: { steps: 1 }, seed: 2 };
  const after = changed(config, { "agent.target.kind": "none", "budget.steps": undefined, seed: null });
  assertEquals<unknown>(after, {
    environment: { id: "CartPole-v1" },
    budget: {},
    seed: null,
    agent: { target: { kind: "none" } },
  });
  assertEquals(config, { environment: { id: "CartPole-v1" }, budget: { steps: 1 }, seed: 2 });
});

Deno.test("A laboratory trains with what was chosen last, and undoes what contradicts it", () => {
  const chosen: Choice[] = [];
  let trained = 0;
  const session = {
    status: "training",
    choose: (choice: Choice) => void chosen.push(choice),
    train: () => void trained++,
  };
  const lesson = lessons.find(({ id }) => id === "tables")!;
  const laboratory = new Laboratory(session as unknown as PageSession, lesson);
  assertEquals(chosen.at(-1)!.name, "rooms-qlearning");
  const [capacity, decay] = ["tables.capacity", "tables.decay"].map((title) =>
    lesson.questions.find((question) => question.title === title)!
  );
  const epsilon = questionOf(lesson.faults.find(({ title }) => title === "tables.epsilon")!);
  const seen: number[][] = [];
  laboratory.watch(() =>
    seen.push([capacity!, decay!, epsilon].map((question) => laboratory.optionOf(question)))
  );
  laboratory.chooseOption(capacity!, 1);
  laboratory.chooseOption(decay!, 2);
  laboratory.chooseOption(epsilon, 1);
  laboratory.choosePreset("td-cartpole");
  assertEquals(seen, [[0, 0, 0], [1, 0, 0], [1, 2, 0], [1, 0, 1], [0, 0, 0]]);
  assertEquals(
    chosen.slice(1).map(({ config }) => [
      valueAt(config, "agent.replay.capacity"),
      valueAt(config, "agent.exploration.decay"),
    ]),
    [[100, 200], [100, 100], [100, undefined], [10_000, 200]],
  );
  assertEquals(trained, 4);
});

Deno.test("contradict() finds the same value, and one within another", () => {
  const cases: [string, string, boolean][] = [
    ["agent.gamma", "agent.gamma", true],
    ["agent", "agent.gamma", true],
    ["agent.exploration.start", "agent.exploration", true],
    ["agent.gamma", "agent.gammas", false],
    ["agent.gamma", "seed", false],
  ];
  for (const [a, b, does] of cases) {
    assertEquals(contradict({ [a]: 1 }, { x: 1, [b]: 2 }), does, `${a}, ${b}`);
  }
});

Deno.test("choiceOf() takes what is about the preset, and optionChoices() one thing alone", () => {
  const tables = lessons.find(({ id }) => id === "tables")!;
  const [rate, cells] = ["tables.rate", "tables.cells"].map((title) =>
    tables.questions.find((question) => question.title === title)!
  );
  const options = new Map([[rate!, 3], [cells!, 2]]);
  const { name, config } = choiceOf(tables, { preset: "td-cartpole", options });
  assertEquals([
    name,
    valueAt(config, "agent.optimizer.learningRate"),
    valueAt(config, "environment.wrappers"),
  ], [
    "td-cartpole",
    0.1,
    undefined,
  ]);
  assertEquals(
    optionChoices(tables, cells!, "td-cartpole").map(({ name, config }) => [
      name,
      valueAt(config, "environment.wrappers.0.bins"),
    ]),
    [40, 20, 8].map((count) => ["mountain-car-discretized", [count, count]]),
  );
});

Deno.test("formatValue() tells a value in the words of configs", () => {
  const cases: [unknown, string][] = [
    [0.5, "#0.5"],
    [[128, 64], "#128 - #64"],
    ["without-replacement", "without-replacement"],
    [{ kind: "none" }, "none"],
    [{ tau: 1, unit: "step" }, "tau #1, unit step"],
    [{ kind: "adam", learningRate: { kind: "linear", start: 1 } }, "adam: learningRate linear: start #1"],
    [null, "null"],
  ];
  for (const [value, text] of cases) assertEquals(formatValue(value, (value) => `#${value}`), text);
});

Deno.test("partsOf() finds code and stressed words, and leaves lone marks alone", () => {
  assertEquals(partsOf("a `b*c` *d e* f"), [
    ["text", "a "],
    ["code", "b*c"],
    ["text", " "],
    ["em", "d e"],
    ["text", " f"],
  ]);
  assertEquals(partsOf("2 * 3"), [["text", "2 "], ["text", "*"], ["text", " 3"]]);
});
