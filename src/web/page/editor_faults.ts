/** What a message says of the lines of an environment. @module */

/** One mistake. */
export interface EditorFault {
  /** From 1 on; absent where the message names no line of the environment's. */
  readonly line?: number;
  /** What is wrong. */
  readonly text: string;
}

const aboutLine = /environment\.wgsl:(\d+):? (.*)/;
const preface = /^Cannot (use environment "[^"]*"|run \S+): /;

/** The mistakes of a message that refuses an environment. */
export function readFaults(message: string): EditorFault[] {
  const lines = message.split("\n");
  // What a run comes to is told in the first line, and the others hold the code.
  const whole = /^Cannot run /.test(message) ? lines[0]!.replace(preface, "") : undefined;
  const faults = lines.flatMap((text) => {
    const [, line, fault] = aboutLine.exec(text) ?? [];
    return line === undefined ? [] : [{ line: Number(line), text: whole ?? fault! }];
  });
  return faults.length > 0 ? faults : [{ text: message.replace(preface, "") }];
}
