/** Which version of the tables a database has, and how it comes to ours. @module */
import { UsageError } from "../core/errors.ts";
import type { Database, Session } from "./database.ts";
import { migrations } from "./migrations.ts";

/** Of the advisory lock that keeps two processes from changing tables at the same time. */
const lock = 0x71e2;

/**
 * Makes the tables, or brings them to our version, and then does what else has to be there; one process at a time.
 *
 * @throws {UsageError} When they are newer.
 */
export async function install(database: Database, others: () => Promise<void>): Promise<void> {
  await database.transaction(async (session) => {
    await session.query(`select pg_advisory_xact_lock(${lock})`);
    await migrate(session);
    await session.query("set local idle_in_transaction_session_timeout = '1min'"); // Others take their time.
    await others();
  });
}

async function migrate(session: Session): Promise<void> {
  const version = await versionOf(session);
  assertNotNewer(version);
  if (version === 0) {
    await session.query("create schema if not exists qernel");
    await session.query("create table if not exists qernel.version (number integer not null)");
    await session.query("insert into qernel.version select 0 where not exists (select from qernel.version)");
  }
  for (const change of migrations.slice(version)) await session.query(change);
  if (version < migrations.length) {
    await session.query("update qernel.version set number = $1", [migrations.length]);
  }
}

/** @throws {UsageError} When the tables are not there, or of another version. */
export async function assertVersion(database: Database): Promise<void> {
  const version = await versionOf(database);
  assertNotNewer(version);
  if (version === migrations.length) return;
  const found = version === 0 ? "it holds no tables of Qernel" : `its tables are of version ${version}`;
  throw new UsageError(
    `Cannot use the queue: ${found}, wanted version ${migrations.length}, to which deno task sweep --queue brings them`,
  );
}

/** 0 where there are no tables. */
async function versionOf(session: Session): Promise<number> {
  const [there] = await session.query("select to_regclass('qernel.version') is not null as found");
  if (!there!.found) return 0;
  const [row] = await session.query("select number from qernel.version");
  return row?.number ?? 0;
}

function assertNotNewer(version: number): void {
  if (version <= migrations.length) return;
  throw new UsageError(
    `Cannot use the queue: its tables are of version ${version}, wanted at most ${migrations.length}: ` +
      "a newer Qernel has laid them out, use that one",
  );
}
