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
  /** Ends the question at hand with a sentence, and the worker with it. */
  #giveUp: (message: string) => void = () => {};
  #last: Promise<unknown> = Promise.resolve();
  #newest: OwnEnvironment | undefined;
  /** How often it was closed: what was asked before that is no longer looked at. */
  #closed = 0;

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
    this.#newest = undefined;
    this.#closed++;
    this.#giveUp("");
  }

  async #ask(command: Command): Promise<News> {
    const closed = this.#closed;
    const answer = this.#last.then(() => closed === this.#closed ? this.#answer(command) : failed(""));
    this.#last = answer;
    return await answer;
  }

  async #answer(command: Command): Promise<News> {
    const worker = this.#worker ??= new Worker(assetUrl("trainer"), { type: "module", name: "environments" });
    const { promise, resolve } = Promise.withResolvers<News>();
    this.#giveUp = (message) => {
      worker.terminate();
      this.#worker = undefined;
      resolve(failed(message));
    };
    worker.onmessage = ({ data }: MessageEvent<News>) => resolve(data);
    worker.onerror = ({ message }) => this.#giveUp(message || t("error.trainer"));
    const timer = setTimeout(() => this.#giveUp(t("editor.endless")), patience);
    worker.postMessage(command);
    return await promise.finally(() => clearTimeout(timer));
  }
}

function failed(message: string): News {
  return { kind: "failed", message, usage: false };
}
