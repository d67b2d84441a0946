import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ownEnvironment } from "./own_environment.ts";
import { task, tiny, withFolder } from "./task.ts";

Deno.test("an agent trains in an environment of --environments, and what is typed next knows it too", async () => {
  await withFolder(async (folder) => {
    const [file, out] = [`${folder}/own.js`, `${folder}/run`];
    await Deno.writeTextFile(file, ownEnvironment);
    const done = async (...[name, args]: Parameters<typeof task>) => {
      const { code, stdout, stderr } = await task(name, [...args, "--environments", file], { cwd: folder });
      assertEquals(code, 0, stderr);
      return stdout;
    };
    const set = [
      "environment.id=Own-v0",
      "loop=host",
      'checkpoints.state={"every":100,"unit":"step","keep":1}',
    ];
    const told = await done("train", [tiny, ...set.flatMap((value) => ["--set", value]), "--out", out]);
    assertStringIncludes(told, `deno task eval ${out} --environments ${file}\n`);
    assertMatch(await done("eval", [out]), / Own-v0 +6 /);
    assertMatch(await done("play", [out]), /^episode 1: return [01], \d+ steps, (terminated|truncated)\n$/);
    assertMatch(await done("plot", [out]), /evaluation\.svg/);
    assertMatch(await done("train", ["--resume", out, "--set", "budget.steps=300"]), /trained +300 steps/);
    const again = await task("train", [tiny, "--out", out, "--environments", file]);
    assertEquals(again.code, 2);
    assertStringIncludes(again.stderr, `deno task train --resume ${out} --environments ${file} goes on\n`);
    const without = await task("eval", [out]);
    assertEquals(without.code, 2);
    assertMatch(without.stderr, /^error: Cannot make environment: id is "Own-v0", wanted one of /);
  });
});

Deno.test("a file of --environments that is missing, fails or registers nothing is told in a sentence, before anything else", async () => {
  await withFolder(async (folder) => {
    const commands = [
      ["train", []],
      ["eval", [folder]],
      ["play", [folder]],
      ["plot", [folder]],
      ["sweep", ["td-first-try"]],
      ["worker", ["--queue", "postgres://nobody@127.0.0.1:1/none"]],
    ] as const;
    const cases = [
      [undefined, /: there is no such file, wanted the path of a module\n$/],
      ["throw new Error('of its own');", /: of its own\n$/],
      ["const a = ;", /: SyntaxError: Expression expected at file:[^\n]+\/2.js:1:11\n$/],
      [`import "./none.js";`, /: Module not found "file:[^\n]+none.js". at file:[^\n]+\/3.js:1:8\n$/],
      [
        "export const a = 1;",
        /: it registers none here, wanted registerEnvironment or registerDeviceEnvironment from "@qernel\/qernel", or from the mod.ts of this copy\n$/,
      ],
      [
        ownEnvironment.replace("Own-v0", "CartPole-v1"),
        /: Cannot register environment "CartPole-v1": the id is taken, wanted a new one\n$/,
      ],
    ] as const;
    for (const [i, [text, says]] of cases.entries()) {
      const file = `${folder}/${i}.js`;
      if (text !== undefined) await Deno.writeTextFile(file, text);
      for (const [name, args] of commands) {
        const { code, stdout, stderr } = await task(name, [...args, "--environments", file], { cwd: folder });
        assertEquals([code, stdout], [2, ""], stderr);
        assertStringIncludes(stderr, `error: Cannot use the environments of ${file}: `);
        assertMatch(stderr, says);
      }
    }
    assert(!(await Array.fromAsync(Deno.readDir(folder))).some(({ isDirectory }) => isDirectory));
  });
});
