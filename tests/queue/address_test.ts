import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { isOwnMachine, parseQueueAddress, withoutSecrets } from "../../src/queue/address.ts";
import { queueError, QueueUnreachable } from "../../src/queue/database_error.ts";

Deno.test("parseQueueAddress() encrypts off this machine, unless address or environment say otherwise", () => {
  const encrypted = (text: string, environment: Record<string, string> = {}) =>
    parseQueueAddress(text, (name) => environment[name]).encrypted;
  const cases:
    readonly (readonly [text: string, wanted: boolean | undefined, environment?: Record<string, string>])[] =
      [
        ["postgres://a@db.example/x", true],
        ["postgresql://a:b@10.0.0.1:5433/x", true],
        ["postgres://localhost/x", false],
        ["postgres://127.0.0.1", false],
        ["postgres://a@[::1]:5432/x", false],
        ["postgres:///x?host=/run/postgresql", false],
        ["postgres://localhost/x?host=db.example", true],
        ["postgres:///x", false],
        ["postgres:///x", true, { PGHOST: "db.example" }],
        ["postgres://", true, { PGHOST: "db.example" }],
        ["postgres://a@db.example/x?sslmode=disable", undefined],
        ["postgres://a@db.example/x", undefined, { PGSSLMODE: "disable" }],
      ];
  for (const [text, wanted, environment] of cases) assertEquals(encrypted(text, environment), wanted, text);
});

Deno.test("parseQueueAddress() checks certificates in every mode that encrypts, but where it is told not to", () => {
  for (const mode of ["prefer", "require", "verify-ca", "verify-full"]) {
    assertEquals(
      parseQueueAddress(`postgres://a/b?sslmode=${mode}&x=1`).text,
      "postgres://a/b?sslmode=verify-full&x=1",
    );
  }
  for (const mode of ["no-verify", "disable"]) {
    assertEquals(parseQueueAddress(`postgres://a/b?sslmode=${mode}`).text, `postgres://a/b?sslmode=${mode}`);
  }
});

Deno.test("parseQueueAddress() refuses what is no address, without repeating it", () => {
  for (const text of ["", "secret", "http://a:secret@b/c", "postgres:/a", "postgres://a:secret@b:port/c"]) {
    const error = assertThrows(() => parseQueueAddress(text), UsageError);
    assert(!error.message.includes("secret"), error.message);
  }
});

Deno.test("isOwnMachine() knows the loopback and sockets", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1", "[::1]", "/run/x"]) {
    assert(isOwnMachine(host), host);
  }
  for (const host of ["", "localhost.example", "1127.0.0.1", "db", "10.0.0.1"]) {
    assert(!isOwnMachine(host), host);
  }
});

Deno.test("withoutSecrets() hides address and password, as they are written and as they are meant", () => {
  const hidden = (text: string, message: string) => withoutSecrets(message, parseQueueAddress(text));
  const address = "postgres://me:pa%24s@host/x";
  assertEquals(
    hidden(address, `no ${address}, nor pa$s, nor pa%24s, but me`),
    "no ***, nor ***, nor ***, but me",
  );
  assertEquals(hidden("postgres://host/x?user=me&password=s3cret", "s3cret of me"), "*** of me");
  assertEquals(hidden("postgres://me@host/x", "me at host"), "me at host");
  assertEquals(hidden("postgres://me@host:5432/x?a=b@c", "5432 and b"), "5432 and b");
  assertEquals(hidden("postgres://me:pa@s:3@host/x", "not pa@s:3"), "not ***");
});

Deno.test("queueError() leaves its own words whole, whatever the password is", () => {
  const told = Object.assign(new Error("denied"), { code: "28P01" });
  const address = parseQueueAddress("postgres://me:p@localhost/x");
  assertEquals(
    queueError(told, address).message.slice(0, 46),
    "Cannot use the queue: the password is wrong or",
  );
});

Deno.test("queueError() tells what may pass from what does not, with the code, and without secrets", () => {
  const address = parseQueueAddress("postgres://me:s3cret@host/x");
  const told = (error: unknown) => queueError(error, address);
  const passing = [
    Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }),
    Object.assign(new Error("starting up"), { code: "57P03" }),
    Object.assign(new Error("could not extend file"), { code: "53100" }),
    new Error("Connection terminated unexpectedly"),
    new Error("Query read timeout"),
    new AggregateError([Object.assign(new Error("a"), { code: "ECONNREFUSED" })]),
  ];
  for (const error of passing) assert(told(error) instanceof QueueUnreachable, `${error}`);
  const lasting = ["28P01", "3D000", "42501", "23505"].map((code) =>
    Object.assign(new Error("of s3cret"), { code })
  );
  for (const error of lasting) {
    const found = told(error);
    assert(found instanceof UsageError && !(found instanceof QueueUnreachable), error.code);
    assertEquals((found as Error & { code?: string }).code, error.code);
    assert(!found.message.includes("s3cret") && found.message.includes("***"), found.message);
  }
  const own = new UsageError("as it is");
  assertEquals(told(own), own);
});
