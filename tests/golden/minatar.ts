/**
 * Writes minatar.json.br from a recording of the package MinAtar, which is 2 MB of JSON: the same values, packed.
 *
 *     deno run -A tests/golden/minatar.ts recorded.json
 *
 * A recording has an object for each game: `channels` (name to plane), `actions`, `minimalActions` and `transitions`. Of
 * these each has `state` (all that the game remembers before the step), `action`, `draws` (what the step took from the
 * random generator in order: `rand`, or `randint` with its arguments, and the value; where the step ends the episode, what
 * the reset after it took is at the end), `nextState`, `reward`, `terminated`, and `observation` of the state before: a text
 * a plane, row by row. Transitions that occur twice are written once.
 */
import { brotliCompressSync, constants } from "node:zlib";

const [path] = Deno.args;
const recorded = JSON.parse(Deno.readTextFileSync(path!));
for (const game of Object.values(recorded) as { transitions: unknown[] }[]) {
  game.transitions = [...new Set(game.transitions.map((one) => JSON.stringify(one)))].map((one) => JSON.parse(one));
}
const text = new TextEncoder().encode(JSON.stringify(recorded));
const params = {
  [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
  [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
};
Deno.writeFileSync(new URL("minatar.json.br", import.meta.url), brotliCompressSync(text, { params }));
