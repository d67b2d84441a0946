/** Variables of the process's environment, as far as they may be read and written without asking. @module */

/** The value of a variable; undefined where it is not set, must not be read, or there are none, as in a page. */
export function variable(name: string): string | undefined {
  const deno = globalThis.Deno;
  if (deno?.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
  return deno.env.get(name);
}

/** Sets a variable that is not set or empty, where it may be. */
export function setDefault(name: string, value: string): void {
  const deno = globalThis.Deno;
  if (deno?.permissions.querySync({ name: "env", variable: name }).state !== "granted") return;
  if (!deno.env.get(name)) deno.env.set(name, value);
}
