import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { bufferUsage, mapMode } from "../../../src/wasm/device/usage.ts";
import { errorOf, read, withDevice, words } from "./opened.ts";

const { mapRead, mapWrite, copySource, copyTarget, storage, uniform } = bufferUsage;

Deno.test("createBuffer() gives zeros, also where a buffer was destroyed before", () =>
  withDevice((device) => {
    for (let time = 0; time < 3; time++) {
      const buffer = device.createBuffer({ size: 4096, usage: storage | copySource | copyTarget });
      assertEquals(new Set(read(device, buffer)), new Set([0]));
      device.queue.writeBuffer(buffer, 0, new Uint32Array(1024).fill(7));
      buffer.destroy();
    }
  }));

Deno.test("createBuffer() refuses a usage that WebGPU does not allow, and more bytes than the limit", () =>
  withDevice(async (device) => {
    const refused = (size: number, usage: number) =>
      errorOf(device, () => device.createBuffer({ label: "b", size, usage }));
    assertEquals(await refused(4, mapRead | copyTarget), undefined);
    assertEquals(await refused(4, mapWrite | copySource), undefined);
    assertEquals(
      await refused(4, mapRead | storage),
      'Cannot create buffer "b": its usage is 129, wanted MAP_READ with nothing but COPY_DST',
    );
    assertEquals(
      await refused(4, mapWrite | copyTarget),
      'Cannot create buffer "b": its usage is 10, wanted MAP_WRITE with nothing but COPY_SRC',
    );
    assertEquals(await refused(4, 0), 'Cannot create buffer "b": its usage is 0, which WebGPU does not know');
    assertEquals(
      await refused(4, 0x1000),
      'Cannot create buffer "b": its usage is 4096, which WebGPU does not know',
    );
    const limit = device.limits.maxBufferSize;
    assert(limit > 4.2e9, `${limit} bytes`);
    const message = await refused(limit + 1, storage);
    assertEquals(
      message,
      'Cannot create buffer "b": it has 4,293,918,465 bytes, wanted at most 4,293,918,464',
    );
  }));

Deno.test("createBuffer() reports bytes needed and there to the scope for memory, and the buffer is of no use", () =>
  withDevice(async (device) => {
    const size = 3_000_000_000;
    const large = device.createBuffer({ size, usage: copyTarget });
    let second: GPUBuffer | undefined;
    const create = () => second = device.createBuffer({ label: "replay", size, usage: copyTarget });
    const message = await errorOf(device, create, "out-of-memory");
    assert(
      message?.startsWith(
        'Cannot create buffer "replay": it needs 3,000,000,256 bytes, and of 4,294,967,040',
      ),
    );
    assert(message?.includes("1,294,966,784 are free"), message);
    assertEquals(
      await errorOf(device, () => device.queue.writeBuffer(second!, 0, new Uint32Array(1))),
      'Cannot write buffer "replay": it is destroyed or was never made',
    );
    large.destroy();
    assertEquals(new Set(read(device, words(device, [7, 7]))), new Set([7]));
  }));

Deno.test("createBuffer() keeps 16 bytes past its end that are no other buffer's", () =>
  withDevice((device) => {
    const [first, second] = [words(device, [1, 2, 3]), words(device, [4])];
    const at = (buffer: GPUBuffer) => (buffer as unknown as { address: number }).address;
    const full = words(device, new Array(64).fill(1));
    const after = words(device, [5]);
    assert(at(second) >= at(first) + first.size + 16);
    assert(at(after) >= at(full) + full.size + 16);
  }));

Deno.test("mapAsync() maps for reading at once, and the copy outlives neither unmap() nor later writes", () =>
  withDevice(async (device) => {
    const source = words(device, [1, 2, 3, 4]);
    const staging = device.createBuffer({ size: 16, usage: mapRead | copyTarget });
    const copy = () => {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(source, 0, staging, 0, 16);
      return encoder.finish();
    };
    device.queue.submit([copy()]);
    const mapping = staging.mapAsync(mapMode.read, 8, 8);
    assertEquals(staging.mapState, "mapped");
    const range = staging.getMappedRange(8, 8);
    assertEquals([...new Uint32Array(range)], [3, 4]);
    await mapping;
    assertEquals(
      await errorOf(device, () => device.queue.submit([copy()])),
      "Cannot submit commands: buffer is mapped",
    );
    new Uint32Array(range).fill(9);
    staging.unmap();
    assertEquals([range.byteLength, staging.mapState], [0, "unmapped"]);
    staging.mapAsync(mapMode.read);
    const last = staging.getMappedRange();
    assertEquals([...new Uint32Array(last)], [1, 2, 3, 4]);
    staging.destroy();
    assertEquals([last.byteLength, staging.mapState], [0, "unmapped"]);
  }));

