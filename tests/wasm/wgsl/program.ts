/** Short programs for tables of tests. @module */

/** A program whose entry point has these statements, which start in line 2. */
export function inMain(body: string): string {
  return `@compute @workgroup_size(1) fn main() {\n${body}\n}\n`;
}

/** A program with these declarations, which start in line 1, and an entry point that does nothing. */
export function atModule(declarations: string): string {
  return `${declarations}\n@compute @workgroup_size(1) fn main() {}\n`;
}
