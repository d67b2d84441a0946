import { assertEquals, assertMatch } from "@std/assert";
import { describeEnd } from "../../src/web/page/end_reasons.ts";
import { matchLanguage } from "../../src/web/page/language.ts";
import { presets } from "../../src/web/page/presets.ts";
import {
  describePreset,
  formatCompact,
  formatNumber,
  t,
  type Translation,
  useLanguage,
} from "../../src/web/page/texts.ts";
import { en } from "../../src/web/page/texts/en.ts";
import * as ko from "../../src/web/page/texts/ko.ts";
import * as zhHant from "../../src/web/page/texts/zh-Hant.ts";

const translations: Readonly<Record<string, Translation>> = { "zh-Hant": zhHant, ko };

Deno.test("Every language has every text, with the same values in it", () => {
  for (const [language, { texts }] of Object.entries(translations)) {
    assertEquals(Object.keys(texts).toSorted(), Object.keys(en).toSorted(), language);
    for (const [key, english] of Object.entries(en)) {
      const text = texts[key as keyof typeof en];
      assertMatch(text, /\S/, `${language}: ${key}`);
      assertEquals(placeholders(text), placeholders(english), `${language}: ${key}`);
    }
  }
});

Deno.test("Every language describes every preset", () => {
  for (const [language, { descriptions }] of Object.entries(translations)) {
    assertEquals(Object.keys(descriptions).toSorted(), Object.keys(presets).toSorted(), language);
  }
});

function placeholders(text: string): string[] {
  return [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).toSorted();
}

Deno.test("No text stands in the code of the page", async () => {
  const found: string[] = [];
  for (
    const folder of ["", "inside/", "team/"].map((path) =>
      new URL(`../../src/web/page/${path}`, import.meta.url)
    )
  ) {
    for await (const { name, isFile } of Deno.readDir(folder)) {
      if (!isFile || !name.endsWith(".ts")) continue;
      found.push(...sentences(name, await Deno.readTextFile(new URL(name, folder))));
    }
  }
  assertEquals(found, []);
});

/** Texts of two words or more in lines of code, those of errors that nobody is meant to see left out. */
function sentences(file: string, code: string): string[] {
  return code.split("\n").flatMap((line, i) => {
    if (/^\s*(\*|\/[/*])|new (Range|Type)?Error\(/.test(line)) return [];
    return [...line.matchAll(/(["'`])((?:\\.|(?!\1).)*)\1/g)]
      .map(([, , text]) => text!.replace(/\$\{.*?\}/g, ""))
      .filter((text) => /[A-Za-z]{2,} [A-Za-z]{2,}/.test(text))
      .map((text) => `${file}:${i + 1}: ${text}`);
  });
}

Deno.test("matchLanguage() takes the first tag that there are texts for", () => {
  const cases: [string[], string][] = [
    [["ko-KR", "en-US"], "ko"],
    [["zh-TW"], "zh-Hant"],
    [["zh-Hant-HK", "en"], "zh-Hant"],
    [["zh-CN"], "zh-Hant"], // Nearer to it than English is.
    [["de-DE", "ko"], "ko"],
    [["de", "en-GB", "ko"], "en"],
    [["kok"], "en"], // Konkani.
    [["fr"], "en"],
    [[], "en"],
  ];
  for (const [tags, language] of cases) assertEquals(matchLanguage(tags), language, `${tags}`);
});

Deno.test("Texts, numbers and reasons are those of the language in use", () => {
  assertEquals(formatCompact(123456), "123K");
  assertEquals(describeEnd("threshold of 475 reached: evaluationMean 480"), "threshold of 475 reached");
  assertEquals(describePreset("taxi", "its own"), "its own");
  useLanguage("ko", ko);
  assertEquals(t("stage.caption", { step: 3, return: "-2" }), "3스텝, 리턴 -2");
  assertEquals(formatCompact(123456), "12.3만");
  assertEquals(formatNumber(12345.678, 7), "12,345.68");
  assertEquals(describeEnd("budget of 20000 steps"), "학습량 20,000스텝 소진");
  assertEquals(describeEnd("patience of 5 checks over: loss 1"), "5번 확인하는 동안 나아지지 않음");
  assertEquals(describeEnd("aborted"), "aborted");
  assertEquals(describePreset("taxi", "its own"), ko.descriptions["taxi"]);
  useLanguage("en", undefined);
  assertEquals(t("control.train"), "Train");
});
