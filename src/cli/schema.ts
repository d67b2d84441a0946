/** `deno task schema`: writes the schemas by which editors complete and check configs and experiments. @module */
import { experimentJsonSchema } from "../config/experiment_schema.ts";
import { jsonSchema } from "../config/schema.ts";
import type { Command } from "../command/command.ts";
import { ExitCode, main } from "../command/main.ts";

/** The text of `configs/schema.json`. */
export function schemaText(): string {
  return `${JSON.stringify(jsonSchema(), null, 2)}\n`;
}

/** The text of `configs/experiments/schema.json`. */
export function experimentSchemaText(): string {
  return `${JSON.stringify(experimentJsonSchema(), null, 2)}\n`;
}

const command: Command = {
  usage: "deno task schema",
  summary:
    "Writes configs/schema.json and configs/experiments/schema.json, by which editors complete and check configs.",
  options: [],
  positionals: [0, 0],
};

async function run(): Promise<number> {
  const folder = new URL("../../configs/", import.meta.url);
  await Deno.writeTextFile(new URL("schema.json", folder), schemaText());
  await Deno.writeTextFile(new URL("experiments/schema.json", folder), experimentSchemaText());
  return ExitCode.fine;
}

if (import.meta.main) await main(command, run);
