/** Waiting for what a page comes to. @module */

/** Milliseconds that a page may take for anything that it is waited for: many, as other work may hold up the machine. */
export const patience = 300_000;

/** What `look` comes to, as soon as that is something. @throws {Error} When it takes too long for `what` is waited for. */
export async function poll<T>(what: string, look: () => Promise<T>): Promise<NonNullable<T>> {
  const end = performance.now() + patience;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`It did not come in ${patience / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
