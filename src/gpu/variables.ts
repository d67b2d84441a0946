/** Variables of the process's environment, as far as they may be read and written without asking. @module */

/** The value of a variable; undefined where it is not set, must not be read, or there are none, as in a page. */
export function variable(name: string): string | undefined {
  return access(name)?.get(name);
}

/** Sets a variable that is not set or empty, where it may be. */
export function setDefault(name: string, value: string): void {
  const env = access(name);
  if (env && !env.get(name)) env.set(name, value);
}

/** The environment, where there is one and this variable of it is allowed. */
function access(name: string): Deno.Env | undefined {
  const deno = globalThis.Deno;
  return deno?.permissions.querySync({ name: "env", variable: name }).state === "granted"
    ? deno.env
    : undefined;
}
