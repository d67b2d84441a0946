import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli";

Deno.test("parseArgs() reads values after a space and after =", () => {
  const args = parseArgs(["--config", "a.json", "--seed=7", "out"], { string: ["config", "seed"] });
  const config: string | undefined = args.config;
  assertEquals([config, args.seed, args._], ["a.json", "7", ["out"]]);
});

Deno.test("parseArgs() turns what looks like a number into one, except under string", () => {
  const args = parseArgs(["--a", "1e3", "--b", "1e3", "--c=-5", "--d", "0x10", "7", "7a", "1e400"], {
    string: ["b"],
  });
  assertEquals<unknown>(args, { a: 1000, b: "1e3", c: -5, d: 16, _: [7, "7a", "1e400"] });
  assertEquals<unknown>(parseArgs(["7"], { string: ["_"] })._, ["7"]);
});

Deno.test("parseArgs() needs = for a value that starts with a dash", () => {
  assertEquals<unknown>(parseArgs(["--rate", "-5"], { string: ["rate"] }), { rate: "", "5": true, _: [] });
  assertEquals<unknown>(parseArgs(["--rate=-5"], { string: ["rate"] }), { rate: "-5", _: [] });
});

Deno.test("parseArgs() takes what stands after = for the value, also where that is nothing", () => {
  assertEquals<unknown>(parseArgs(["--rate="], { string: ["rate"] }), { rate: "", _: [] });
  assertEquals<unknown>(parseArgs(["--rate=", "5"]), { rate: "", _: [5] });
  assertEquals<unknown>(parseArgs(["-f=", "-abc="]), { f: "", a: true, b: true, c: "", _: [] });
  assertEquals<unknown>(parseArgs(["--a=b=c"]), { a: "b=c", _: [] });
});

Deno.test("parseArgs() keeps booleans from taking a value and sets them to false by default", () => {
  const args = parseArgs(["--quiet", "file", "--video=false"], { boolean: ["quiet", "video", "help"] });
  const quiet: boolean = args.quiet;
  assertEquals<unknown>({ ...args, quiet }, { quiet: true, video: false, help: false, _: ["file"] });
  assertEquals(parseArgs(["--quiet", "false"], { boolean: ["quiet"] }).quiet, false);
  assertEquals<unknown>(parseArgs(["--a", "x"], { boolean: true }), { a: true, _: ["x"] });
});

Deno.test("parseArgs() leaves an unlisted option without a value true", () => {
  assertEquals<unknown>(parseArgs(["--a", "--b", "x"]), { a: true, b: "x", _: [] });
});

Deno.test("parseArgs() fills in defaults, under every alias", () => {
  const args = parseArgs([], {
    string: ["out"],
    default: { out: "runs", n: 3 },
    alias: { out: ["o", "output"] },
  });
  const out: string = args.out;
  assertEquals<unknown>({ ...args, out }, { out: "runs", o: "runs", output: "runs", n: 3, _: [] });
  assertEquals(parseArgs(["--out", "x"], { string: ["out"], default: { out: "runs" } }).out, "x");
});

Deno.test("parseArgs() gives an aliased value under all its names", () => {
  const options = { boolean: ["help"], string: ["seed"], alias: { help: "h", seed: "s" } } as const;
  assertEquals<unknown>(parseArgs(["-h", "-s", "01"], options), {
    help: true,
    h: true,
    seed: "01",
    s: "01",
    _: [],
  });
});

Deno.test("parseArgs() collects listed names, from none to many", () => {
  const options = { string: ["set"], collect: ["set"] } as const;
  const set: string[] = parseArgs([], options).set;
  assertEquals(set, []);
  assertEquals(parseArgs(["--set", "a.b=1"], options).set, ["a.b=1"]);
  assertEquals(parseArgs(["--set", "a=1", "--set=b=2"], options).set, ["a=1", "b=2"]);
  assertEquals<unknown>(parseArgs(["--n", "1", "--n", "2"]), { n: 2, _: [] });
});

Deno.test("parseArgs() negates listed names only", () => {
  const options = { boolean: ["video"], default: { video: true }, negatable: ["video"] } as const;
  assertEquals([parseArgs([], options).video, parseArgs(["--no-video"], options).video], [true, false]);
  assertEquals<unknown>(parseArgs(["--no-video"]), { "no-video": true, _: [] });
  const plot: string | false | undefined =
    parseArgs(["--no-plot"], { string: ["plot"], negatable: ["plot"] }).plot;
  assertEquals(plot, false);
});

Deno.test("parseArgs() offers what it does not know to unknown, which may turn it down", () => {
  const seen: unknown[] = [];
  const args = parseArgs(["--sed", "1", "--seed", "2", "--set=a", "file", "-x"], {
    string: ["seed"],
    unknown: (...all) => {
      seen.push(all);
      return false;
    },
  });
  assertEquals<unknown>(seen, [["--sed", "sed", "1"], ["--set=a", "set", "a"], ["file"], ["-x", "x", true]]);
  assertEquals<unknown>(args, { seed: "2", _: [] });
});

Deno.test("parseArgs() puts what follows -- with the positionals, or apart", () => {
  assertEquals<unknown>(parseArgs(["a", "--", "--b", "1"]), { _: ["a", "--b", "1"] });
  const apart: string[] = parseArgs(["a", "--", "--b", "1"], { "--": true })["--"];
  assertEquals(apart, ["--b", "1"]);
});

Deno.test("parseArgs() stops at the first positional on request", () => {
  assertEquals<unknown>(parseArgs(["-v", "--", "a"], { stopEarly: true }), { v: true, _: ["a"] });
  assertEquals<unknown>(parseArgs(["--v=1", "eval", "--n", "2"], { stopEarly: true }), {
    v: 1,
    _: ["eval", "--n", "2"],
  });
});

Deno.test("parseArgs() reads grouped letters and values written against them", () => {
  assertEquals<unknown>(parseArgs(["-abc", "x"]), { a: true, b: true, c: "x", _: [] });
  assertEquals<unknown>(parseArgs(["-n5", "-m=6", "-"]), { n: 5, m: 6, _: ["-"] });
  assertEquals<unknown>(parseArgs(["-f./a.json"]), { f: "./a.json", _: [] });
});

Deno.test("parseArgs() nests names with dots", () => {
  assertEquals<unknown>(parseArgs(["--a.b", "1", "--a.c=x"], { default: { "a.b": 2, "a.d": 3 } }), {
    a: { b: 1, c: "x", d: 3 },
    _: [],
  });
});
