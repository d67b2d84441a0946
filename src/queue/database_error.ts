/** What Postgres and the way to it refuse, in sentences. @module */
import { UsageError } from "../core/errors.ts";
import { type QueueAddress, withoutSecrets } from "./address.ts";

/** The queue cannot be reached for now: what was asked may succeed when it is asked again. */
export class QueueUnreachable extends UsageError {}

/** Sentences by codes of Postgres and of the system: what is wrong, and what was wanted. */
const refusals: Readonly<Record<string, string>> = {
  "28P01":
    "the password is wrong or missing, wanted that of the role: in ~/.pgpass, PGPASSWORD or the address",
  "28000": "the server does not let this role in, wanted one that its pg_hba.conf allows",
  "3D000": "there is no such database, wanted one that was made by createdb",
  "42501": "the role may not do that, wanted one with the rights that src/queue/README.md lists",
  "3F000": "the schema qernel is not there, wanted one that deno task sweep --queue has laid out",
  "42P01": "the tables of qernel are not there, wanted those that deno task sweep --queue has laid out",
  ENOTFOUND: "there is no such host, wanted the name of one that is known here",
  EAI_AGAIN: "there is no such host, wanted the name of one that is known here",
};

/** Codes of a server or a network that is not there now, and may be soon. */
const outages: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed",
  ETIMEDOUT: "it does not answer",
  EHOSTUNREACH: "there is no way to the host",
  ENETUNREACH: "there is no way to its network",
  EADDRNOTAVAIL: "there is no way to the host",
  ENOENT: "nothing listens there",
  "57P01": "the server is shutting down",
  "57P02": "the server crashed",
  "57P03": "the server is starting up",
  "53300": "the server has too many connections",
  "08006": "the connection was lost",
  "08003": "the connection was lost",
  "25P03": "the connection was closed",
  "40001": "others were faster",
  "40P01": "others were faster",
  "53100": "the disk of the server is full",
  "53200": "the server has no memory left",
  "57014": "the server gave up on what was asked",
};

/** What is told by its words alone: without a code, or under one that stands for more. */
const told: readonly (readonly [message: RegExp, sentence: string])[] = [
  [/no PostgreSQL user name/, "no role is named, wanted one: in the address, PGUSER or USER"],
  [/client password must be a/, refusals["28P01"]!],
];

/** What drivers say without a code when a connection is gone. */
const gone =
  /Connection terminated|connection timeout|read timeout|timeout exceeded when trying to connect|Client has encountered|not queryable|socket hang up|server closed the connection/i;

/**
 * What an error of the database, or of the way to it, says to a person; {@linkcode QueueUnreachable} where asking again may
 * help. Errors of our own are given back as they are.
 */
export function queueError(error: unknown, address: QueueAddress): Error {
  if (error instanceof UsageError) return error;
  const { code = "", message = String(error) } = firstOf(error);
  return Object.assign(sentenceOf({ code, message }, address), { code }); // pg-boss looks at the code.
}

function sentenceOf(
  { code, message: given }: { readonly code: string; readonly message: string },
  address: QueueAddress,
): Error {
  const message = withoutSecrets(given, address); // Not in our own words, which would tell by their gaps what a short one is.
  const cannot = (reason: string) => `Cannot use the queue: ${reason}`;
  const [, known] = told.find(([words]) => words.test(message)) ?? [];
  if (known) return new UsageError(cannot(`${known} (${message})`));
  if (code in refusals) return new UsageError(cannot(`${refusals[code]} (${message})`));
  if (code in outages) return new QueueUnreachable(cannot(`${outages[code]} (${message})`));
  if (gone.test(message)) return new QueueUnreachable(cannot(message));
  if (/certificate|SSL|TLS/i.test(message)) {
    return new UsageError(
      cannot(
        `${message}, wanted a server with a certificate that is trusted here; ` +
          "sslrootcert=FILE in the address trusts another, sslmode=no-verify any, and sslmode=disable does without",
      ),
    );
  }
  return new UsageError(cannot(code ? `${message} (${code})` : message));
}

/** The first of several errors, as of a host with several addresses. */
function firstOf(error: unknown): { readonly code?: string; readonly message?: string } {
  const [first] = error instanceof AggregateError ? error.errors : [error];
  return typeof first === "object" && first !== null ? first : { message: String(first) };
}
