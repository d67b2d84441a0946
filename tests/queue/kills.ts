import { withPostgres } from "./postgres.ts";
import { numbersFrom, sweepWithKills } from "./killing.ts";

/** 30 for the long form. */
const kills = Number(Deno.env.get("QERNEL_KILLS") ?? 5);
const seed = Number(Deno.env.get("QERNEL_SEED") ?? Math.floor(1e6 * Math.random()));

Deno.test(`nothing is lost or doubled by ${kills} kills of workers, follower and Postgres, of seed ${seed}`, async () => {
  await withPostgres(async (server, folder) => {
    const killed = await sweepWithKills({ server, folder, kills, random: numbersFrom(seed) });
    console.log(killed.join(", "));
  });
});
