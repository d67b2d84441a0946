import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { decompressFrames, parseGIF } from "npm:gifuct-js@2.1.2";
import { task, tiny, withFolder } from "./task.ts";

/** A run at `<folder>/run`, trained for a moment. */
async function withRun(
  args: readonly string[],
  use: (run: string, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const { code, stderr } = await task("train", [...args, "--quiet", "--out", `${folder}/run`]);
    assertEquals(code, 0, stderr);
    await use(`${folder}/run`, folder);
  });
}

Deno.test("play repeats eval's episodes, animates the first, and refuses what it cannot show", async (t) => {
  await withRun([tiny], async (run, folder) => {
    await t.step("play --gif --apng writes a frame of every state of the first episode", async () => {
      const [gif, apng] = [`${folder}/a.gif`, `${folder}/a.png`];
      const played = await task("play", [
        run,
        "--episodes",
        "2",
        "--gif",
        gif,
        "--apng",
        apng,
        "--delay",
        "30",
      ]);
      assertEquals([played.code, played.stderr], [0, ""]);
      const evaluated = await task("eval", [run, "--episodes", "2", "--json"]);
      const { lengths: [first, second] } = JSON.parse(evaluated.stdout);
      const seconds = ((first + 1) * 0.03).toFixed(1);
      assertEquals(played.stdout.trimEnd().split("\n"), [
        `episode 1: return ${first}, ${first} steps, terminated`,
        `wrote ${gif}: ${first + 1} frames, ${seconds} s`,
        `wrote ${apng}: ${first + 1} frames, ${seconds} s`,
        `episode 2: return ${second}, ${second} steps, terminated`,
      ]);
      const frames = decompressFrames(parseGIF((await Deno.readFile(gif)).buffer), true);
      assertEquals(frames.map(({ delay }) => delay), Array(first + 1).fill(30));
      assertEquals([frames[0]!.dims.width, frames[0]!.dims.height], [600, 400]);
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      assertEquals(names, ["a.gif", "a.png", "run"]);
    });

    await t.step("play refuses files that it could not write, and pictures without a terminal", async () => {
      for (
        const [args, message] of [
          [
            ["--gif", "a.mp4"],
            'Cannot write the animation a.mp4: its extension is ".mp4", wanted .gif',
          ],
          [
            ["--apng", "a.gif"],
            'Cannot write the animation a.gif: its extension is ".gif", wanted .png or .apng',
          ],
          [
            ["--gif", `${folder}/none/a.gif`],
            `Cannot write the animation ${folder}/none/a.gif: there is no folder ${folder}/none, wanted one`,
          ],
          [
            ["--terminal"],
            "Cannot show CartPole-v1 in the terminal: standard output is no terminal, wanted one, or --gif FILE",
          ],
          [["--delay", "5"], 'Option --delay is "5", wanted an integer from 20 to 60000'],
        ] as const
      ) {
        const { code, stdout, stderr } = await task("play", [run, ...args]);
        assertEquals([code, stdout, stderr.trimEnd()], [2, "", `error: ${message}`]);
      }
    });
  });
});

Deno.test("play tells who won, shows text where there is no terminal, and refuses what is no run", async () => {
  const rooms = ["rooms-qlearning", "--set", "budget.episodes=20"];
  await withRun(rooms, async (run, folder) => {
    const none = await task("play", [`${folder}/none`]);
    assertEquals(none.code, 2);
    assertStringIncludes(none.stderr, `error: Cannot read the run ${folder}/none: there is no such folder`);
    const played = await task("play", [run, "--episodes", "3"]);
    assertEquals([played.code, played.stderr], [0, ""]);
    const lines = played.stdout.trimEnd().split("\n");
    assertEquals(lines.map((line) => line.split(":")[0]), ["episode 1", "episode 2", "episode 3"]);
    for (const line of lines) {
      assertMatch(line, /: return -?\d+, \d+ steps, (terminated, won|truncated, lost)$/);
    }
    const shown = await task("play", [run, "--terminal"]);
    assertEquals([shown.code, shown.stderr], [0, ""]);
    const steps = Number(shown.stdout.match(/, (\d+) steps/)![1]);
    for (let step = 0; step <= steps; step++) {
      assertStringIncludes(shown.stdout, `episode 1: step ${step}, return `);
    }
  });
});

Deno.test("play --help lists every option", async () => {
  const { code, stdout } = await task("play", ["--help"]);
  assertEquals(code, 0);
  const options = [
    "gif FILE",
    "apng FILE",
    "terminal",
    "episodes N",
    "seed N",
    "checkpoint best|last|FILE",
    "delay MS",
  ];
  for (const option of options) assertStringIncludes(stdout, `\n  --${option} `);
});
