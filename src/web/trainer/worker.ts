/** The trainer's worker: a session, and the messages to it and from it. @module */
import { failedNews } from "./news.ts";
import { inspectOwn, shippedEnvironments } from "./own_environment.ts";
import type { Command, OpenCommand } from "./commands.ts";
import type { News } from "./protocol.ts";
import { Session } from "./session.ts";

/** What a worker has of its scope. */
interface Scope {
  postMessage(news: News): void;
  addEventListener(kind: "message", listener: (event: MessageEvent<Command>) => void): void;
}

const scope = globalThis as unknown as Scope;
const post = (news: News) => scope.postMessage(news);
const fail = (error: unknown) => post(failedNews(error));

/** What came before the run was ready. */
const waiting: Command[] = [];
let session: Session | undefined;

scope.addEventListener("message", ({ data: command }) => {
  if (command.kind === "open") void open(command);
  else if (command.kind === "shipped") post({ kind: "shipped", environments: shippedEnvironments() });
  else if (command.kind === "inspect") void inspectOwn(command.environment).then(post, fail);
  else if (session) session.receive(command);
  else waiting.push(command);
});

async function open(command: OpenCommand): Promise<void> {
  try {
    session = await Session.open(command, post);
    for (const command of waiting.splice(0)) session.receive(command);
  } catch (error) {
    fail(error);
  }
}
