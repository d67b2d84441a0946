import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { FolderLock } from "../../src/runs/folder_lock.ts";
import type { CurvesEvent, RunInfo, RunsEvent, View } from "../../src/web/dashboard/protocol.ts";
import { listen } from "../../src/web/listen.ts";
import { Dashboard } from "../../src/web/dashboard/server.ts";
import { siteHandler } from "../../src/web/site.ts";
import { withFolder } from "../cli/task.ts";
import { addRows, configOf, writeRun } from "./dashboard/run_files.ts";
import { listenTo } from "./dashboard/listener.ts";

/** A dashboard of a folder `runs`, beside a file `secret`. */
interface Site {
  readonly runs: string;
  readonly url: string;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

async function withSite(use: (site: Site) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const runs = `${folder}/runs`;
    Deno.mkdirSync(runs);
    Deno.writeTextFileSync(`${folder}/secret`, "secret");
    const files = new Map([["index.html", new TextEncoder().encode("page")]]);
    const dashboard = new Dashboard({ folder: runs, page: siteHandler(files) });
    const server = listen(0, (request): Promise<Response> => dashboard.answer(request, server.addr.port));
    const url = `http://127.0.0.1:${server.addr.port}`;
    try {
      await use({ runs, url, get: (path, headers = {}) => fetch(`${url}${path}`, { headers }) });
    } finally {
      await server.shutdown();
    }
  });
}

const metrics = { log: "metrics", x: "step", y: "return100" } as const;
const nothing: View = { runs: [], curves: [] };

/** All runs. */
async function runsOf(url: string): Promise<readonly RunInfo[]> {
  await using events = await listenTo(url, nothing);
  return (await events.next<RunsEvent>("runs")).runs;
}

Deno.test("the dashboard lists runs of whatever depth and those of sweeps, and tells what becomes of them", async () => {
  await withSite(async ({ runs, url }) => {
    writeRun(`${runs}/one`);
    writeRun(`${runs}/one/state/inner`); // What lies in a run's folder is none.
    writeRun(`${runs}/study/runs/lr-0.1-0`);
    Deno.writeTextFileSync(`${runs}/study/experiment.json`, "{}");
    Deno.symlinkSync("one", `${runs}/link`);
    await using events = await listenTo(url, nothing);
    const first = await events.next<RunsEvent>("runs");
    assertEquals(first.folder, "runs");
    assertEquals(first.runs.map(({ name, sweep }) => [name, sweep]), [["one", undefined], [
      "study/runs/lr-0.1-0",
      "study",
    ]]);
    const [one, inSweep] = first.runs.map(({ key }) => key);

    using lock = new FolderLock(`${runs}/one`);
    const begun = await events.next<RunsEvent>("runs");
    assertEquals(begun.runs.map(({ key, status }) => [key, status]), [[one, "running"]]);
    lock.close();
    Deno.removeSync(`${runs}/study`, { recursive: true });
    writeRun(`${runs}/two <b>`, { config: configOf(1) });
    const [told, lost]: [RunInfo[], number[]] = [[], []];
    const statusOfOne = () => told.findLast(({ key }) => key === one)?.status;
    const second = () => told.find(({ name }) => name === "two <b>");
    while (statusOfOne() !== "unfinished" || lost.length === 0 || !second()) { // However many events tell it.
      const { runs, gone } = await events.next<RunsEvent>("runs");
      told.push(...runs);
      lost.push(...gone);
    }
    assertEquals(lost, [inSweep]);
    const two = second()!;
    assertEquals(two.seed, 1);
    addRows(`${runs}/two <b>`, 4, 5);
    const { runs: [grown], gone } = await events.next<RunsEvent>("runs");
    assertEquals([grown!.key, grown!.progress!.step, gone], [two.key, 50, []]);
  });
});

Deno.test("a curve is sent, and within a second what comes to it, to twenty who look at once", async () => {
  await withSite(async ({ runs, url }) => {
    const folder = writeRun(`${runs}/one`, { rows: 2000 });
    using _lock = new FolderLock(folder);
    const [{ key }] = await runsOf(url) as [RunInfo];
    const view = { runs: [key], curves: [metrics, { log: "metrics", x: "seconds", y: "loss" } as const] };
    const clients = await Promise.all(Array.from({ length: 20 }, () => listenTo(url, view)));
    const firsts = await Promise.all(clients.map((client) => client.next<CurvesEvent>("curves")));
    for (const [returns, losses] of firsts) {
      assertEquals([returns!.run, returns!.curve, returns!.keep, losses!.curve], [key, 0, 0, 1]);
      assert(returns!.x.length > 200 && returns!.x.length <= 501);
      assertEquals([returns!.low[0], returns!.high.at(-1)], [1, 2000]);
    }
    const times: number[] = [];
    for (let row = 2001; row < 2100; row += 11) {
      const start = performance.now();
      addRows(folder, row, row + 10);
      const parts = await Promise.all(clients.map((client) => client.next<CurvesEvent>("curves")));
      times.push(performance.now() - start);
      for (const [part] of parts) {
        const { keep, high } = part!;
        assert(keep > 200 && high.length < 20, `keeps ${keep}, and sends ${high.length}`);
        assertEquals(high.at(-1), row + 10);
      }
    }
    assertLess(times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!, 1000, `${times}`); // One may be held up.
    for (const client of clients) await client[Symbol.asyncDispose]();
  });
});

