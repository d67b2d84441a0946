/** `deno task web`: the page on which agents are trained, served or written for a host. @module */
import type { Command, CommandLine } from "../command/command.ts";
import { ExitCode, main } from "../command/main.ts";
import { answer, note } from "../command/printing.ts";
import { bundlePages, lessonsPage, trainingPage } from "./bundle.ts";
import { openInBrowser } from "./browser.ts";
import { listen, readPort } from "./listen.ts";
import { describeSizes } from "./sizes.ts";
import { siteHandler } from "./site.ts";
import { writeSite } from "./write_site.ts";

const command: Command = {
  usage: "deno task web [OPTIONS]",
  summary: "Serves a page on which agents are trained and watched, on this machine.",
  options: [
    { name: "port", value: "N", help: "Port on 127.0.0.1; 8080 by default, 0 for one that is free." },
    { name: "open", help: "Open the page in the browser." },
    {
      name: "build",
      value: "DIR",
      help: "Write the files of the page for any host, tell their sizes, and end.",
    },
  ],
  positionals: [0, 0],
};

async function run(given: CommandLine): Promise<number> {
  const folder = given.value("build");
  const port = readPort(given.value("port") ?? "8080");
  const files = await bundlePages(trainingPage, lessonsPage);
  if (folder !== undefined) {
    await writeSite(folder, files);
    answer(describeSizes(files));
    return ExitCode.fine;
  }
  const server = listen(port, siteHandler(files));
  const address = `http://localhost:${server.addr.port}/`;
  answer(`${address} (Ctrl-C ends it)`);
  if (given.has("open") && !await openInBrowser(address)) {
    note("Cannot open a browser: open the page by hand");
  }
  await server.finished;
  return ExitCode.fine;
}

if (import.meta.main) await main(command, run);
