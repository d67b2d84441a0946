/** Files that the page takes and gives. */
import { assertEquals, assertMatch } from "@std/assert";
import { decodeCheckpoint } from "../../../src/train/checkpoint_bytes.ts";
import { encodeLink } from "../../../src/web/page/share.ts";
import { task } from "../../cli/task.ts";
import { startChromium, until, withPage } from "../browsers/chromium.ts";
import { serveTo } from "../browsers/fixture.ts";
import { goalReached, gridworld } from "../browsers/gridworld.ts";
import { assertQValues, keepNews, readSeen, type Seen } from "../browsers/q_values.ts";
import { TrainingPage } from "../browsers/training_page.ts";

const served = serveTo(startChromium);

/** A checkpoint of the command line. */
let checkpoint: Uint8Array<ArrayBuffer>;

Deno.test.beforeAll(async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/gridworld.json`, JSON.stringify(gridworld));
    const out = ["--out", `${folder}/run`, "--set", "log.pictures=false", "--set", "log.animation=false"];
    const { code, stderr } = await task("train", [`${folder}/gridworld.json`, ...out]);
    assertEquals(code, 0, stderr);
    checkpoint = await Deno.readFile(`${folder}/run/checkpoints/best.safetensors`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("A checkpoint of the command line has the same Q values in the page, and plays as it did", async () => {
  const { state } = decodeCheckpoint(checkpoint, "best.safetensors");
  await withPage(served.browser, { url: served.url, script: keepNews }, async (opened) => {
    const page = new TrainingPage(opened);
    await page.load("best.safetensors", checkpoint);
    await page.reaches("paused");
    await until(opened, `${readSeen}.length > 2`);
    assertQValues(await opened.evaluate<Seen[]>(readSeen), state);
  });
});

Deno.test("What the page has learned is downloaded, and is the same agent in a page that loads it", async () => {
  const link = `${served.url}#${await encodeLink({ name: "gridworld", config: gridworld })}`;
  await withPage(served.browser, { url: link, script: keepNews }, async (opened) => {
    const page = new TrainingPage(opened);
    await page.press("Train");
    assertEquals(await page.reaches("ended"), goalReached);
    const agent = await page.download("Save the agent");
    assertEquals(agent.name, "gridworld.safetensors");
    const { state } = decodeCheckpoint(agent.bytes, agent.name);
    const config = await page.download("Save the config");
    assertEquals(config.name, "gridworld.json");
    assertEquals(JSON.parse(new TextDecoder().decode(config.bytes)), gridworld);
    await opened.goto(served.url);
    await page.load(agent.name, agent.bytes);
    await page.reaches("paused");
    await until(opened, `${readSeen}.length > 2`);
    assertQValues(await opened.evaluate<Seen[]>(readSeen), state);
    await page.press("Train"); // It goes on learning.
    assertEquals(await page.reaches("ended"), goalReached);
  });
});

Deno.test("The page refuses what it cannot use, with a sentence, and goes on", async () => {
  const damaged = checkpoint.slice();
  damaged[damaged.length - 1]! ^= 1;
  const cases: readonly (readonly [string, Uint8Array | string, RegExp])[] = [
    [
      "damaged.safetensors",
      damaged,
      /^Cannot load the checkpoint damaged\.safetensors: what it holds has the checksum/,
    ],
    ["cut.safetensors", checkpoint.slice(0, 1000), /cut\.safetensors/],
    ["broken.json", "{", /^Cannot load broken\.json: it is no JSON, wanted a config/],
    ["list.json", "[]", /^Cannot load list\.json: it is no JSON, wanted a config/],
    ["strange.json", JSON.stringify({ ...gridworld, seeds: 1 }), /^Cannot use strange:\n.*seeds/s],
    ["text.txt", "", /^Cannot load text\.txt: wanted a \.safetensors or a \.json file/],
  ];
  await withPage(served.browser, { url: served.url }, async (opened) => {
    const page = new TrainingPage(opened);
    for (const [name, content, message] of cases) {
      await page.load(name, content);
      await page.failure.filter({ hasText: name.replace(/\.json$/, "") }).waitFor();
      assertMatch(await page.failure.locator("pre").innerText(), message);
    }
    await page.choose("gridworld-static");
    await page.press("Train");
    await page.until("updates", (count) => count > 0);
    assertEquals(await page.failure.isVisible(), false);
  });
});

Deno.test("A page without WebGPU that is to train by it says what helps its reader", async () => {
  const link = await encodeLink({ name: "grid", config: { ...gridworld, device: "webgpu" } });
  await withPage(served.browser, { url: `${served.url}#${link}` }, async (opened) => {
    const page = new TrainingPage(opened);
    await page.press("Train");
    await page.failure.waitFor();
    assertMatch(await page.failure.innerText(), /no adapter answered, wanted a GPU, and a browser/);
  });
});

Deno.test("A link that is damaged is refused, with a sentence", async () => {
  await withPage(served.browser, { url: `${served.url}#config=abc` }, async (opened) => {
    const { failure } = new TrainingPage(opened);
    await failure.waitFor();
    assertMatch(await failure.innerText(), /Cannot read the link: it is damaged/);
  });
});
