import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { type State, StateReader, StateRows } from "../../src/core/state.ts";
import { latestState } from "../../src/train/latest_state.ts";
import { StateFolder } from "../../src/train/state_folder.ts";
import { decodeManifest, encodeManifest } from "../../src/train/state_manifest.ts";
import { filesUnder, withFolder } from "../cli/task.ts";

/** Four rows go into a file of states. */
const width = 2 ** 16;
const capacity = 18;

/** A ring of rows, each full of its number. */
class Ring {
  written = 0;
  reads: (readonly [place: number, count: number])[] = [];
  readonly rows = new Float32Array(capacity * width);

  write(count: number): void {
    for (let i = 0; i < count; i++, this.written++) {
      this.rows.fill(this.written, this.written % capacity * width, (this.written % capacity + 1) * width);
    }
  }

  get state(): StateRows {
    return new StateRows({ written: this.written, capacity, width }, (place, count) => {
      this.reads.push([place, count]);
      return Promise.resolve(this.rows.slice(place * width, (place + count) * width));
    });
  }
}

const at = (step: number) => ({ step, update: 0, episode: 0, seconds: 0 });

async function rowsIn(folder: string, place: number, count: number): Promise<number[]> {
  const reader = new StateReader((await latestState(folder))!.state, "test");
  const rows = await reader.rows("ring", { capacity, width }).read(place, count);
  assertEquals(rows.length, count * width);
  for (let i = 0; i < count; i++) {
    const row = rows.subarray(i * width, (i + 1) * width);
    assert(row.every((entry) => entry === row[0]), `row ${place + i}`);
  }
  return Array.from({ length: count }, (_, i) => rows[i * width]!);
}

Deno.test("StateFolder writes those rows of a ring alone that are new, by files, and reads all of it", async () => {
  await withFolder(async (folder) => {
    const ring = new Ring();
    const states = new StateFolder(folder, { every: 1, unit: "step", keep: 2 });
    const keep = async (step: number) => {
      ring.reads = [];
      await states.keep({ ring: ring.state }, at(step));
      const expected = Array.from(
        { length: Math.min(capacity, ring.written) },
        (_, place) => ring.rows[place * width],
      );
      assertEquals(await rowsIn(folder, 0, expected.length), expected);
      return ring.reads;
    };
    ring.write(6);
    assertEquals(await keep(1), [[0, 4], [4, 2]]);
    assertEquals(await rowsIn(folder, 3, 2), [3, 4]);
    ring.write(1);
    assertEquals(await keep(2), [[4, 3]]);
    assertEquals(await keep(3), []);
    ring.write(12); // Round the end, into row 0.
    assertEquals(
      await keep(4),
      [[0, 4], [4, 4], [8, 4], [12, 4], [16, 2]],
    );
    ring.write(3);
    assertEquals(await keep(5), [[0, 4]]);
    ring.write(40);
    assertEquals((await keep(6)).length, 5);
  });
});

Deno.test("StateFolder keeps so many states, and no file that none of them needs", async () => {
  await withFolder(async (folder) => {
    const ring = new Ring();
    const states = new StateFolder(folder, { every: 1, unit: "step", keep: 2 });
    Deno.writeTextFileSync(`${folder}/notes.txt`, "mine");
    Deno.writeTextFileSync(`${folder}/7.json.01234567.tmp`, "left over");
    for (let step = 1; step <= 4; step++) {
      ring.write(5);
      await states.keep({ ring: ring.state, step }, at(step));
    }
    const names = filesUnder(folder);
    assertEquals(names.filter((name) => !name.includes("ring")), [
      "10.json",
      "10.safetensors",
      "11.json",
      "11.safetensors",
      "notes.txt",
    ]);
    assertEquals(new StateReader((await latestState(folder))!.state, "test").number("step"), 4);
    const listed = ["10.json", "11.json"].flatMap((name) =>
      Object.keys(JSON.parse(Deno.readTextFileSync(`${folder}/${name}`)).files)
    );
    assertEquals(names.filter((name) => name.endsWith(".safetensors")), [...new Set(listed)].sort());
  });
});

Deno.test("latestState passes over a state that is not whole, and says why", async () => {
  const spoilt: [string, (folder: string) => void, string][] = [
    ["a manifest cut short", (folder) => cut(`${folder}/2.json`), "state 2 is not whole"],
    [
      "a file cut short",
      (folder) => cut(`${folder}/2.safetensors`),
      "2.safetensors is not as it was written",
    ],
    ["a changed byte", (folder) => change(`${folder}/2-ring-1.safetensors`), "is not as it was written"],
    [
      "a missing file",
      (folder) => Deno.removeSync(`${folder}/2-ring-1.safetensors`),
      "there is no such file",
    ],
    [
      "another number",
      (folder) => Deno.renameSync(`${folder}/2.json`, `${folder}/3.json`),
      "that of state 2",
    ],
    [
      "a changed value",
      (folder) => replace(`${folder}/2.json`, '"note":2', '"note":3'),
      "its checksum is another",
    ],
    [
      "another version",
      (folder) => replace(`${folder}/2.json`, 'Version":"1"', 'Version":"9"'),
      'wanted "1"',
    ],
    ["a file elsewhere", (folder) => replace(`${folder}/2.json`, /2-ring-1/g, "../2-ring-1"), "not whole"],
  ];
  for (const [name, spoil, reason] of spoilt) {
    await withFolder(async (folder) => {
      const ring = new Ring();
      const states = new StateFolder(folder, { every: 1, unit: "step", keep: 2 });
      for (const step of [1, 2]) {
        ring.write(5);
        await states.keep({ ring: ring.state, note: step }, at(step));
      }
      const notes: string[] = [];
      const whole = await latestState(folder, (sentence) => notes.push(sentence));
      assertEquals([whole?.kept.length, notes], [2, []]);
      spoil(folder);
      const latest = (await latestState(folder, (sentence) => notes.push(sentence)))!;
      assertEquals(new StateReader(latest.state, "test").number("note"), 1, name);
      assertEquals(latest.kept.map(({ number }) => number), [1], name);
      assertStringIncludes(notes.join("\n"), reason, name);
    });
  }
});

