/** Where a queue is: the address of a Postgres, which may hold a password and is therefore never shown. @module */
import { UsageError } from "../core/errors.ts";

/** Address of a queue: what `pg` connects by, and what may be shown of it. */
export interface QueueAddress {
  /** As given; never to be printed, logged or stored. */
  readonly text: string;
  /** Whether the connection is encrypted, and the certificate checked; undefined where address or environment say how. */
  readonly encrypted: boolean | undefined;
}

/** What stands for a password. */
const mask = "***";

/**
 * Reads the address of a queue, `postgres://[user[:password]@][host][:port][/database][?sslmode=...]`. What is left out comes
 * from `PGHOST` and its like, or `~/.pgpass`.
 *
 * @param environment What `PGHOST` and `PGSSLMODE` are looked up in.
 * @throws {UsageError} For any other text, which is not repeated.
 */
export function parseQueueAddress(
  text: string,
  environment: (name: string) => string | undefined = () => undefined,
): QueueAddress {
  const whole = text.replace(/:\/\/(?=$|\/|\?)/, "://localhost");
  const url = /^postgres(ql)?:\/\//.test(text) ? URL.parse(whole) : null;
  if (!url) {
    throw new UsageError(
      "Cannot use the queue: its address is not one of Postgres, wanted postgres://USER@HOST:PORT/DATABASE",
    );
  }
  if (url.searchParams.has("sslmode") || environment("PGSSLMODE")) {
    return { text: text.replace(checking, "$1verify-full"), encrypted: undefined };
  }
  const given = whole === text ? decodeURIComponent(url.hostname) : environment("PGHOST") ?? "localhost";
  return { text, encrypted: !isOwnMachine(url.searchParams.get("host") ?? given) };
}

/** Modes that check the certificate here, too, as they do in `pg`, which says so at length unless the mode is named so. */
const checking = /([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/;

/** Whether a host is this machine: the loopback, or the folder of a socket. */
export function isOwnMachine(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?|\/.*)$/.test(host);
}

/** The address where it may be shown: undefined where a password stands in it, or what may be a part of one. */
export function shownAddress({ text }: QueueAddress): string | undefined {
  const hasOpenUser = /^\w+:\/\/([^:@/?#]*@)?[^@]*$/.test(text);
  return hasOpenUser && !/[?&][^=&]*pass/i.test(decoded(text)) ? text : undefined;
}

/** A message without what an address keeps secret, in whatever form it stands there. */
export function withoutSecrets(message: string, { text }: QueueAddress): string {
  const password = /^\w+:\/\/[^:/?#]*:([^/?#]*)@/.exec(text)?.[1] ?? "";
  const given = new URLSearchParams(text.split("?")[1] ?? "").get("password") ?? "";
  const secrets = [text, ...[password, given].flatMap((secret) => [secret, decoded(secret)])];
  return secrets.filter((secret) => secret !== "").reduce(
    (shown, secret) => shown.replaceAll(secret, mask),
    message,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
