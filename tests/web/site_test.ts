import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { compressed } from "../../src/web/files.ts";
import { firstView } from "../../src/web/sizes.ts";
import { siteHandler } from "../../src/web/site.ts";
import { writeSite } from "../../src/web/write_site.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const files = new Map([
  ["index.html", bytes('<script src="main-01234567.js"></script><link href="style-01234567.css">')],
  ["main-01234567.js", bytes("1;".repeat(100))],
  ["trainer-01234567.js", bytes("2")],
]);
const answer = siteHandler(files);
const get = (path: string, init: RequestInit = {}) => answer(new Request(`http://localhost${path}`, init));

Deno.test("The site sends its files, compressed for who takes that, and keeps other origins apart", async () => {
  const plain = get("/main-01234567.js");
  assertEquals(await plain.text(), "1;".repeat(100));
  const { headers } = plain;
  assertEquals(headers.get("content-type"), "text/javascript; charset=utf-8");
  assertEquals(headers.get("cache-control"), "public, max-age=31536000, immutable");
  assertEquals(headers.get("cross-origin-opener-policy"), "same-origin");
  assertEquals(headers.get("cross-origin-embedder-policy"), "require-corp");
  for (
    const [accepted, encoding] of [["gzip, deflate, br, zstd", "br"], ["deflate, gzip", "gzip"]] as const
  ) {
    const packed = get("/main-01234567.js", { headers: { "accept-encoding": accepted } });
    assertEquals(packed.headers.get("content-encoding"), encoding);
    assertEquals(
      new Uint8Array(await packed.arrayBuffer()),
      compressed(files.get("main-01234567.js")!, encoding),
    );
  }
});

Deno.test("The page itself is never kept, and may load nothing but its own", async () => {
  for (const path of ["/", "/index.html", "/?a=1"]) {
    const { status, headers } = get(path);
    assertEquals([status, headers.get("cache-control")], [200, "no-cache"], path);
    const policy = headers.get("content-security-policy")!;
    for (
      const rule of [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self' blob:",
        "frame-ancestors 'none'",
      ]
    ) assertStringIncludes(policy, rule);
    assertEquals(/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|https?:|\*/.test(policy), false, policy);
  }
  assertMatch(await get("/").text(), /main-01234567/);
});

Deno.test("The site has its files alone, and answers no other method", async () => {
  for (
    const path of [
      "/none.js",
      "/%2e%2e/deno.json",
      "/..%2fdeno.json",
      "//etc/passwd",
      "/trainer-01234567.js/",
    ]
  ) {
    assertEquals(get(path).status, 404, path);
  }
  assertEquals(get("/", { method: "POST" }).status, 405);
  const head = get("/", { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
});

Deno.test("firstView() names the page and what its text names", () => {
  assertEquals(firstView(files), ["index.html", "main-01234567.js", "style-01234567.css"]);
});

Deno.test("writeSite() leaves nothing of an earlier build, and all else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const site = `${folder}/a/site`;
    const write = (...names: readonly string[]) =>
      writeSite(site, new Map(names.map((name) => [name, bytes(name)])));
    await write("index.html", "main-00000000.js", "lessons/main-00000000.js", "lessons/style-00000000.css");
    for (const own of ["other-00000000.js", "main.js", "main-0000.js"]) {
      await Deno.writeTextFile(`${site}/${own}`, "mine");
    }
    await write("index.html", "main-11111111.js", "lessons/main-11111111.js", "lessons/style-00000000.css");
    const names = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name).sort();
    assertEquals(names(site), [
      "index.html",
      "lessons",
      "main-0000.js",
      "main-11111111.js",
      "main.js",
      "other-00000000.js",
    ]);
    assertEquals(names(`${site}/lessons`), ["main-11111111.js", "style-00000000.css"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
