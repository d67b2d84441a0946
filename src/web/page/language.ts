/** The reader's language: which there are, which is wanted, and the switch. @module */
import { assetUrl } from "./assets.ts";
import { h } from "./dom.ts";
import { readStored, store } from "./stored.ts";
import { type Language, languages, t, type Translation, useLanguage } from "./texts.ts";

/** The language of the first tag that we have, `["ko-KR", "en"]` say, English where there is none. */
export function matchLanguage(tags: readonly string[]): Language {
  for (const tag of tags) {
    const [primary] = tag.toLowerCase().split("-");
    const found = languages.find((language) => language.split("-")[0] === primary);
    if (found) return found;
  }
  return "en";
}

/** The language that somebody has chosen, else the browser's. */
export function wantedLanguage(): Language {
  const stored = readStored("language");
  return languages.find((language) => language === stored) ?? matchLanguage(navigator.languages);
}

/** A file of texts in a language; undefined for English, which lies in the page's own script. */
export async function loadTexts<T>(file: string, language: Language): Promise<T | undefined> {
  return language === "en" ? undefined : await import(assetUrl(`${file}-${language}`).href);
}

/** Shows the page in the reader's language. To be awaited before anything is drawn. */
export async function startLanguage(): Promise<Language> {
  const language = wantedLanguage();
  document.documentElement.lang = language;
  useLanguage(language, await loadTexts<Translation>("texts", language));
  return language;
}

/** A list of languages in `root`. The page begins again in the one that is chosen. */
export function mountLanguage(root: HTMLElement): void {
  const select = h(
    "select",
    { className: "language", "aria-label": t("language.label"), title: t("language.label") },
    ...languages.map((language) => h("option", { value: language, lang: language }, nameOf(language))),
  );
  select.value = document.documentElement.lang;
  select.addEventListener("change", () => {
    store("language", select.value);
    location.reload();
  });
  root.append(select);
}

/** What a language calls itself. */
function nameOf(language: Language): string {
  return new Intl.DisplayNames(language, { type: "language" }).of(language) ?? language;
}
