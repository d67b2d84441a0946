import { assertEquals, assertThrows } from "@std/assert";
import { type Command, parseCommand } from "../../src/command/command.ts";
import { UsageError } from "../../src/core/errors.ts";

const command: Command = {
  usage: "deno task try [NAME] [OPTIONS]",
  summary: "",
  options: [
    { name: "set", value: "KEY=VALUE", many: true, help: "" },
    { name: "seed", value: "N", help: "" },
    { name: "quiet", help: "" },
  ],
  positionals: [0, 1],
};

Deno.test("parseCommand() reads values after a space and after =, negative ones too, and switches", () => {
  const given = parseCommand(command, ["a", "--set", "b=1", "--set=c=", "--seed", "-1", "--quiet=true"]);
  assertEquals([given.positionals, given.values("set"), given.value("seed")], [["a"], ["b=1", "c="], "-1"]);
  assertEquals([given.has("quiet"), given.help], [true, false]);
  assertEquals(parseCommand(command, ["--quiet=false", "--", "--quiet=x"]).has("quiet"), false);
});

for (
  const [args, message] of [
    [["--seed="], "Option --seed has no value, wanted N"],
    [["--seed=", "5"], "Option --seed has no value, wanted N"],
    [["--seed"], "Option --seed has no value, wanted N"],
    [["--set="], "Option --set has no value, wanted KEY=VALUE"],
    [["--quiet="], 'Option --quiet is "", wanted no value'],
    [["--quiet=no"], 'Option --quiet is "no", wanted no value'],
    [
      ["--sead="],
      'Unknown option --sead=, wanted one of --set, --seed, --quiet, --help; did you mean "--seed"?',
    ],
    [["a", "b"], "Found arguments a b, wanted deno task try [NAME] [OPTIONS]; --help lists the options"],
  ] as const
) {
  Deno.test(`parseCommand() refuses ${args.join(" ")}`, () => {
    assertEquals(assertThrows(() => parseCommand(command, args), UsageError).message, message);
  });
}

Deno.test("parseCommand() takes options behind a first --, as other task runners want it", () => {
  assertEquals(parseCommand(command, ["--", "--help"]).help, true);
  assertEquals(parseCommand(command, ["--quiet", "--", "--help"]).positionals, ["--help"]);
});
