import { assertEquals } from "@std/assert";
import { UpdateLog } from "../../src/train/callbacks/update_log.ts";
import { parseCsv } from "../../src/format/csv.ts";
import { progressAt, progressEvent, withFolder } from "./fakes.ts";

Deno.test("UpdateLog numbers the updates of each chunk", async () => {
  await withFolder(async (folder) => {
    const log = new UpdateLog({ folder });
    await log.notify({ kind: "start", ...progressAt(0) });
    const chunks = [[2, [0.5, 0.25], [1, 2]], [2, [], []], [5, [3, 2, 1], [4, 5, 6]]] as const;
    for (const [update, losses, meanQ] of chunks) {
      const series = { losses: Float32Array.from(losses), meanQ: Float32Array.from(meanQ) };
      await log.notify({ ...progressEvent(update), update, ...series });
    }
    log.close();
    const { header, rows } = parseCsv(await Deno.readTextFile(`${folder}/updates.csv`));
    assertEquals(header, ["update", "loss", "meanQ"]);
    assertEquals(rows.map((row) => row.map(Number)), [
      [1, 0.5, 1],
      [2, 0.25, 2],
      [3, 3, 4],
      [4, 2, 5],
      [5, 1, 6],
    ]);
  });
});
