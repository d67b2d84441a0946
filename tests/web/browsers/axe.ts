/** Who could not use a page. @module */
import axe from "npm:axe-core@4.14.1";
import type { Page } from "npm:playwright-core@1.65.1";

/** What axe-core finds wrong, with the elements. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
  return violations.map(({ id, impact, nodes }) => `${impact}: ${id}: ${nodes.map(({ html }) => html)}`);
}
