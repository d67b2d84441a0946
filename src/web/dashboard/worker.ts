/** The server in a thread that may read the folder of runs alone, and listen on this machine alone. @module */
/// <reference lib="deno.worker" />
import { UsageError } from "../../core/errors.ts";
import type { SiteFiles } from "../files.ts";
import { listen } from "../listen.ts";
import { type SiteHandler, siteHandler } from "../site.ts";
import { Dashboard } from "./server.ts";

/** What is served, and where. */
export interface ServeRequest {
  readonly kind: "serve";
  readonly folder: string;
  readonly port: number;
  /** The page that shows runs. */
  readonly files: SiteFiles;
}

/** The page on which agents are trained, in answer to `wanted`. */
export interface TrainingPageFiles {
  readonly kind: "trainingPage";
  readonly files: SiteFiles;
}

/** What the thread is told. */
export type ServerTask = ServeRequest | TrainingPageFiles;

/** What it tells: the port that it has; why it serves nothing; that somebody wants the page on which agents are trained. */
export type ServerNews =
  | { readonly kind: "serving"; readonly port: number }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "wanted" };

/** Where the page lies on which agents are trained. */
const trainingRoot = "/train/";

const tell = (news: ServerNews) => self.postMessage(news);
const trainingFiles = Promise.withResolvers<SiteFiles>();
let training: Promise<SiteHandler> | undefined;

self.onmessage = ({ data: task }: MessageEvent<ServerTask>) => {
  if (task.kind === "trainingPage") return trainingFiles.resolve(task.files);
  try {
    tell({ kind: "serving", port: serve(task) });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    tell({ kind: "refused", message: error.message });
  }
};

function serve({ folder, port, files }: ServeRequest): number {
  const own = siteHandler(files);
  const page = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    return pathname.startsWith(trainingRoot) ? (await trainingPage())(request) : own(request);
  };
  const dashboard = new Dashboard({ folder, page });
  const server = listen(port, (request): Promise<Response> => dashboard.answer(request, server.addr.port));
  return server.addr.port;
}

/** Bundled when somebody comes for it. */
function trainingPage(): Promise<SiteHandler> {
  if (!training) tell({ kind: "wanted" });
  return training ??= trainingFiles.promise.then((files) => siteHandler(files, trainingRoot));
}
