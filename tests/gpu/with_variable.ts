/** Variables of the environment, as one file of tests sees them: other files may run beside it in the same process. @module */

/** What `test` comes to while the variable reads as `value`, undefined for none. */
export async function withVariable<T>(
  name: string,
  value: string | undefined,
  test: () => T | Promise<T>,
): Promise<T> {
  const { get } = Deno.env;
  Deno.env.get = (asked) => asked === name ? value : get.call(Deno.env, asked);
  try {
    return await test();
  } finally {
    Deno.env.get = get;
  }
}
