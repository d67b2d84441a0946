/** Commands on real disks that are too small, and larger when they go on. @module */
import { assertEquals, assertMatch } from "@std/assert";
import { exists } from "../../src/runs/run_folder.ts";
import { type Outcome, task, tiny, withFolder } from "../cli/task.ts";
import type { NoRoomFigures } from "./full_disk.ts";
import { assertSameRun, contentsOf } from "../cli/same_run.ts";

/** KiB of disks on which a run of about 100 does not end. */
const sizes = [4, 8, 12, 16, 20, 24, 32, 40, 48, 64, 80];

/** Trains on a disk of each size, then goes on with room enough. Where nothing may be mounted, nothing is tried. */
export async function tryTmpfs(): Promise<NoRoomFigures & { readonly mounted: boolean }> {
  const failures: string[] = [];
  let tried = 0;
  let mounted = true;
  await withFolder(async (folder) => {
    const wanted = await train(`${folder}/wanted`).then(() => contentsOf(`${folder}/wanted`));
    for (const size of sizes) {
      const place = `${folder}/${size}`;
      Deno.mkdirSync(place);
      mounted &&= await mount(place, `size=${size}k`);
      if (!mounted) return;
      tried++;
      try {
        await tryOne(place, wanted);
      } catch (error) {
        failures.push(`of ${size} KiB: ${(error as Error).stack}`);
      } finally {
        await run("umount", [place]);
      }
    }
  });
  return { tried, survived: tried - failures.length, failures, mounted };
}

async function tryOne(place: string, wanted: Record<string, unknown>): Promise<void> {
  const out = `${place}/run`;
  const full = await train(out);
  assertEquals(full.code, 1, full.stderr);
  assertMatch(full.stderr, /^error: Cannot write [^\n]+: No space left on device \(os error 28\)$/m);
  assertEquals(/^ +at /m.test(full.stderr), false, full.stderr);
  await mount(place, "remount,size=16m");
  const { code, stderr } = exists(`${out}/config.json`)
    ? await task("train", ["--quiet", "--resume", out])
    : await train(out);
  assertEquals(code, 0, stderr);
  await assertSameRun(out, wanted);
}

async function train(out: string): Promise<Outcome> {
  return await task("train", [
    tiny,
    "--quiet",
    "--set",
    "checkpoints.state.every=50",
    "--set",
    "checkpoints.state.unit=step",
    "--out",
    out,
  ]);
}

async function mount(place: string, options: string): Promise<boolean> {
  return Deno.build.os === "linux" && await run("mount", ["-t", "tmpfs", "-o", options, "tmpfs", place]);
}

async function run(command: string, args: string[]): Promise<boolean> {
  const { success } = await new Deno.Command(command, { args, stderr: "null" }).output().catch(() => ({
    success: false,
  }));
  return success;
}
