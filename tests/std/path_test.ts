import { assertEquals, assertThrows } from "@std/assert";
import {
  basename,
  dirname,
  extname,
  fromFileUrl,
  isAbsolute,
  join,
  relative,
  resolve,
  SEPARATOR,
  toFileUrl,
} from "@std/path";

Deno.test("fromFileUrl() and toFileUrl() undo each other", () => {
  const path = resolve("a folder", "ümlaut.json");
  assertEquals(fromFileUrl(toFileUrl(path)), path);
  assertEquals(fromFileUrl(toFileUrl(path).href), path);
});

Deno.test("fromFileUrl() throws for another protocol, toFileUrl() for a relative path", () => {
  assertThrows(() => fromFileUrl("https://example.com/a"), TypeError, 'received "https:"');
  assertThrows(() => toFileUrl("a/b"), TypeError, 'received "a/b"');
});

Deno.test("join(), relative() and the parts of a path agree", () => {
  const path = join("runs", "cartpole", "model.safetensors");
  assertEquals(path.split(SEPARATOR), ["runs", "cartpole", "model.safetensors"]);
  assertEquals(relative(resolve("runs"), resolve(path)), join("cartpole", "model.safetensors"));
  assertEquals(dirname(path), join("runs", "cartpole"));
  assertEquals([basename(path), basename(path, ".safetensors"), extname(path)], [
    "model.safetensors",
    "model",
    ".safetensors",
  ]);
  assertEquals([isAbsolute(path), isAbsolute(resolve(path))], [false, true]);
  assertEquals(join(toFileUrl(resolve("runs")), "a"), resolve("runs", "a"));
});
