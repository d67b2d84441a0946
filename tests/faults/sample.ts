/** A sample of `deno task test:faults`, larger than that of the ordinary tests: `deno test -A tests/faults/sample.ts`. @module */
import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { withGpu } from "../gpu/with_gpu.ts";
import { crashDevices, crashNames, crashWork } from "./crash_faults.ts";
import { tryCrashes } from "./crashes.ts";
import { subjects } from "./kill_subjects.ts";
import { tryKills } from "./kills.ts";
import { resumeCases } from "./resume_cases.ts";
import { tryResume } from "./resumes.ts";

/** Of the cases: others than those of the ordinary tests. */
const seed = 1;

for (const subject of subjects) {
  Deno.test(`${subject.name}: killed at random moments and begun again`, async () => {
    const { failures } = await tryKills(subject, { kills: 6, random: new Random(seed) });
    assertEquals(failures, []);
  });
}

for (const name of crashNames) {
  Deno.test(`${name}: crashed at random operations and gone on with`, async () => {
    using devices = crashDevices();
    const { failures } = await tryCrashes(await crashWork(name, devices), { most: 20, seed, twice: true });
    assertEquals(failures, []);
  });
}

/** Cases of which one is tried. */
const share = 10;
for (
  const [kind, all] of Object.entries(Object.groupBy(resumeCases(seed), ({ name }) => name.split(":")[0]!))
) {
  Deno.test(`${kind}: ended at random places and gone on with`, async () => {
    for (const [i, each] of all!.entries()) {
      if (i % share === 0) await withGpu((gpu) => tryResume(each, gpu, new Random(seed, undefined, i)));
    }
  });
}