Deno.test("a log that is cut or gone is told anew", async () => {
  await withSite(async ({ runs, url }) => {
    const folder = writeRun(`${runs}/one`, { rows: 5 });
    using _lock = new FolderLock(folder);
    await using events = await listenTo(url, { runs: [1], curves: [metrics] });
    const y = async () => (await events.next<CurvesEvent>("curves")).map(({ keep, y }) => [keep, y]);
    await events.next("runs");
    assertEquals(await y(), [[0, [1, 2, 3, 4, 5]]]);
    writeRun(folder, { rows: 2 });
    assertEquals(await y(), [[0, [1, 2]]]);
    Deno.removeSync(`${folder}/metrics.csv`);
    assertEquals(await y(), [[0, []]]);
  });
});

Deno.test("files of runs can be had, with headers by which they do nothing in a page", async () => {
  await withSite(async ({ runs, url, get }) => {
    const folder = writeRun(`${runs}/a "b" ü`);
    Deno.mkdirSync(`${folder}/pictures`);
    Deno.writeTextFileSync(`${folder}/pictures/loss.svg`, "<svg><script>alert(1)</script></svg>");
    Deno.writeTextFileSync(`${folder}/checkpoints/best.safetensors`, "parameters");
    await runsOf(url);
    const picture = await get("/api/runs/1/pictures/loss.svg");
    assertEquals(picture.headers.get("content-type"), "image/svg+xml");
    assertMatch(picture.headers.get("content-security-policy")!, /^sandbox; default-src 'none'/);
    assertEquals(picture.headers.get("x-content-type-options"), "nosniff");
    assertMatch(await picture.text(), /^<svg>/);
    const saved = await get("/api/runs/1/best.safetensors?download");
    assertEquals([saved.headers.get("content-length"), await saved.text()], ["10", "parameters"]);
    assertEquals(
      saved.headers.get("content-disposition"),
      "attachment; filename*=UTF-8''a%20%22b%22%20%C3%BC-best.safetensors",
    );
    assertEquals(JSON.parse(await (await get("/api/runs/1/config.json")).text()), configOf(0));
  });
});