Deno.test("mapAsync() for writing and mappedAtCreation write when they are unmapped", () =>
  withDevice(async (device) => {
    const upload = device.createBuffer({ size: 16, usage: mapWrite | copySource, mappedAtCreation: true });
    new Uint32Array(upload.getMappedRange(8)).set([3, 4]);
    upload.unmap();
    await upload.mapAsync(mapMode.write, 0, 8);
    new Uint32Array(upload.getMappedRange(0, 8)).set([1, 2]);
    upload.unmap();
    assertEquals(read(device, upload), [1, 2, 3, 4]);
    const start = device.createBuffer({ size: 8, usage: storage | copySource, mappedAtCreation: true });
    new Uint32Array(start.getMappedRange()).set([5, 6]);
    start.unmap();
    assertEquals(read(device, start), [5, 6]);
  }));

Deno.test("mapAsync() refuses what WebGPU does: the promise rejects and a scope has the reason", () =>
  withDevice(async (device) => {
    const staging = device.createBuffer({ label: "s", size: 16, usage: mapRead | copyTarget });
    const refused = async (...args: Parameters<GPUBuffer["mapAsync"]>) => {
      device.pushErrorScope("validation");
      await assertRejects(() => staging.mapAsync(...args), DOMException, 'Cannot map buffer "s"');
      return (await device.popErrorScope())?.message;
    };
    assertEquals(await refused(mapMode.write), 'Cannot map buffer "s": its usage does not allow the mode');
    assertEquals(
      await refused(mapMode.read, 4),
      'Cannot map buffer "s": the offset is 4, wanted a multiple of 8',
    );
    assertEquals(
      await refused(mapMode.read, 0, 6),
      'Cannot map buffer "s": the size is 6, wanted a multiple of 4',
    );
    assertEquals(
      await refused(mapMode.read, 8, 12),
      'Cannot map buffer "s": bytes 8 to 20, wanted at most 16',
    );
    staging.mapAsync(mapMode.read);
    assertEquals(await refused(mapMode.read), 'Cannot map buffer "s": it is mapped');
    staging.destroy();
    assertEquals(
      await refused(mapMode.read),
      'Cannot map buffer "s": it is destroyed or was never made',
    );
  }));

Deno.test("getMappedRange() throws where nothing is mapped, outside of it, and for bytes given before", () =>
  withDevice((device) => {
    const staging = device.createBuffer({ size: 32, usage: mapRead | copyTarget });
    const refused = (offset: number, size: number, state: string) =>
      assertThrows(
        () => staging.getMappedRange(offset, size),
        DOMException,
        `Cannot get bytes of buffer: ${state}`,
      );
    refused(0, 4, "it is not mapped");
    staging.mapAsync(mapMode.read, 8, 16);
    refused(0, 16, "bytes 0 to 16, mapped are 8 to 24");
    refused(16, 16, "bytes 16 to 32, mapped are 8 to 24");
    refused(12, 4, "offset 12, size 4, wanted multiples of 8 and 4");
    staging.getMappedRange(8, 8);
    refused(8, 16, "bytes 8 to 24 overlap a range that was given before");
    staging.getMappedRange(16, 8);
  }));

Deno.test("writeBuffer() takes parts of typed arrays by elements and of buffers by bytes", () =>
  withDevice((device) => {
    const buffer = words(device, [0, 0, 0, 0]);
    device.queue.writeBuffer(buffer, 4, Uint32Array.of(1, 2, 3).subarray(1), 1, 1);
    device.queue.writeBuffer(buffer, 8, Uint32Array.of(4, 5, 6).buffer, 4, 8);
    assertEquals(read(device, buffer), [0, 3, 5, 6]);
    assertThrows(
      () => device.queue.writeBuffer(buffer, 0, Uint32Array.of(1), 0, 2),
      DOMException,
      "bytes 0 to 8",
    );
  }));

Deno.test("writeBuffer() writes nothing where it is refused", () =>
  withDevice(async (device) => {
    const buffer = words(device, [1, 2]);
    const refused = (offset: number, data: BufferSource, target = buffer) =>
      errorOf(device, () => device.queue.writeBuffer(target, offset, data));
    assertEquals(
      await refused(4, Uint32Array.of(9, 9)),
      'Cannot write buffer "words": bytes 4 to 12, wanted at most 8',
    );
    assertEquals(
      await refused(2, Uint32Array.of(9)),
      'Cannot write buffer "words": 4 bytes at 2, wanted multiples of 4',
    );
    assertEquals(
      await refused(0, Uint8Array.of(9)),
      'Cannot write buffer "words": 1 bytes at 0, wanted multiples of 4',
    );
    const other = device.createBuffer({ size: 8, usage: storage });
    assertEquals(
      await refused(0, Uint32Array.of(9), other),
      "Cannot write buffer: its usage is 128, wanted 8 in it",
    );
    assertEquals(read(device, buffer), [1, 2]);
    buffer.destroy();
    assertEquals(
      await refused(0, Uint32Array.of(9)),
      'Cannot write buffer "words": it is destroyed or was never made',
    );
  }));

