/** Server-sent events. @module */

/** Bytes that may wait for a slow reader: until they are fewer, nothing more is made for it. */
const mostWaiting = 2 ** 20;

/** Milliseconds after which a quiet connection gets a sign of life. */
const quiet = 15_000;

/** How events come about. */
export interface EventStreamOptions {
  /** Milliseconds between two turns. */
  readonly interval: number;
  /** Called when nobody reads any more. */
  readonly onEnd?: () => void;
}

/** Where a turn puts its events. */
export interface EventSink {
  /** Whether nobody reads any more. */
  readonly isGone: boolean;
  /** Sends an event, with its data as JSON. */
  send(event: string, data: unknown): void;
}

/** A stream of the events that turns send, one turn after another until nobody reads, or a turn throws. */
export function eventStream(
  turn: (sink: EventSink) => Promise<void>,
  { interval, onEnd }: EventStreamOptions,
): ReadableStream {
  const encoder = new TextEncoder();
  let isGone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = () => {
    if (isGone) return;
    isGone = true;
    clearTimeout(timer);
    onEnd?.();
  };
  return new ReadableStream({
    start(controller) {
      let sent = performance.now();
      const put = (text: string) => {
        if (isGone) return;
        controller.enqueue(encoder.encode(text));
        sent = performance.now();
      };
      const sink: EventSink = {
        get isGone() {
          return isGone;
        },
        send: (event, data) => put(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
      };
      const go = async () => {
        try {
          if ((controller.desiredSize ?? 0) > 0) await turn(sink);
          if (performance.now() - sent > quiet) put(":\n\n");
        } catch (error) {
          if (!isGone) controller.error(error);
          end();
        }
        if (!isGone) timer = setTimeout(go, interval);
      };
      put("retry: 1000\n\n");
      go();
    },
    cancel: end,
  }, new ByteLengthQueuingStrategy({ highWaterMark: mostWaiting }));
}
