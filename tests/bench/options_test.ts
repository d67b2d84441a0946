/** The command line of the benchmark. */
import { assertEquals, assertThrows } from "@std/assert";
import { help, readOptions } from "../../src/bench/options.ts";
import { suites } from "../../src/bench/suites.ts";
import { UsageError } from "../../src/core/errors.ts";

Deno.test("readOptions measures kernels, update and loop once, on the device, when nothing is given", () => {
  assertEquals(readOptions([]), {
    suites: ["kernels", "update", "loop"],
    device: "auto",
    loop: "device",
    peers: [],
    rounds: 1,
    limit: 60,
    json: false,
    quick: false,
  });
});

Deno.test("readOptions takes three rounds beside a peer, and as many as are asked for", () => {
  assertEquals(readOptions(["--peer", "a b", "--peer", "c"])?.rounds, 3);
  assertEquals(readOptions(["--peer", "a b", "--peer", "c"])?.peers, ["a b", "c"]);
  assertEquals(readOptions(["--peer", "a", "--rounds", "5"])?.rounds, 5);
});

Deno.test("readOptions answers --help with nothing to measure; the help names every suite", () => {
  assertEquals(readOptions(["--help"]), undefined);
  for (const suite of Object.keys(suites)) assertEquals(help.includes(`  ${suite}:`), true, suite);
});

Deno.test("readOptions says what is wrong with a command line", () => {
  const cases: [string[], string][] = [
    [
      ["--suite", "lop"],
      'Option --suite is "lop", wanted one of kernels, update, parts, loop, minatar, population, time-to-solve, all; did you mean "loop"?',
    ],
    [
      ["--device", "gpu"],
      'Option --device is "gpu", wanted one of auto, webgpu, wasm; did you mean "webgpu"?',
    ],
    [["--loop", "gpu"], 'Option --loop is "gpu", wanted one of device, host'],
    [
      ["--suite", "population", "--loop", "host"],
      'Option --loop is "host", wanted "device": the members of a population share one device',
    ],
    [["--rounds", "0"], 'Option --rounds is "0", wanted a positive integer'],
    [["--limit", "1.5"], 'Option --limit is "1.5", wanted a positive integer'],
    [["--round", "2"], `Unknown option '--round'; did you mean "--rounds"?; --help lists the options`],
    [["--peer"], "Option '--peer <value>' argument missing; --help lists the options"],
    [
      ["loop"],
      "Unexpected argument 'loop'. This command does not take positional arguments; --help lists the options",
    ],
  ];
  for (const [args, message] of cases) {
    const error = assertThrows(() => readOptions(args), UsageError);
    assertEquals(error.message, message);
  }
});
