/** Connections to a Postgres, and transactions on them. @module */
// @ts-types="npm:@types/pg@8.23.1"
import pg from "npm:pg@8.23.1";
import type { QueueAddress } from "./address.ts";
import { queueError, QueueUnreachable } from "./database_error.ts";

/** A row of a result. */
// deno-lint-ignore no-explicit-any
export type Row = Record<string, any>;

/** What asks a database: rows by their columns' names. */
export interface Session {
  /** @throws {UsageError} In a sentence, without what the address keeps secret. */
  query(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The same for what pg-boss asks. */
  readonly db: { executeSql(text: string, values?: unknown[]): Promise<{ rows: Row[] }> };
}

/** Milliseconds that a connection may take. */
const connectTimeout = 10_000;

/** The connections of this process to a Postgres. */
export class Database implements Session {
  readonly #address: QueueAddress;
  readonly #pool: pg.Pool;
  readonly #longestPause: number;
  readonly #closing = new AbortController();

  /**
   * Connects when first asked.
   *
   * @param options `name`: what the server calls the connections, in `pg_stat_activity` say; `answerTimeout`: milliseconds
   * that an answer may take, a minute by default: on a way that is cut none comes; `longestPause`: milliseconds after which the
   * server gives up a transaction in which it hears nothing, 15,000 by default: otherwise one that was cut off in its midst would
   * hold the rows of a job for hours.
   */
  constructor(
    address: QueueAddress,
    { name, answerTimeout = 60_000, longestPause = 15_000 }: {
      readonly name: string;
      readonly answerTimeout?: number;
      readonly longestPause?: number;
    },
  ) {
    this.#address = address;
    this.#longestPause = longestPause;
    this.#pool = new pg.Pool({
      connectionString: address.text,
      application_name: name,
      max: 4,
      connectionTimeoutMillis: connectTimeout,
      query_timeout: answerTimeout,
      keepAlive: true,
      ...address.encrypted === undefined ? {} : { ssl: address.encrypted },
    });
    this.#pool.on("error", () => {}); // Of a connection that nobody uses: the next one who asks hears of it.
  }

  async query(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return (await this.#ask(this.#pool, text, values)).rows;
  }

  readonly db = {
    executeSql: async (text: string, values: unknown[] = []) => await this.#ask(this.#pool, text, values),
  };

  /** Does `work` wholly or not at all. */
  async transaction<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error) => {
      throw queueError(error, this.#address);
    });
    client.on("error", ignore); // Whoever asks next hears of it.
    const session: Session = {
      query: async (text, values = []) => (await this.#ask(client, text, values)).rows,
      db: { executeSql: async (text, values = []) => await this.#ask(client, text, values) },
    };
    let broken: Error | undefined;
    try {
      // Not when connecting: poolers of connections refuse what they do not know there.
      await session.query(`begin; set local idle_in_transaction_session_timeout = ${this.#longestPause}`);
      const result = await work(session);
      await session.query("commit");
      return result;
    } catch (error) {
      if (error instanceof QueueUnreachable) broken = error; // A connection that is cut answers to nothing.
      else await client.query("rollback").catch((error) => broken = error);
      throw error;
    } finally {
      client.off("error", ignore);
      client.release(broken);
    }
  }

  /** Calls back at every notification on a channel, until the connection is lost or closed. */
  async listen(
    channel: string,
    { notify, lost }: { readonly notify: () => void; readonly lost: () => void },
  ): Promise<void> {
    const client = await this.#pool.connect().catch((error) => {
      throw queueError(error, this.#address);
    });
    const { signal } = this.#closing;
    let isOver = false;
    const end = (error?: Error) => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener("abort", stop);
      client.removeAllListeners("notification");
      client.release(error ?? true);
      lost();
    };
    const stop = () => end();
    client.on("notification", notify);
    client.on("error", end);
    signal.addEventListener("abort", stop);
    await client.query(`listen ${channel}`).catch(end);
  }

  /** Closes the connections. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#pool.end().catch(ignore);
  }

  async #ask(
    asked: pg.Pool | pg.PoolClient,
    text: string,
    values: readonly unknown[],
  ): Promise<{ rows: Row[] }> {
    try {
      return await asked.query(text, [...values]);
    } catch (error) {
      throw queueError(error, this.#address);
    }
  }
}

function ignore(): void {}
