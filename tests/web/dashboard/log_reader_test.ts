import { assert, assertEquals } from "@std/assert";
import { ClosedFolder } from "../../../src/web/dashboard/closed_folder.ts";
import type { Curve } from "../../../src/web/dashboard/curve.ts";
import { LogReader } from "../../../src/web/dashboard/log_reader.ts";
import { readLastRow } from "../../../src/web/dashboard/log_header.ts";
import { withFolder } from "../../cli/task.ts";

const columns = { x: "step", y: "loss" };

/** Reads a file of a folder of its own, which `write` changes. */
async function withLog(
  use: (
    log: { read: () => Promise<number[][]>; write: (text: string, append?: boolean) => void; path: string },
  ) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const path = `${folder}/log.csv`;
    const reader = new LogReader(new ClosedFolder(folder), ["log.csv"]);
    await use({
      path,
      async read() {
        await new Promise((resolve) => setTimeout(resolve, 210)); // It looks no more often.
        const [curve] = await reader.read([columns]);
        return pointsOf(curve!);
      },
      write: (text, append = true) => Deno.writeTextFileSync(path, text, { append }),
    });
  });
}

function pointsOf(curve: Curve): number[][] {
  return Array.from({ length: curve.length }, (_, i) => [curve.x(i), curve.y(i)]);
}

Deno.test("LogReader reads on as a file grows, line by whole line", async () => {
  await withLog(async ({ read, write }) => {
    assertEquals(await read(), []); // There is none yet.
    write("step,lo");
    assertEquals(await read(), []);
    write("ss\n1,0.5\n2,0.2");
    assertEquals(await read(), [[1, 0.5]]);
    write("5\n3,");
    assertEquals(await read(), [[1, 0.5], [2, 0.25]]);
    write("0.1\n");
    assertEquals(await read(), [[1, 0.5], [2, 0.25], [3, 0.1]]);
  });
});

Deno.test("LogReader begins anew when a file is cut, replaced, removed, or cut and written past where it was", async () => {
  await withLog(async ({ read, write, path }) => {
    write("step,loss\n1,1\n2,2\n3,3\n");
    assertEquals(await read(), [[1, 1], [2, 2], [3, 3]]);
    write("step,loss\n1,1\n", false);
    assertEquals(await read(), [[1, 1]]);
    write("2,4\n");
    assertEquals(await read(), [[1, 1], [2, 4]]);
    write("step,loss\n1,1\n2,5\n3,6\n4,7\n", false);
    assertEquals(await read(), [[1, 1], [2, 5], [3, 6], [4, 7]]);
    Deno.writeTextFileSync(`${path}.tmp`, "seconds,step,loss\n0,9,8\n0,10,8\n0,11,8\n0,12,8\n");
    Deno.renameSync(`${path}.tmp`, path);
    assertEquals(await read(), [[9, 8], [10, 8], [11, 8], [12, 8]]);
    const end = Array.from({ length: 20 }, (_, i) => `0,${20 + i},8\n`).join(""); // More than is looked at again.
    Deno.writeTextFileSync(path, `seconds,step,loss\n0,9,8\n${end}`);
    assertEquals((await read())[0], [9, 8]);
    Deno.writeTextFileSync(`${path}.tmp`, `seconds,step,loss\n0,9,7\n${end}`);
    Deno.renameSync(`${path}.tmp`, path);
    assertEquals((await read())[0], [9, 7]);
    Deno.removeSync(path);
    assertEquals(await read(), []);
  });
});

Deno.test("LogReader reads further columns of what it has read before, and those of no file are empty", async () => {
  await withFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/log.csv`, 'step,loss,"a, ""b"""\n1,2,3\n4,5,6\n');
    const reader = new LogReader(new ClosedFolder(folder), ["log.csv"]);
    await reader.read([columns]);
    const others = [{ x: "loss", y: 'a, "b"' }, columns, { x: "step", y: "nothing" }];
    assertEquals((await reader.read(others)).map(pointsOf), [[[2, 3], [5, 6]], [[1, 2], [4, 5]], []]);
  });
});

Deno.test("LogReader reads files of many megabytes in parts, and gives up at a line that is none", async () => {
  await withLog(async ({ read, write }) => {
    const lines = Array.from({ length: 200_000 }, (_, i) => `${i},${i}.25\n`);
    write(`step,loss\n${lines.join("")}`);
    const points = await read();
    assertEquals([points.length, points[123_456], points.at(-1)], [200_000, [123_456, 123_456.25], [
      199_999,
      199_999.25,
    ]]);
    write("x".repeat(2 ** 21));
    assertEquals((await read()).length, 200_000);
    write("\n200000,1\n");
    await read();
  });
});

Deno.test("LogReader shows a sample of a long file at first, whoever looks, and at the next look all of it", async () => {
  await withFolder(async (folder) => {
    const lines = Array.from({ length: 400_000 }, (_, i) => `${i},${2 * i},${3 * i}\n`);
    Deno.writeTextFileSync(`${folder}/log.csv`, `step,loss,meanQ\n${lines.join("")}`);
    const reader = new LogReader(new ClosedFolder(folder), ["log.csv"]);
    const read = async (y: string) => pointsOf((await reader.read([{ x: "step", y }]))[0]!);
    for (const [y, factor] of [["loss", 2], ["meanQ", 3]] as const) {
      const sample = await read(y);
      assert(sample.length > 50_000 && sample.length < 200_000, `${sample.length} points`);
      assertEquals([sample[0], sample.at(-1)], [[0, 0], [399_999, factor * 399_999]]);
      assert(sample.every(([x, value]) => value === factor * x!));
      const gaps = sample.slice(1).map(([x], i) => x! - sample[i]![0]!);
      assert(Math.max(...gaps) < 400_000 / 150);
    }
    assertEquals(
      await Promise.all([read("loss"), read("meanQ")]).then((curves) => curves.map(({ length }) => length)),
      [
        400_000,
        400_000,
      ],
    );
  });
});

Deno.test("readLastRow() gives the latest whole row of a file however long, and its names", async () => {
  await withFolder(async (folder) => {
    const closed = new ClosedFolder(folder);
    const last = async () => {
      const found = await readLastRow(closed, ["log.csv"]);
      return found && [found.names, Object.fromEntries(found.row)];
    };
    const names = ["step", "loss"];
    assertEquals(await last(), undefined);
    for (
      const [text, row] of [["step,loss\n", {}], ["1,2\n3,", { step: 1, loss: 2 }], ["\n", {
        step: 3,
      }]] as const
    ) {
      Deno.writeTextFileSync(`${folder}/log.csv`, text, { append: true });
      assertEquals(await last(), [names, row]);
    }
    Deno.writeTextFileSync(`${folder}/log.csv`, "5,6\n".repeat(20_000), { append: true });
    assertEquals(await last(), [names, { step: 5, loss: 6 }]);
  });
});
