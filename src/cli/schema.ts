/** `deno task schema`: writes configs/schema.json, by which editors complete and check configs. @module */
import { jsonSchema } from "../config/schema.ts";

/** The text of the file. */
export function schemaText(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`;
}

if (import.meta.main) {
  await Deno.writeTextFile(new URL("../../configs/schema.json", import.meta.url), schemaText());
}
