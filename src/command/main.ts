/** How a command begins and ends. @module */
import { TrainingError, UsageError } from "../core/errors.ts";
import { type Command, type CommandLine, helpText, parseCommand } from "./command.ts";
import { answer, note } from "./printing.ts";

/** Exit codes of the commands. */
export const ExitCode = { fine: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/**
 * Runs a command and ends the process: code 0, 2 for a mistake in what the user gave, permissions included, 1 for any
 * other failure, or the code that `body` returns. A user's mistake and a run that cannot go on are told without a stack
 * trace.
 *
 * @param body Does the work; called with what was given, unless that was `--help`.
 */
export async function main(command: Command, body: (given: CommandLine) => Promise<number>): Promise<never> {
  Deno.exit(await exitCode(command, body));
}

async function exitCode(command: Command, body: (given: CommandLine) => Promise<number>): Promise<number> {
  try {
    const given = parseCommand(command, Deno.args);
    if (given.help) {
      answer(helpText(command));
      return ExitCode.fine;
    }
    return await body(given);
  } catch (error) {
    if (error instanceof UsageError || error instanceof TrainingError) {
      note(`error: ${error.message}`);
      return error instanceof UsageError ? ExitCode.usage : ExitCode.failure;
    }
    if (error instanceof Deno.errors.NotCapable) {
      note(`error: ${error.message}`); // Deno's own: what is needed, and the flag for it.
      return ExitCode.usage;
    }
    note(Deno.inspect(error, { colors: !Deno.noColor }));
    return ExitCode.failure;
  }
}