/** The form without offsets, which Deno's types lack. */
function fromStart(encoder: GPUCommandEncoder, ...args: [GPUBuffer, GPUBuffer, number?]): void {
  (encoder.copyBufferToBuffer as (...args: unknown[]) => void).apply(encoder, args);
}

Deno.test("copyBufferToBuffer() and clearBuffer() change their part of the target and nothing beside", () =>
  withDevice((device) => {
    const [source, target] = [words(device, [1, 2, 3, 4]), words(device, [5, 6, 7, 8])];
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(source, 4, target, 8, 8);
    encoder.clearBuffer(target, 0, 4);
    device.queue.submit([encoder.finish()]);
    assertEquals([read(device, source), read(device, target)], [[1, 2, 3, 4], [0, 6, 2, 3]]);
    const second = device.createCommandEncoder();
    second.clearBuffer(target, 8);
    device.queue.submit([second.finish()]);
    assertEquals(read(device, target), [0, 6, 0, 0]);
    const third = device.createCommandEncoder();
    fromStart(third, source, target, 8);
    third.copyBufferToBuffer(source, 8, target, 12, 4);
    device.queue.submit([third.finish()]);
    assertEquals(read(device, target), [1, 2, 0, 3]);
    const fourth = device.createCommandEncoder();
    fromStart(fourth, source, target);
    device.queue.submit([fourth.finish()]);
    assertEquals(read(device, target), [1, 2, 3, 4]);
  }));

Deno.test("A command buffer with a wrong copy is refused as a whole when it finishes", () =>
  withDevice(async (device) => {
    const [a, b] = [words(device, [1, 2]), words(device, [3, 4])];
    const uniforms = device.createBuffer({ label: "u", size: 8, usage: uniform });
    const refused = async (record: (encoder: GPUCommandEncoder) => void) => {
      const encoder = device.createCommandEncoder({ label: "e" });
      encoder.clearBuffer(b);
      record(encoder);
      let commands: GPUCommandBuffer | undefined;
      const message = await errorOf(device, () => commands = encoder.finish());
      const submitted = await errorOf(device, () => device.queue.submit([commands!]));
      assertEquals(submitted, "Cannot submit commands: a command buffer was refused or submitted before");
      assertEquals(read(device, b), [3, 4]);
      return message?.replace('Cannot finish command encoder "e": ', "");
    };
    assertEquals(
      await refused((encoder) => encoder.copyBufferToBuffer(a, 0, a, 4, 4)),
      'buffer "words" is copied to itself',
    );
    assertEquals(
      await refused((encoder) => encoder.copyBufferToBuffer(a, 4, b, 0, 8)),
      'bytes 4 to 12 of buffer "words", wanted at most 8',
    );
    assertEquals(
      await refused((encoder) => encoder.copyBufferToBuffer(a, 0, b, 0, 2)),
      '2 bytes at 0 of buffer "words", wanted multiples of 4',
    );
    assertEquals(
      await refused((encoder) => encoder.copyBufferToBuffer(uniforms, 0, b, 0, 8)),
      'the usage of buffer "u" is 64, wanted 4 in it',
    );
    assertEquals(
      await refused((encoder) => encoder.clearBuffer(uniforms)),
      'the usage of buffer "u" is 64, wanted 8 in it',
    );
    assertEquals(await refused((encoder) => encoder.beginComputePass()), "a pass of it has not ended");
    assertEquals(
      await refused((encoder) => {
        const pass = encoder.beginComputePass();
        encoder.clearBuffer(a);
        pass.end();
      }),
      "a pass of it has not ended",
    );
  }));

Deno.test("submit() runs a command buffer once, and none of a submit with a destroyed buffer", () =>
  withDevice(async (device) => {
    const [a, b, c] = [words(device, [1]), words(device, [2]), words(device, [3])];
    const copy = (from: GPUBuffer, to: GPUBuffer) => {
      const encoder = device.createCommandEncoder();
      encoder.copyBufferToBuffer(from, 0, to, 0, 4);
      return encoder.finish();
    };
    const commands = copy(a, b);
    device.queue.submit([commands]);
    assertEquals(
      await errorOf(device, () => device.queue.submit([commands])),
      "Cannot submit commands: a command buffer was refused or submitted before",
    );
    const [good, bad] = [copy(b, c), copy(a, b)];
    a.destroy();
    assertEquals(
      await errorOf(device, () => device.queue.submit([good, bad])),
      'Cannot submit commands: buffer "words" is destroyed or was never made',
    );
    assertEquals([read(device, b), read(device, c)], [[1], [3]]);
  }));