Deno.test("latestState reads no file of arrays beyond its bound", async () => {
  await withFolder(async (folder) => {
    await new StateFolder(folder, { every: 1, unit: "step", keep: 1 }).keep({ a: Uint8Array.of(1) }, at(1));
    const path = `${folder}/1.json`;
    const manifest = decodeManifest(JSON.parse(Deno.readTextFileSync(path)));
    const bytes = 2 ** 31; // Of which the disk holds next to nothing.
    Deno.truncateSync(`${folder}/1.safetensors`, bytes);
    const files = { "1.safetensors": { bytes, checksum: 0 } };
    Deno.writeTextFileSync(path, encodeManifest({ ...manifest, files }));
    const notes: string[] = [];
    assertEquals(await latestState(folder, (sentence) => notes.push(sentence)), undefined);
    assertStringIncludes(notes.join(), "it has 2,147,483,648 bytes, wanted at most 2,147,483,647");
  });
});

Deno.test("a state comes back with every kind of value", async () => {
  await withFolder(async (folder) => {
    const random = new Random(3);
    const state: State = {
      numbers: [0, -0, 0.1, NaN, Infinity, -Infinity, 2 ** 53 - 1, 5e-324],
      texts: ["", "größer ✓", "__proto__", "\u0000"],
      nothing: null,
      flags: [true, false],
      empty: {},
      arrays: [
        Float32Array.of(NaN, -0, 1e-45),
        Float64Array.from({ length: 5 }, () => random.uniform()),
        Uint32Array.of(2 ** 32 - 1),
        Int32Array.of(-1),
        new Uint8Array(),
      ],
      shaped: { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
    };
    await new StateFolder(folder, { every: 1, unit: "minute", keep: 1 }).keep(
      { ...state, left: undefined },
      at(1),
    );
    assertEquals((await latestState(folder))!.state, state);
  });
});

Deno.test("latestState of a folder that is not there, or holds none, is undefined", async () => {
  await withFolder(async (folder) => {
    assertEquals(await latestState(folder), undefined);
    assertEquals(await latestState(`${folder}/none`), undefined);
  });
});

Deno.test("latestState goes by the numbers of states, of which 10 comes after 9", async () => {
  await withFolder(async (folder) => {
    const states = new StateFolder(folder, { every: 1, unit: "step", keep: 3 });
    for (let step = 1; step <= 10; step++) await states.keep({ step }, at(step));
    const { state, kept } = (await latestState(folder))!;
    assertEquals(new StateReader(state, "test").number("step"), 10);
    assertEquals(kept.map(({ number }) => number), [8, 9, 10]);
  });
});

Deno.test("StateFolder counts minutes from one state to the next", async () => {
  await withFolder(async (folder) => {
    let time = 0;
    const { now } = performance;
    using _clock = { [Symbol.dispose]: () => void (performance.now = now) };
    performance.now = () => time;
    const states = new StateFolder(folder, { every: 2, unit: "minute", keep: 1 });
    for (const step of [1, 2]) {
      time += 119_999;
      assertEquals(states.wants(at(step)), false);
      time += 1;
      assertEquals([states.due(), states.wants(at(step))], [{}, true]);
      await states.keep({}, at(step));
      assertEquals(states.wants(at(step)), false);
    }
  });
});

Deno.test("StateFolder wants a state at each interval, from where it goes on", async () => {
  await withFolder(async (folder) => {
    const states = new StateFolder(folder, { every: 100, unit: "step", keep: 1 });
    assertEquals([states.due(), states.wants(at(99)), states.wants(at(100))], [{ step: 100 }, false, true]);
    await states.keep({}, at(130));
    assertEquals([states.due(), states.wants(at(199)), states.wants(at(200))], [{ step: 200 }, false, true]);
    const again = new StateFolder(folder, { every: 100, unit: "step", keep: 1 }, await latestState(folder));
    assertEquals(again.due(), { step: 200 });
    assertEquals(new StateFolder(folder, { every: 5, unit: "minute", keep: 1 }).wants(at(1e9)), false);
  });
});

function cut(path: string): void {
  Deno.truncateSync(path, Deno.statSync(path).size - 1);
}

function change(path: string): void {
  const bytes = Deno.readFileSync(path);
  bytes[bytes.length - 1]! ^= 1;
  Deno.writeFileSync(path, bytes);
}

function replace(path: string, from: string | RegExp, to: string): void {
  const text = Deno.readTextFileSync(path);
  assert(text.search(from) >= 0, `${from} is not in ${path}`);
  Deno.writeTextFileSync(path, text.replace(from, to));
}
