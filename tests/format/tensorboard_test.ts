import { assert, assertEquals } from "@std/assert";
import { EventRecords } from "../../src/format/tensorboard.ts";
import { crc32c } from "../../src/format/crc32c.ts";
import { histogram } from "../../src/format/tensorboard_summary.ts";
import { hparamsStart } from "../../src/format/tensorboard_hparams.ts";
import { readEvents } from "./tensorboard_reader.ts";

Deno.test("crc32c() gives the checksums of RFC 3720", () => {
  assertEquals(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assertEquals(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  assertEquals(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
  const text = new TextEncoder().encode("123456789");
  assertEquals(crc32c(text), 0xe3069283);
  for (let i = 0; i <= text.length; i++) {
    assertEquals(crc32c(text.subarray(i), crc32c(text.subarray(0, i))), 0xe3069283); // In two parts.
  }
});

Deno.test("EventRecords gives the same bytes in parts as at once", () => {
  const [whole, parts] = [new EventRecords(1), new EventRecords(1)];
  const bytes = [...parts.take()];
  for (let step = 1; step <= 300; step++) {
    const event = { wallTime: step / 8, step, values: [{ tag: "loss".repeat(step), scalar: step }] };
    whole.add(event);
    parts.add(event);
    if (step % 7 === 0) bytes.push(...parts.take());
  }
  bytes.push(...parts.take());
  assertEquals(Uint8Array.from(bytes), whole.take());
  assertEquals(whole.take().length, 0);
  const { events } = readEvents(Uint8Array.from(bytes));
  assertEquals(events.length, 300);
  assertEquals(events[299], {
    wallTime: 37.5,
    step: 300,
    values: [{ tag: "loss".repeat(300), scalar: 300 }],
  });
});

Deno.test("hparamsStart() keeps every kind of value and text beyond ASCII", () => {
  const records = new EventRecords(1);
  const hyperParameters = {
    "agent.gamma": 0.99,
    preset: "größe ✓",
    "agent.double": true,
    seed: 0,
    off: false,
  };
  records.add({ wallTime: 1, values: [hparamsStart(hyperParameters, 12.25)] });
  const [event] = readEvents(records.take()).events;
  assertEquals(event?.values, [{
    tag: "_hparams_/session_start_info",
    hparams: { start: hyperParameters, time: 12.25 },
  }]);
});

Deno.test("histogram() counts in 30 buckets of equal width from the least value to the greatest", () => {
  const { limits, counts, ...rest } = histogram(Float32Array.from({ length: 61 }, (_, i) => i / 2 - 10));
  // 61 values over a width of 30, two a bucket: -10, -9.5 | -9, -8.5 | ... | 19, 19.5, 20.
  assertEquals(limits, Array.from({ length: 30 }, (_, i) => i - 9));
  assertEquals(counts, [...Array.from({ length: 29 }, () => 2), 3]);
  assertEquals(rest, { min: -10, max: 20, count: 61, sum: 305, sumOfSquares: 6252.5 });
});

Deno.test("histogram() puts equal values into one bucket", () => {
  assertEquals(histogram([-2, -2, -2]), {
    min: -2,
    max: -2,
    count: 3,
    sum: -6,
    sumOfSquares: 12,
    limits: [-2],
    counts: [3],
  });
});

Deno.test("histogram() leaves out what is not finite, and may be empty", () => {
  const { min, max, count, sum, counts } = histogram([-Infinity, 1, NaN, 3, Infinity]);
  assertEquals([min, max, count, sum], [1, 3, 2, 4]);
  assertEquals([counts[0], counts[29]], [1, 1]);
  const none = { min: 0, max: 0, count: 0, sum: 0, sumOfSquares: 0, limits: [], counts: [] };
  assertEquals(histogram([-Infinity, NaN]), none);
  assertEquals(histogram([]), none);
});

Deno.test("histogram() keeps every value at extremes of scale", () => {
  for (const values of [[5e-324, 0, 1e-323], [-3e38, 3e38, 0], [1, 1 + 2 ** -23, 1 + 2 ** -22]]) {
    const { counts, limits, max } = histogram(values);
    assertEquals(counts.reduce((sum, count) => sum + count), 3);
    assert(limits.every((limit, i) => i === 0 || limit >= limits[i - 1]!), String(limits));
    assertEquals(limits.at(-1), max);
  }
});
