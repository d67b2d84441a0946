import { assertEquals } from "@std/assert";
import { declarations, firstLine, withoutComments } from "../../src/device_envs/declarations.ts";

const text = `// fn not_this() {}
const LENGTH = 2; /* struct
Neither { */ override MODE: u32 = 0;
struct State { position: f32 }
alias Words = array<u32, 2>;

fn env_reset(stream: Stream) -> State {
  var inner = 1.0;
  const local = 2;
  if (true) { let deeper = 3; }
  return State(inner);
}
var<private> kept: f32;
`;

Deno.test("declarations() lists what stands outside functions and comments, with its line", () => {
  const found = declarations({ name: "own.wgsl", text });
  assertEquals(found.map(({ line, kind, name }) => `${line} ${kind} ${name}`), [
    "2 const LENGTH",
    "3 override MODE",
    "4 struct State",
    "5 alias Words",
    "7 fn env_reset",
    "13 var kept",
  ]);
  assertEquals(new Set(found.map(({ file }) => file)), new Set(["own.wgsl"]));
});

Deno.test("firstLine() finds the line of a pattern outside comments", () => {
  assertEquals(firstLine(text, /\bstruct\b/), { line: 4, text: "struct State { position: f32 }" });
  assertEquals(firstLine(text, /not_this/), undefined);
});

Deno.test("withoutComments() takes block comments within block comments as one, and what looks like another as text", () => {
  const cases = {
    "a /* b /* c */ d */ e": "a e",
    "a // /* b\nc */": "a \nc */",
    "a /* // */ b": "a b",
    "a /*/ b */ c": "a c",
    "a /* b */ c /* d\n/* e */ f": "a c \n ",
  };
  for (const [from, to] of Object.entries(cases)) {
    const code = withoutComments(from);
    assertEquals(code.replaceAll(/ +/g, " "), to, from);
    assertEquals(code.length, from.length, from);
  }
});
