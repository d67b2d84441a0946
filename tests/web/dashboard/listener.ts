/** Reads what a dashboard tells, as a page does. @module */
import { assert } from "@std/assert";
import type { View } from "../../../src/web/dashboard/protocol.ts";

/** Events as they come. */
export interface Listener extends AsyncDisposable {
  /** The data of the next event of a kind; those of other kinds before it are skipped. */
  next<T>(kind: string): Promise<T>;
}

/** Listens to what a dashboard tells of a view. */
export async function listenTo(url: string, view: View): Promise<Listener> {
  const response = await fetch(`${url}/api/live?view=${encodeURIComponent(JSON.stringify(view))}`);
  assert(
    response.ok && response.headers.get("content-type") === "text/event-stream",
    `status ${response.status}`,
  );
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async next<T>(kind: string): Promise<T> {
      for (;;) {
        const end = text.indexOf("\n\n");
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(text.slice(0, end)) ?? [];
        if (end >= 0) {
          text = text.slice(end + 2);
          if (name === kind) return JSON.parse(data!);
        } else {
          const { value, done } = await reader.read();
          assert(!done, `the stream ended before an event "${kind}"`);
          text += value;
        }
      }
    },
    [Symbol.asyncDispose]: () => reader.cancel(),
  };
}
