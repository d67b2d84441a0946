/** The page and a browser for all the tests of a file. @module */
import { ServedTask } from "./served.ts";

/** What there is while tests run. */
export interface Fixture<B> {
  /** Where the page is served. */
  readonly url: string;
  readonly browser: B;
}

/** Starts the page's server and a browser before the tests of a file, and ends them afterwards. */
export function serveTo<B extends { close(): Promise<void> }>(start: () => Promise<B>): Fixture<B> {
  let site: ServedTask | undefined;
  let browser: B | undefined;
  Deno.test.beforeAll(async () => {
    [site, browser] = await Promise.all([ServedTask.start("web"), start()]);
  });
  Deno.test.afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  return {
    get url() {
      return site!.url;
    },
    get browser() {
      return browser!;
    },
  };
}
