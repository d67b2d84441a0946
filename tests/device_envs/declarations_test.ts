import { assertEquals } from "@std/assert";
import { declarations, lineOutsideState } from "../../src/device_envs/declarations.ts";

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

Deno.test("lineOutsideState() finds bindings, entry points and variables of the module, however they are written", () => {
  const lineOf = (text: string) => lineOutsideState({ name: "own.wgsl", text });
  for (
    const text of [
      "var<private> x: f32;",
      "var /* a */ < private > x: f32;",
      "var\u0085<\u200eworkgroup> x: f32;",
      "var<storage, read_write> x: f32;",
      "@group(0) @binding(1) var<uniform> x: f32;",
      "@ /* a */ compute @workgroup_size(1) fn f() {}",
      "// a comment ends here\vvar<private> x: f32;",
      "// and here\u0085@compute @workgroup_size(1) fn f() {}",
    ]
  ) assertEquals(lineOf(`const A = 1;\n${text}`), 2, text);
  assertEquals(
    lineOf("/* var<private> a: f32; */ // @compute\nfn f() { var x: f32; var<function> y: f32; }"),
    undefined,
  );
});

Deno.test("lineOutsideState() and declarations() take block comments within block comments as one", () => {
  const names = (text: string) => declarations({ name: "own.wgsl", text }).map(({ name }) => name);
  assertEquals(names("/* fn b() {} /* */ fn c() {} */ fn d() {}"), ["d"]);
  assertEquals(names("// /*\nfn a() {} // */\nfn b() {}"), ["a", "b"]);
  assertEquals(names("/*/ fn a() {} */ fn b() {}"), ["b"]);
});
