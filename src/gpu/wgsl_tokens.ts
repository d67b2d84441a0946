/** The tokens of WGSL, for who looks at a text before a compiler does. @module */
export { WgslError } from "../wasm/wgsl/error.ts";
export { type Token, tokenize } from "../wasm/wgsl/tokens.ts";
