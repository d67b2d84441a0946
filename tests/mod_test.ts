import { assertEquals, assertMatch } from "@std/assert";
import { extname, fromFileUrl } from "@std/path";

const url = new URL("..", import.meta.url);
const root = fromFileUrl(url);

const types: Record<string, string> = {
  ".ts": "application/typescript",
  ".wgsl": "text/plain",
  ".json": "application/json",
};

/** The files of this repository over HTTP on loopback. */
function serveRepository(): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const path = new URL(request.url).pathname;
    try {
      const body = await Deno.readFile(`${root}${path.slice(1)}`);
      return new Response(body, {
        headers: { "content-type": types[extname(path)] ?? "application/octet-stream" },
      });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}

Deno.test("mod.ts and a folder's imported by URL train, with their shaders fetched by URL", async () => {
  await using server = serveRepository();
  const host = `127.0.0.1:${server.addr.port}`;
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/script.ts`,
      `import { createRun } from "http://${host}/mod.ts";
       import { Tensor } from "http://${host}/src/gpu/mod.ts";
       const run = await createRun({
         environment: { id: "CartPole-v1" },
         agent: { kind: "dqn", hidden: [16], replay: { capacity: 1000, batch: 16, warmup: 50 } },
         budget: { steps: 300 },
       });
       const { step, update } = await run.train();
       const q = [...await run.agent.getQ(new Float32Array(4))];
       const zeros = [...await new Tensor(run.gpu, [2]).read()]; // On the same device.
       console.log(JSON.stringify({ step, update, q, zeros }));
       run.dispose();`,
    );
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", `--allow-import=${host}`, "--no-prompt", "--reload=http://" + host, "script.ts"],
      cwd: folder,
      env: { XDG_RUNTIME_DIR: folder },
    }).output();
    assertEquals(success, true, new TextDecoder().decode(stderr));
    const line = new TextDecoder().decode(stdout).trim();
    assertMatch(line, /^\{.*\}$/);
    const { step, update, q, zeros } = JSON.parse(line);
    assertEquals([step, update], [300, 251]); // One update a step from step 50 on.
    assertEquals(q.filter(Number.isFinite).length, 2);
    assertEquals(zeros, [0, 0]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("mod.ts bundled for a page loads, draws and trains where there is no Deno", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const run = async (...args: string[]) => {
      const command = new Deno.Command(Deno.execPath(), { args, cwd: root, env: { NO_COLOR: "1" } });
      const { success, stdout, stderr } = await command.output();
      assertEquals(success, true, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).trim();
    };
    const modules = ["mod.ts", "src/report/mod.ts"].map((path) => `export * from "${new URL(path, url)}";`);
    await Deno.writeTextFile(`${folder}/qernel.ts`, modules.join("\n"));
    await run(
      "bundle",
      "--quiet",
      "--platform",
      "browser",
      `${folder}/qernel.ts`,
      "-o",
      `${folder}/qernel.js`,
    );
    await Deno.writeTextFile(
      `${folder}/page.js`,
      `delete globalThis.Deno;
       const { createRun, SvgSurface } = await import("./qernel.js");
       const run = await createRun({
         environment: { id: "Taxi-v4" },
         agent: { kind: "tabular" },
         budget: { steps: 2000 },
         evaluation: { every: 1000, episodes: 2 },
       });
       const { reason } = await run.train();
       const surface = new SvgSurface(300, 200);
       run.environment.environments[0].render(surface);
       console.log(reason, surface.toString().startsWith("<svg"), "Deno" in globalThis);`,
    );
    assertEquals(await run("run", `${folder}/page.js`), "budget of 2000 steps true false");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
