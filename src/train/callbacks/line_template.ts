/** Lines of text with numbers in them. @module */
import { decimal } from "../../core/numbers.ts";
import { didYouMean, excerpt, UsageError } from "../../core/errors.ts";

/** Numbers by the names of their placeholders; what is not known is absent. */
export type LineValues = Readonly<Record<string, number | undefined>>;

const placeholder = /\{([^{}]*)\}/g;

/** The names of the placeholders `{name}` in a text. */
export function placeholders(text: string): string[] {
  return Array.from(text.matchAll(placeholder), ([, name]) => name!);
}

/** The text with numbers in the place of `{name}`, short ones, and `-` where one is not known. */
export function fillText(text: string, values: LineValues): string {
  return text.replace(
    placeholder,
    (_, name: string) => values[name] === undefined ? "-" : decimal(values[name]),
  );
}

/** Checks a text. @throws {UsageError} When it has a placeholder that is not `known`, with those that are. */
export function assertPlaceholders(text: string, known: readonly string[]): void {
  const unknown = placeholders(text).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(
    `Cannot print lines like "${excerpt(text)}": {${excerpt(unknown)}} is not known, wanted one of ${
      known.join(", ")
    }` +
      didYouMean(unknown, known),
  );
}
