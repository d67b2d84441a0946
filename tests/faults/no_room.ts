/** A disk that is full at any single thing that needs room, and has room again when the work is gone on with. @module */
import { WriteError } from "../../src/core/errors.ts";
import { disk, replaceDisk } from "../../src/train/disk.ts";
import { withFolder } from "../cli/task.ts";
import { crashDevices, crashNames, crashWork } from "./crash_faults.ts";
import { sample, type Work } from "./crashes.ts";
import { FullDisk, noRoom, type NoRoomFigures } from "./full_disk.ts";
import type { Part } from "./part.ts";
import { assertSameRun, contentsOf } from "../cli/same_run.ts";
import { tryTmpfs } from "./tmpfs.ts";
import { unsynced } from "./unsynced_disk.ts";

/** Does the work with a disk that is full at each thing that needs room, then goes on with room. */
export async function tryNoRoom(
  { perform, folder }: Work,
  { most = Infinity, seed = 1 }: { readonly most?: number; readonly seed?: number } = {},
): Promise<NoRoomFigures> {
  let wanted!: Record<string, unknown>;
  const whole = new FullDisk(unsynced(disk()), () => false);
  await withFolder(async (parent) => {
    using _ = replaceDisk(whole);
    await perform(parent);
    wanted = await contentsOf(`${parent}/${folder}`);
  });
  const points = Array.from({ length: whole.count }, (_, at) => [{ at, once: false }, { at, once: true }])
    .flat();
  const tried = sample(points, { most, seed });
  const failures: string[] = [];
  for (const { at, once } of tried) {
    await withFolder(async (parent) => {
      try {
        await tryOne(parent, (number) => once ? number === at : number >= at);
      } catch (error) {
        failures.push(`${once ? "at" : "from"} ${at} of ${whole.count}: ${(error as Error).stack}`);
      }
    });
  }
  return { tried: tried.length, survived: tried.length - failures.length, failures };

  async function tryOne(parent: string, isFull: (number: number) => boolean): Promise<void> {
    const full = new FullDisk(unsynced(disk()), isFull);
    {
      using _ = replaceDisk(full);
      const error = await perform(parent).then(() => undefined, (error) => error);
      if (full.wasFull) assertClear(error); // The clock cuts chunks: there may be fewer writes than there were.
    }
    using _ = replaceDisk(unsynced(disk()));
    await perform(parent);
    await assertSameRun(`${parent}/${folder}`, wanted);
  }
}

function assertClear(error: unknown): void {
  if (
    error instanceof WriteError && /^Cannot write [^\n]+$/.test(error.message) &&
    error.message.endsWith(noRoom)
  ) return;
  throw new Error(
    `ended with ${error instanceof Error ? error.stack : error}, wanted an error of the disk in a line`,
  );
}

/** Disks without room. */
export const fullDisks: Part = {
  name: "full disks",
  summary: "fills the disk at every single thing that runs and sweeps write, and goes on once there is room",
  async run({ seed, tell }) {
    using devices = crashDevices();
    const figures: Record<string, unknown> = {};
    const failures: string[] = [];
    for (const name of crashNames) {
      const { failures: own, ...found } = await tryNoRoom(await crashWork(name, devices), { seed });
      tell(`${name}: ${found.survived} of ${found.tried}`);
      figures[name] = found;
      failures.push(...own.map((failure) => `${name} ${failure}`));
    }
    const { failures: own, ...found } = await tryTmpfs();
    figures["tmpfs"] = found;
    failures.push(...own.map((failure) => `tmpfs ${failure}`));
    return { figures, failures };
  },
};
