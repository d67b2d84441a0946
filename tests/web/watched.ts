/** A session in the hands of a test. @module */
import type { News } from "../../src/web/trainer/protocol.ts";
import { Session } from "../../src/web/trainer/session.ts";

/** A session, its news, and a wait for some of them. */
export class Watched {
  readonly news: News[] = [];
  readonly session: Promise<Session>;
  #look = () => {};

  constructor(given: Parameters<typeof Session.open>[0]) {
    this.session = Session.open(given, (news) => {
      this.news.push(news);
      this.#look();
    });
  }

  of<K extends News["kind"]>(kind: K): Extract<News, { kind: K }>[] {
    return this.news.filter((news): news is Extract<News, { kind: K }> => news.kind === kind);
  }

  async until(found: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#look = () => found() && resolve();
    this.#look();
    await promise;
  }

  status(wanted: string): () => boolean {
    return () => this.of("status").at(-1)?.status === wanted;
  }
}
