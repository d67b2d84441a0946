import {
  assertEquals,
  assertInstanceOf,
  assertMatch,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/format/safetensors.ts";
import { loadCheckpoint, saveCheckpoint } from "../../src/train/checkpoint.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/train/checkpoint_bytes.ts";
import { makePipe, withFolder } from "./fakes.ts";

const state = {
  "online.layers.0.weight": { shape: [2, 3], data: Float32Array.of(1, -0, 3e-38, 0.1, 5, 6) },
  "clock": { shape: [3], data: Uint32Array.of(0, 7, 0xffffffff) },
};

/** Refuses to load `bytes` with this message, `PATH` being the file's. */
async function assertRefused(bytes: Uint8Array, message: string): Promise<void> {
  await withFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    await Deno.writeFile(path, bytes);
    await assertRejects(() => loadCheckpoint(path), UsageError, message.replace("PATH", path));
  });
}

Deno.test("loadCheckpoint() gives back the bits and texts that saveCheckpoint() was given", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    const metadata = { config: '{"seed": 0}', step: "12" };
    await saveCheckpoint(path, state, metadata);
    const loaded = await loadCheckpoint(path);
    assertEquals(loaded, { state, metadata });
    assertInstanceOf(loaded.state["clock"]!.data, Uint32Array);
    assertStrictEquals(Object.is(loaded.state["online.layers.0.weight"]!.data[1], -0), true);
  });
});

Deno.test("decodeCheckpoint() gives back what encodeCheckpoint() was given, and names a file that is cut short", () => {
  const bytes = encodeCheckpoint(state, { step: "12" });
  assertEquals(decodeCheckpoint(bytes, "a"), { state, metadata: { step: "12" } });
  for (const length of [0, 7, 60, bytes.length - 1]) {
    assertThrows(
      () => decodeCheckpoint(bytes.subarray(0, length), "mine.safetensors"),
      UsageError,
      "Cannot load the checkpoint mine.safetensors: wanted a whole safetensors file. ",
    );
  }
});

Deno.test("saveCheckpoint() writes safetensors that say whose they are, the same bytes each time", async () => {
  await withFolder(async (folder) => {
    for (const name of ["a", "b"]) await saveCheckpoint(`${folder}/${name}`, state);
    const [a, b] = ["a", "b"].map((name) => Deno.readFileSync(`${folder}/${name}`));
    assertEquals(a, b!);
    const { checksum, ...metadata } = decodeSafetensors(a!).metadata;
    assertEquals(metadata, { format: "qernel", formatVersion: "1" });
    assertMatch(checksum!, /^crc32c:[0-9a-f]{8}$/);
  });
});

Deno.test("loadCheckpoint() names a file that is missing or a folder", async () => {
  await withFolder(async (folder) => {
    const missing = `${folder}/none.safetensors`;
    await assertRejects(
      () => loadCheckpoint(missing),
      UsageError,
      `Cannot load the checkpoint ${missing}: there is no such file`,
    );
    await assertRejects(
      () => loadCheckpoint(folder),
      UsageError,
      `Cannot load the checkpoint ${folder}: it is a folder, wanted a file`,
    );
  });
});

Deno.test({
  name: "loadCheckpoint() refuses what is no file without waiting for its bytes",
  ignore: Deno.build.os === "windows",
  async fn() {
    await withFolder(async (folder) => {
      await makePipe(`${folder}/pipe`);
      for (const path of [`${folder}/pipe`, "/dev/zero"]) {
        const message =
          `Cannot load the checkpoint ${path}: it is a pipe, a socket or a device, wanted a file`;
        await assertRejects(() => loadCheckpoint(path), UsageError, message);
      }
    });
  },
});

Deno.test("loadCheckpoint() loads nothing of which one bit is flipped", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    await saveCheckpoint(path, state, { step: "12" });
    const bytes = await Deno.readFile(path);
    const name = new TextDecoder().decode(bytes).indexOf("checksum");
    for (let i = 0; i < bytes.length; i++) {
      if (i >= name && i < name + 8) continue; // By another name it is none, and the file may be another tool's.
      const bit = 1 << i % 8;
      bytes[i]! ^= bit;
      await Deno.writeFile(path, bytes);
      await assertRejects(() => loadCheckpoint(path), UsageError, "", `byte ${i}`);
      bytes[i]! ^= bit;
    }
    await Deno.writeFile(path, bytes);
    assertEquals(await loadCheckpoint(path), { state, metadata: { step: "12" } });
  });
});

Deno.test("loadCheckpoint() takes a file without a checksum, and one that is laid out in another way", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    const data = Float32Array.of(1, 2);
    const bare = { format: "qernel", formatVersion: "1" };
    await Deno.writeFile(path, encodeSafetensors({ q: { dtype: "F32", shape: [2], data } }, bare));
    assertEquals(await loadCheckpoint(path), { state: { q: { shape: [2], data } }, metadata: {} });

    await saveCheckpoint(path, state);
    const bytes = await Deno.readFile(path);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const padded = new Uint8Array(bytes.length + 8).fill(0x20);
    padded.set(bytes.subarray(0, 8 + length));
    padded.set(bytes.subarray(8 + length), 16 + length);
    new DataView(padded.buffer).setBigUint64(0, BigInt(length + 8), true);
    await Deno.writeFile(path, padded);
    assertEquals((await loadCheckpoint(path)).state, state);
  });
});

Deno.test("loadCheckpoint() refuses a file cut short at any length", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.safetensors`;
    await saveCheckpoint(path, state);
    const bytes = await Deno.readFile(path);
    for (let length = 0; length < bytes.length; length++) {
      await Deno.writeFile(path, bytes.subarray(0, length));
      await assertRejects(() => loadCheckpoint(path), UsageError, "wanted a whole safetensors file");
    }
    await Deno.writeFile(path, bytes.subarray(0, bytes.length - 1));
    await assertRejects(
      () => loadCheckpoint(path),
      UsageError,
      "truncated, 35 bytes of data present, wanted 36",
    );
  });
});

Deno.test("loadCheckpoint() refuses what is no safetensors file", async () => {
  await assertRefused(
    new TextEncoder().encode("step,update\n1,2\n"),
    "Cannot load the checkpoint PATH: wanted a whole safetensors file. Cannot read the bytes as safetensors: ",
  );
});

Deno.test("loadCheckpoint() refuses safetensors of others, of another version or of other numbers", async () => {
  const tensors = { a: { dtype: "F32", shape: [1], data: new Float32Array(1) } } as const;
  const [format, formatVersion] = ["qernel", "1"];
  await assertRefused(
    encodeSafetensors(tensors),
    'Cannot load the checkpoint PATH: its metadata names no format, wanted "qernel" of version "1"',
  );
  await assertRefused(
    encodeSafetensors(tensors, { format: "pt", formatVersion }),
    'its metadata names format "pt" of version "1", wanted "qernel" of version "1"',
  );
  await assertRefused(
    encodeSafetensors(tensors, { format, formatVersion: "2" }),
    'its metadata names format "qernel" of version "2", wanted "qernel" of version "1"',
  );
  const doubles = { a: { dtype: "F64", shape: [1], data: new Float64Array(1) } } as const;
  await assertRefused(
    encodeSafetensors(doubles, { format, formatVersion }),
    'its tensor "a" is of F64, wanted F32 or U32',
  );
});
