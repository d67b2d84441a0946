import { assert, assertEquals, assertRejects } from "@std/assert";
import { catchEnvironment } from "../../src/web/page/editor/catch_environment.ts";
import { ownConfig, ownId } from "../../src/web/page/own_environment.ts";
import { presets } from "../../src/web/page/presets.ts";
import { decodeLink, encodeLink } from "../../src/web/page/share.ts";

/** A link to any bytes, compressed. */
async function linkTo(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  return `config=${packed.toBase64({ alphabet: "base64url", omitPadding: true })}`;
}

const text = (json: string) => linkTo(new TextEncoder().encode(json));

Deno.test("decodeLink() gives back what encodeLink() was given, in letters that addresses bear", async () => {
  for (const [name, config] of Object.entries(presets)) {
    const link = await encodeLink({ name, config });
    assert(/^config=[\w-]+$/.test(link) && link.length < 1500, link);
    assertEquals(await decodeLink(`#${link}`), { name, config });
  }
  const own = {
    name: "Own-v0",
    config: ownConfig(catchEnvironment),
    environment: { ...catchEnvironment, id: ownId },
  };
  assertEquals(await decodeLink(`#${await encodeLink(own)}`), own);
  for (const other of ["", "#", "#top", "#preset=cartpole"]) assertEquals(await decodeLink(other), undefined);
});

Deno.test("decodeLink() refuses what is no link of ours, with a sentence", async () => {
  const bomb = await linkTo(new Uint8Array(10_000_000));
  const cases: [link: string, message: string][] = [
    ["config=", "it is damaged"],
    ["config=AAAA", "it is damaged"],
    ["config=%%%", "it is damaged"],
    [(await text('{"name":"a","config":{}}')).slice(0, -6), "it is damaged"],
    [await text("{"), "it is damaged"],
    [await linkTo(Uint8Array.of(0xff, 0xfe)), "it is damaged"],
    [await text("[]"), "it holds something else"],
    [await text('{"name":1,"config":{}}'), "it holds something else"],
    [await text('{"name":"a","config":[]}'), "it holds something else"],
    [`config=${"A".repeat(20_000)}`, "it has 20007 letters, wanted at most 20000"],
    [bomb, "it holds more than 100000 bytes"],
  ];
  for (const [link, message] of cases) {
    await assertRejects(() => decodeLink(`#${link}`), Error, `Cannot read the link: ${message}`);
  }
});

Deno.test("decodeLink() keeps a name short, and a key of any name a key", async () => {
  const choice = await decodeLink(
    await text(`{"name":"${"n".repeat(500)}","config":{"__proto__":{"seed":1}}}`),
  );
  assertEquals(choice!.name.length, 60);
  assertEquals([Object.keys(choice!.config), "seed" in choice!.config], [["__proto__"], false]);
});
