/** Looks at environments while they are written, in a worker of its own. @module */
import type { Command, OwnEnvironment } from "../trainer/commands.ts";
import type { News } from "../trainer/protocol.ts";
import { assetUrl } from "./assets.ts";
import { t } from "./texts.ts";

/** Milliseconds after which an environment is given up: a loop of it has no end. */
const patience = 10_000;

/** Asks a worker, one question after the other. */
export class EnvironmentChecker {
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #newest: OwnEnvironment | undefined;

  /** The environments that come with the library. */
  async shipped(): Promise<readonly OwnEnvironment[]> {
    const news = await this.#ask({ kind: "shipped" });
    return news.kind === "shipped" ? news.environments : [];
  }

  /** Why an environment cannot be used, "" if it can; undefined when another one has been asked about since. */
  async check(environment: OwnEnvironment): Promise<string | undefined> {
    this.#newest = environment;
    await this.#last;
    if (environment !== this.#newest) return undefined;
    const news = await this.#ask({ kind: "inspect", environment });
    if (environment !== this.#newest) return undefined;
    return "message" in news ? news.message : "";
  }

  /** Ends the worker; another question starts a new one. */
  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#newest = undefined;
  }

  async #ask(command: Command): Promise<News> {
    const answer = this.#last.then(() => this.#answer(command));
    this.#last = answer;
    return await answer;
  }

  async #answer(command: Command): Promise<News> {
    const worker = this.#worker ??= new Worker(assetUrl("trainer"), { type: "module", name: "environments" });
    const { promise, resolve } = Promise.withResolvers<News>();
    const fail = (message: string) => {
      this.#worker?.terminate();
      this.#worker = undefined;
      resolve({ kind: "failed", message, usage: false });
    };
    worker.onmessage = ({ data }: MessageEvent<News>) => resolve(data);
    worker.onerror = ({ message }) => fail(message || t("error.trainer"));
    const timer = setTimeout(() => fail(t("editor.endless")), patience);
    worker.postMessage(command);
    return await promise.finally(() => clearTimeout(timer));
  }
}
