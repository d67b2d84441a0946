import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { decode, filesUnder, type Outcome, tiny, withFolder } from "./task.ts";

const root = fromFileUrl(new URL("../../", import.meta.url));

const { tasks } = JSON.parse(await Deno.readTextFile(`${root}deno.json`)) as {
  readonly tasks: Readonly<Record<string, { readonly command: string }>>;
};

/** A task's flags and script. */
function taskOf(name: string): { readonly flags: readonly string[]; readonly script: string } {
  const [, flags, script] = /^deno run((?: --allow-\S+)+) (\S+)$/.exec(tasks[name]!.command)!;
  return { flags: flags!.trim().split(" "), script: script! };
}

/** What Deno is given to run a command by its task. */
type Line = (name: string, args: readonly string[]) => string[];

const byTask: Line = (name, args) => ["task", "--quiet", "--config", `${root}deno.json`, name, ...args];

/** The same with one folder alone that may be written. */
function writingTo(folder: string): Line {
  return byFlags((flag) => flag === "--allow-write" ? `--allow-write=${folder}` : flag);
}

/** The same with other flags; an empty one is left out. */
function byFlags(change: (flag: string) => string): Line {
  return (name, args) => {
    const { flags, script } = taskOf(name);
    const changed = flags.map(change).filter((flag) => flag !== "");
    return [
      "run",
      "--no-prompt",
      "--no-check",
      "--config",
      `${root}deno.json`,
      ...changed,
      root + script,
      ...args,
    ];
  };
}

/** Runs a command, and looks at what it asked for. */
async function run(
  line: Line,
  name: string,
  args: readonly string[],
): Promise<Outcome & { readonly questions: readonly string[] }> {
  const audit = await Deno.makeTempFile({ prefix: "qernel-" });
  try {
    const env = { NO_COLOR: "1", DENO_AUDIT_PERMISSIONS: audit };
    const output = await new Deno.Command(Deno.execPath(), { args: line(name, args), env, stdin: "null" })
      .output();
    return { ...decode(output), questions: questions(await Deno.readTextFile(audit), taskOf(name).flags) };
  } finally {
    await Deno.remove(audit);
  }
}

/** What Deno would ask about on a terminal: anything but files that the flags do not allow. */
function questions(audit: string, flags: readonly string[]): string[] {
  const asked = audit.split("\n").filter((line) => line !== "").map((line): string => {
    const { permission, value } = JSON.parse(line);
    return permission === "env" ? `--allow-env=${value ?? "all"}` : `--allow-${permission}`;
  });
  const allowed = flags.flatMap((flag) => {
    const [name, values] = flag.split("=");
    return values === undefined ? [flag] : values.split(",").map((value) => `${name}=${value}`);
  });
  const files = ["--allow-read", "--allow-write"]; // Both are noted of a file whatever it is opened for.
  return [...new Set(asked)].filter((flag) => !allowed.includes(flag) && !files.includes(flag)).sort();
}

const everything = ["log.pictures=true", "log.animation=true", "log.tensorBoard=true"];

/** What each command is run with, in their order. */
function commandLines(folder: string): readonly (readonly [name: string, args: readonly string[]])[] {
  return [
    ["train", [
      tiny,
      ...everything.flatMap((value) => ["--set", value]),
      "--quiet",
      "--out",
      `${folder}/run`,
    ]],
    ["eval", [`${folder}/run`, "--episodes", "1"]],
    ["play", [`${folder}/run`, "--gif", `${folder}/played.gif`]],
    ["plot", [`${folder}/run`, "--format", "both"]],
    ["sweep", [`${folder}/experiment.json`, "--quiet", "--out", `${folder}/sweep`]],
    ["bench", ["--quick", "--suite", "time-to-solve"]],
  ];
}

const lines: readonly (readonly [name: string, of: (folder: string) => Line, narrow: boolean])[] = [
  ["its task", () => byTask, false],
  ["a line by which it writes to one folder", writingTo, true],
];

for (const [name, of, narrow] of lines) {
  Deno.test(`every command works by ${name}, and asks for nothing more`, async () => {
    await withFolder(async (folder) => {
      const experiment = {
        description: "A run.",
        base: tiny,
        set: {},
        vary: { "agent.gamma": [0.9, 0.99] },
        seeds: [3],
      };
      await Deno.writeTextFile(`${folder}/experiment.json`, JSON.stringify(experiment));
      for (const [command, args] of commandLines(folder)) {
        if (narrow && !taskOf(command).flags.includes("--allow-write")) continue; // It is the same line.
        const { code, stderr, questions } = await run(of(folder), command, args);
        assertEquals([code, questions], [0, []], `${command}: ${stderr}`);
      }
      const files = filesUnder(folder);
      for (const path of ["run/episode.gif", "played.gif", "run/pictures/loss.png", "sweep/best.json"]) {
        assertEquals(files.includes(path), true, path);
      }
    });
  });
}

