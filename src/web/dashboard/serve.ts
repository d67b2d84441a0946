/** `deno task dashboard`: the runs under a folder, as they go. @module */
import type { Command, CommandLine } from "../../command/command.ts";
import { ExitCode, main } from "../../command/main.ts";
import { answer, note } from "../../command/printing.ts";
import { UsageError } from "../../core/errors.ts";
import { openInBrowser } from "../browser.ts";
import { bundlePages, dashboardPage, lessonsPage, trainingPage } from "../bundle.ts";
import { readPort } from "../listen.ts";
import { ClosedFolder } from "./closed_folder.ts";
import type { ServeRequest, ServerNews, ServerTask } from "./worker.ts";

const command: Command = {
  usage: "deno task dashboard [RUNS] [OPTIONS]",
  summary: "Serves a page that shows the runs under a folder as they go, and compares them, on this machine.",
  options: [
    { name: "port", value: "N", help: "Port on 127.0.0.1; 8081 by default, 0 for one that is free." },
    { name: "open", help: "Open the page in the browser." },
  ],
  positionals: [0, 1],
  notes: ["RUNS is a folder of runs or sweeps, of whatever depth, or a single one; runs by default."],
};

async function run(given: CommandLine): Promise<number> {
  const folder = folderOf(given.positionals[0]);
  const port = readPort(given.value("port") ?? "8081");
  const files = await bundlePages(dashboardPage);
  const address = `http://localhost:${await serve({ kind: "serve", folder, port, files })}/`;
  answer(`${address} (Ctrl-C ends it)`);
  if (given.has("open") && !await openInBrowser(address)) {
    note("Cannot open a browser: open the page by hand");
  }
  await new Promise(() => {});
  return ExitCode.fine;
}

/** The path of a folder, by default of that in which runs are left. @throws {UsageError} When it cannot be read. */
function folderOf(given: string | undefined): string {
  try {
    return new ClosedFolder(given ?? "runs").path;
  } catch (error) {
    if (given !== undefined) throw error;
    throw new UsageError(
      "Cannot read the folder runs: wanted one, which deno task train makes, or the path of another",
    );
  }
}

/** What the thread that serves a folder may do; all else is denied to it. */
export function leaveFor(folder: string): Deno.PermissionOptionsObject {
  return { read: [folder], net: ["127.0.0.1"] };
}

/** Serves in a thread of less leave. Returns the port. @throws {UsageError} When the folder or the port is not to be had. */
async function serve(request: ServeRequest): Promise<number> {
  const options = { type: "module", deno: { permissions: leaveFor(request.folder) } } as const;
  const server = new Worker(new URL("./worker.ts", import.meta.url), options);
  const send = (task: ServerTask) => server.postMessage(task);
  const { promise: port, resolve, reject } = Promise.withResolvers<number>();
  server.onmessage = async ({ data: news }: MessageEvent<ServerNews>) => {
    if (news.kind === "serving") resolve(news.port);
    else if (news.kind === "refused") reject(new UsageError(news.message));
    else send({ kind: "trainingPage", files: await bundlePages(trainingPage, lessonsPage) });
  };
  send(request);
  return await port;
}

if (import.meta.main) await main(command, run);