Deno.test("requests for anything else are refused: other paths, names, runs, hosts, pages and methods", async () => {
  await withSite(async ({ runs, url, get }) => {
    const folder = writeRun(`${runs}/one`);
    Deno.mkdirSync(`${folder}/pictures`);
    Deno.symlinkSync("../../../secret", `${folder}/pictures/link.svg`);
    Deno.symlinkSync("../../secret", `${folder}/episode.gif`);
    Deno.symlinkSync("../..", `${folder}/state`);
    await runsOf(url);
    const { port } = new URL(url);
    const paths: [string, number][] = [
      ["/api/runs/1/../../../secret", 404],
      ["/api/runs/1/%2e%2e/%2e%2e/secret", 404],
      ["/api/runs/1/..%2f..%2fsecret", 404],
      ["/api/runs/1/pictures/..%2f..%2f..%2fsecret", 404],
      ["/api/runs/1/pictures/../../../secret", 404],
      ["/api/runs/1/pictures/..\\..\\secret", 404],
      ["/api/runs/1//etc/passwd", 404],
      ["/api/runs/1/config.json%00.svg", 404],
      ["/api/runs/1/pictures/%00.svg", 404],
      ["/api/runs/1/pictures/link.svg", 404],
      ["/api/runs/1/episode.gif", 404],
      ["/api/runs/1/state/secret", 404],
      ["/api/runs/1/.lock", 404],
      ["/api/runs/1/constructor", 404],
      ["/api/runs/2/config.json", 404],
      ["/api/runs/one/config.json", 404],
      ["/api/runs/-1/config.json", 404],
      ["/api/runs/99999999999999999999/config.json", 404],
      ["/api/secret", 404],
      ["/api/", 404],
      ["/api/live", 400],
      ["/api/live?view=1", 400],
      ['/api/live?view={"runs":["../secret"],"curves":[]}', 400],
      ['/api/live?view={"runs":[],"curves":[{"log":"../../secret","x":"step","y":"loss"}]}', 400],
      ['/api/live?view={"runs":[],"curves":[],"range":[1,0]}', 400],
      ["/api/comparison?runs=../secret", 400],
    ];
    for (const [path, status] of paths) {
      assertEquals(await rawStatus(port, `GET ${path.replaceAll('"', "%22")} HTTP/1.1`), status, path);
    }
    const own = `Host: 127.0.0.1:${port}`;
    const heads: [string, string[], number][] = [
      ["GET / HTTP/1.1", [`Host: localhost:${port}`], 200],
      ["GET / HTTP/1.1", ["Host: rebound.example"], 421],
      ["GET / HTTP/1.1", [`Host: rebound.example:${port}`], 421],
      ["GET / HTTP/1.1", [`Host: 127.0.0.1.rebound.example:${port}`], 421],
      ["GET / HTTP/1.1", ["Host: 127.0.0.1:1"], 421],
      ["GET / HTTP/1.1", [`Host: 0.0.0.0:${port}`], 421],
      ["GET /api/runs/1/config.json HTTP/1.1", [own, "Origin: http://other.example"], 403],
      ["GET /api/runs/1/config.json HTTP/1.1", [own, "Origin: null"], 403],
      [
        "GET /api/runs/1/config.json HTTP/1.1",
        [own, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"],
        403,
      ],
      [
        "GET /api/runs/1/config.json HTTP/1.1",
        [own, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors"],
        403,
      ],
      ["GET /api/runs/1/config.json HTTP/1.1", [own, "Sec-Fetch-Site: same-origin"], 200],
      ["POST / HTTP/1.1", [own, "Content-Length: 0"], 405],
      ["DELETE /api/runs/1/config.json HTTP/1.1", [own], 405],
    ];
    for (const [line, lines, status] of heads) {
      assertEquals(await rawStatus(port, line, lines), status, [line, ...lines].join(" | "));
    }
    const refused = await get("/api/runs/2/config.json");
    assertEquals(await refused.text(), "");
    assertMatch(
      refused.headers.get("content-security-policy")!,
      /^default-src 'self'; script-src 'self' 'wasm-unsafe-eval'/,
    );
  });
});

/** The status of a request that goes out as it is written here. */
async function rawStatus(port: string, line: string, headers = [`Host: 127.0.0.1:${port}`]): Promise<number> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  await connection.write(
    new TextEncoder().encode([line, ...headers, "Connection: close", "", ""].join("\r\n")),
  );
  const text = await new Response(connection.readable).text();
  return Number(text.split(" ")[1]);
}

Deno.test("only so many listen at once, and who goes leaves room", async () => {
  await withSite(async ({ url }) => {
    const clients = await Promise.all(Array.from({ length: 200 }, () => listenTo(url, nothing)));
    const more = () => fetch(`${url}/api/live?view=${encodeURIComponent(JSON.stringify(nothing))}`);
    const refused = await more();
    assertEquals(refused.status, 503);
    await refused.body?.cancel();
    await clients.pop()![Symbol.asyncDispose]();
    for (let status = 503; status !== 200;) {
      const answer = await more();
      status = answer.status;
      await answer.body?.cancel();
    }
    for (const client of clients) await client[Symbol.asyncDispose]();
  });
});

Deno.test("runs are compared by what sets their configs apart, and grouped where it is the seed alone", async () => {
  await withSite(async ({ runs, url, get }) => {
    const gammas = [0.9, 0.99, 0.9];
    for (const [i, gamma] of gammas.entries()) {
      writeRun(`${runs}/run-${i}`, { config: configOf(i, { gamma }) });
    }
    writeRun(`${runs}/strange`, {
      config: { environment: { id: "None-v0" }, agent: { gamma: 0.5 }, seed: 9 },
    });
    await runsOf(url);
    const compare = async (keys: string) => await (await get(`/api/comparison?runs=${keys}`)).json();
    assertEquals(await compare("1,2,3"), {
      keys: ["agent.gamma"],
      configurations: [{ runs: [1, 3], values: ["0.9"] }, { runs: [2], values: ["0.99"] }],
    });
    const { keys, configurations } = await compare("1,4");
    assert(keys.includes("environment.id") && !keys.includes("seed"));
    assertEquals(configurations[1].values[keys.indexOf("agent.gamma")], "0.5");
  });
});
