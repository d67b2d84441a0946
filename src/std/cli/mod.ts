/**
 * The part of `@std/cli` used here: same names, signatures and behaviour.
 *
 * @module
 */
export * from "./parse_args.ts";
