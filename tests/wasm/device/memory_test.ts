import { assert, assertEquals, assertLess, assertThrows } from "@std/assert";
import { alignment, DeviceMemory, type MemoryRange } from "../../../src/wasm/device/memory.ts";
import { Scratch } from "../../../src/wasm/device/scratch.ts";

/** Writes something into every byte. */
function soil(memory: DeviceMemory, { address, bytes }: MemoryRange): void {
  memory.bytes.fill(0xa5, address, address + bytes);
}

function isZero(memory: DeviceMemory, { address, bytes }: MemoryRange): boolean {
  return memory.bytes.subarray(address, address + bytes).every((byte) => byte === 0);
}

function overlap(a: MemoryRange, b: MemoryRange): boolean {
  return a.address < b.address + b.bytes && b.address < a.address + a.bytes;
}

for (const shared of [false, true]) {
  Deno.test(`DeviceMemory gives aligned ranges of zeros that never overlap, whatever the order: shared ${shared}`, () => {
    const memory = new DeviceMemory({ shared, maximumPages: 64 });
    const before = memory.available;
    const held: MemoryRange[] = [];
    let state = 1;
    const draw = (below: number) => (state = Math.imul(state, 1664525) + 1013904223 >>> 0) % below;
    for (let i = 0; i < 3000; i++) {
      if (held.length > 40 || (held.length > 0 && draw(3) === 0)) {
        memory.give(held.splice(draw(held.length), 1)[0]!);
        continue;
      }
      const wanted = 1 + draw(draw(8) === 0 ? 60000 : 2000);
      const range = memory.take(wanted);
      assert(range.bytes >= wanted && range.bytes < wanted + alignment, `${range.bytes} bytes of ${wanted}`);
      assert(range.address > 0 && range.address % alignment === 0, `address ${range.address}`);
      assert(range.address + range.bytes <= memory.bytes.length, "past the end of the memory");
      assert(!held.some((other) => overlap(range, other)), `take ${i} overlaps`);
      assert(isZero(memory, range), `take ${i} is not zero`);
      soil(memory, range);
      held.push(range);
    }
    assertEquals(memory.available, before - held.reduce((sum, { bytes }) => sum + bytes, 0));
    for (const range of held) memory.give(range);
    assertEquals(memory.available, before);
    // Everything has come together again: all of it in one piece.
    memory.take(memory.capacity);
  });
}

Deno.test("DeviceMemory joins ranges that are given back with free ones on both sides", () => {
  const memory = new DeviceMemory();
  const [a, b, c] = [memory.take(256), memory.take(512), memory.take(256)];
  memory.take(256); // Keeps what follows from joining.
  memory.give(a);
  memory.give(c);
  memory.give(b);
  assertEquals(memory.take(1024), { address: a.address, bytes: 1024 });
});

Deno.test("DeviceMemory.take() uses the shortest free range that is long enough", () => {
  const memory = new DeviceMemory();
  const ranges = [1024, 512, 768].map((bytes) => {
    const range = memory.take(bytes);
    memory.take(1);
    return range;
  });
  for (const range of ranges) memory.give(range);
  assertEquals(memory.take(512).address, ranges[1]!.address);
  assertEquals(memory.take(512).address, ranges[2]!.address);
  assertEquals(memory.take(256).address, ranges[2]!.address + 512);
});

Deno.test("DeviceMemory keeps its contents as it grows", () => {
  const memory = new DeviceMemory();
  const small = memory.take(8);
  memory.words[small.address / 4] = 0xfeedbeef;
  const large = memory.take(50_000_000);
  assertEquals(memory.words[small.address / 4], 0xfeedbeef);
  assertEquals(memory.bytes.buffer, memory.memory.buffer);
  memory.bytes[large.address + large.bytes - 1] = 1;
});

Deno.test("DeviceMemory.take() counts what it could still grow by as there", () => {
  const memory = new DeviceMemory({ maximumPages: 1000 });
  memory.take(1000);
  assertThrows(
    () => memory.take(1001 * 65536),
    RangeError,
    "of 65,535,744 bytes 65,534,720 are free, at most 65,534,720 of them in one piece",
  );
});

Deno.test("DeviceMemory.take() tells the bytes needed and there when the limit is reached", () => {
  const memory = new DeviceMemory({ maximumPages: 2 });
  const all = 2 * 65536 - alignment;
  const [first] = [memory.take(65536), memory.take(1024)];
  memory.give(first);
  assertThrows(
    () => memory.take(100_000),
    RangeError,
    "it needs 100,096 bytes, and of 130,816 bytes 129,792 are free, at most 65,536 of them in one piece",
  );
  assertEquals(memory.available, all - 1024);
  memory.take(65536); // It is as usable as before.
});

Deno.test("DeviceMemory.take() leaves pages that nobody had untouched", () => {
  const memory = new DeviceMemory();
  const before = Deno.memoryUsage().rss;
  const range = memory.take(2 ** 30);
  assertLess(Deno.memoryUsage().rss - before, 2 ** 28);
  memory.give(range);
});

Deno.test("Scratch has a range for each thread, as long as the neediest kernel asks for, and no more", () => {
  const memory = new DeviceMemory();
  const before = memory.available;
  const scratch = new Scratch(memory, 3);
  for (const [asked, stride] of [[0, 0], [16, 128], [128, 128], [1040, 1152], [64, 1152]] as const) {
    scratch.reserve(asked);
    assertEquals(scratch.stride, stride);
    const taken = before - memory.available;
    assert(taken >= 3 * stride && taken < 3 * stride + alignment, `${taken} bytes for 3 times ${stride}`);
  }
});
