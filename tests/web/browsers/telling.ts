/** What stood on a page when something did not come. @module */

const present = `document.visibilityState + ": " + document.body.innerText.slice(0, 2000)`;

/**
 * What `use` comes to.
 *
 * @param page Evaluates an expression in the page that `use` works with.
 * @throws {Error} With the page's text, where `use` fails.
 */
export async function tellingPage<T>(
  page: { evaluate(expression: string): Promise<unknown> },
  use: () => Promise<T>,
): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    const text = await page.evaluate(present).catch(() => "no answer");
    throw new Error(`${cause instanceof Error ? cause.message : cause}\nThe page, ${text}`, { cause });
  }
}