/** A command, what of its flags it is run without, and what it says then. `DIR` stands for an empty folder. */
const refused: readonly (readonly [name: string, flag: RegExp, args: readonly string[], says: string])[] = [
  ["train", /^--allow-write$/, [tiny, "--out", "DIR/a/run"], "write to DIR/a/run: --allow-write=DIR/a/run"],
  [
    "train",
    /NODE_ENV,/,
    [tiny, "--set", everything[0]!, "--out", "DIR/run"],
    "draw what came out: --allow-env=NODE_ENV",
  ],
  [
    "train",
    /^--allow-write$/,
    [tiny, "--seeds", "2", "--out", "DIR/x"],
    "write to DIR/x: --allow-write=DIR/x",
  ],
  [
    "train",
    /^$/, // Its task has no leave to start Python.
    [tiny, "--set", "environment.id=gymnasium:CartPole-v1", "--out", "DIR/run"],
    'make environment "gymnasium:CartPole-v1": --allow-run=python3, or deno task train:gymnasium and its like',
  ],
  ["play", /^--allow-write$/, ["DIR/run", "--gif", "DIR/a.gif"], "write to DIR: --allow-write=DIR"],
  ["plot", /^--allow-write$/, ["DIR/run"], "write to DIR/run/pictures: --allow-write=DIR/run/pictures"],
  ["plot", /NODE_ENV,/, ["DIR/run"], "draw what came out: --allow-env=NODE_ENV"],
  ["sweep", /^--allow-write$/, ["td-first-try", "--out", "DIR/x"], "write to DIR/x: --allow-write=DIR/x"],
  ["sweep", /NODE_ENV,/, ["td-first-try", "--out", "DIR/x"], "draw what came out: --allow-env=NODE_ENV"],
  [
    "sweep",
    /^$/, // Its task has no leave for the network.
    ["td-first-try", "--out", "DIR/x", "--queue", "postgres://a@127.0.0.1/x"],
    "use the queue: --allow-net, or deno task sweep:queue",
  ],
  ["bench", /^--allow-run$/, ["--quick"], "start processes: --allow-run"],
];

Deno.test("a command without a permission that it needs says so before it starts, with the flag, and writes nothing", async () => {
  await withFolder(async (folder) => {
    for (const [name, flag, args, says] of refused) {
      const line = byFlags((given) => given.replace(flag, ""));
      const outcome = await run(line, name, args.map((arg) => arg.replace("DIR", folder)));
      const [action, wanted] = says.replaceAll("DIR", folder).split(": ");
      const stderr = `error: Cannot ${action}: a permission is missing that it needs, wanted ${wanted}\n`;
      assertEquals([outcome.code, outcome.stdout, outcome.stderr], [2, "", stderr], `${name} ${args}`);
      assertEquals([...Deno.readDirSync(folder)], [], name);
    }
  });
});

Deno.test("schema writes by its task, which has leave for configs alone", async () => {
  await withFolder(async (folder) => {
    for (const name of ["deno.json", "deno.lock", "src", "shaders", "configs"]) {
      await copy(root + name, `${folder}/${name}`);
    }
    const schemas = ["schema.json", "experiments/schema.json"].map((name) => `${folder}/configs/${name}`);
    const before = schemas.map((path) => Deno.readTextFileSync(path));
    for (const path of schemas) Deno.writeTextFileSync(path, "");
    assertEquals(taskOf("schema").flags, ["--allow-read", "--allow-write=configs"]);
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "--config", `${folder}/deno.json`, "schema"],
      stdin: "null",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(schemas.map((path) => Deno.readTextFileSync(path)), before);
  });
});

async function copy(from: string, to: string): Promise<void> {
  if (!(await Deno.stat(from)).isDirectory) return await Deno.copyFile(from, to);
  await Deno.mkdir(to);
  for await (const { name } of Deno.readDir(from)) await copy(`${from}/${name}`, `${to}/${name}`);
}

Deno.test("tasks that need no other machine and no other program have no leave for any, nor for everything", () => {
  const wide = Object.entries(tasks).filter(([name]) => !/^test|^ok$|^bench:web$/.test(name)).flatMap((
    [name],
  ) =>
    taskOf(name).flags.filter((flag) => !/^--allow-(read|write|env=\S+|write=\S+)$/.test(flag)).map((flag) =>
      `${name} ${flag}`
    )
  );
  assertEquals(wide.toSorted(), [
    "bench --allow-run", // A process a case.
    "dashboard --allow-net=127.0.0.1", // A server that this machine alone sees.
    "eval:gymnasium --allow-run", // Python, of whatever virtual environment.
    "play:gymnasium --allow-run",
    "sweep:gymnasium --allow-run",
    "sweep:queue --allow-env", // A Postgres, wherever it is, by the variables of its tools.
    "sweep:queue --allow-net",
    "sweep:queue --allow-sys=hostname",
    "train:gymnasium --allow-run",
    "web --allow-net=127.0.0.1", // The same.
    "worker --allow-env",
    "worker --allow-net",
    "worker --allow-sys=hostname",
    "worker:gymnasium --allow-env",
    "worker:gymnasium --allow-net",
    "worker:gymnasium --allow-run",
    "worker:gymnasium --allow-sys=hostname",
  ]);
});
