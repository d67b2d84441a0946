import { assertEquals, assertLessOrEqual } from "@std/assert";
import { ClosedFolder } from "../../../src/web/dashboard/closed_folder.ts";
import { LogShelf } from "../../../src/web/dashboard/log_shelf.ts";
import { WatchedRun } from "../../../src/web/dashboard/watched_run.ts";
import { withFolder } from "../../cli/task.ts";
import { writeRun } from "./run_files.ts";

Deno.test("LogShelf keeps curves for all who look, and lets go of those looked at longest ago", async () => {
  await withFolder(async (path) => {
    const folder = new ClosedFolder(path);
    const runs = [1, 2, 3].map((key) => {
      writeRun(`${path}/${key}`, { rows: 200 });
      return new WatchedRun(folder, { key, place: [`${key}`] });
    });
    const most = 10_000; // Two curves of 4096 bytes.
    const shelf = new LogShelf(folder, most);
    const read = async (i: number) =>
      (await shelf.read(runs[i]!, "metrics", [{ x: "step", y: "return100" }]))[0]!;
    const first = await read(0);
    await read(1);
    assertEquals(await read(0), first);
    assertEquals(shelf.bytes, 8192);
    await read(2);
    assertLessOrEqual(shelf.bytes, most);
    assertEquals(await read(0) === first, true); // It was looked at later than the second.
    assertEquals((await read(1)).length, 200);
    assertLessOrEqual(shelf.bytes, most);
  });
});
