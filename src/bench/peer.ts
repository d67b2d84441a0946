/** Running a peer: any command that prints JSON objects with the keys of `figures.ts`. @module */
import { figureKeys, type Figures, isNamed } from "./figures.ts";

/** What a command prints: one JSON object a line, between other lines. @throws {Error} When it fails or prints none. */
export async function runPeer(command: string): Promise<Figures[]> {
  const { code, stdout } = await new Deno.Command("sh", {
    args: ["-c", command],
    stdin: "null",
    stderr: "inherit",
  }).output();
  if (code !== 0) {
    throw new Error(`Cannot time the peer: \`${command}\` ended with exit code ${code}, wanted 0`);
  }
  return parsePeer(new TextDecoder().decode(stdout), command);
}

/** The objects in what a peer printed. @throws {Error} When there is none, one is no JSON, or one holds no figures. */
export function parsePeer(text: string, command: string): Figures[] {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line.startsWith("{"));
  if (lines.length === 0) {
    throw new Error(`Cannot time the peer: \`${command}\` printed no JSON object, wanted one a line`);
  }
  return lines.map((line) => {
    const figures = parseLine(line, command);
    if (figureKeys.some((key) => key in figures && isNamed(figures[key]))) return figures;
    throw new Error(
      `Cannot time the peer: \`${command}\` printed the keys ${
        Object.keys(figures).join(", ") || "of no figure"
      }, ` +
        `wanted one of ${figureKeys.join(", ")} with numbers by name`,
    );
  });
}

function parseLine(line: string, command: string): Figures {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`Cannot time the peer: \`${command}\` printed no JSON: ${(error as Error).message}`);
  }
}

/** The names of all figures, as in `loopStepsPerSecond tutorial`. */
export function namesOf(figures: Figures): string[] {
  return figureKeys.flatMap((key) => Object.keys(figures[key] ?? {}).map((name) => `${key} ${name}`));
}
