/**
 * Writes minatar.json.br from recordings of the package MinAtar, which are JSON of some MB: the same values, packed.
 *
 *     deno run -A tests/golden/minatar.ts recorded.json [more.json ...]
 *
 * A recording has an object for each game: `channels` (name to plane), `actions`, `minimalActions` and `transitions`. Of
 * these each has `state` (all that the game remembers before the step), `action`, `draws` (what the step took from the
 * random generator in order: `rand`, or `randint` with its arguments, and the value; where the step ends the episode, what
 * the reset after it took is at the end), `nextState`, `reward`, `terminated`, and `observation` of the state before: a text
 * a plane, row by row. Transitions that occur twice are written once. The first of those here has 1,096 of play, the second
 * is what `tests/interop/record_minatar.py 5 60 0 0` prints: 60 a game, of states that play seldom comes to.
 */
import { brotliCompressSync, constants } from "node:zlib";

const recordings = Deno.args.map((path) => JSON.parse(Deno.readTextFileSync(path)));
const games = Object.entries(recordings[0]).map(([name, { channels, actions, minimalActions }]) => {
  const all = recordings.flatMap((recorded) => recorded[name].transitions).map((one) => JSON.stringify(one));
  return [name, { channels, actions, minimalActions, transitions: [...new Set(all)].map((one) => JSON.parse(one)) }];
});
const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(games)));
const params = {
  [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
  [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
  [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
};
Deno.writeFileSync(new URL("minatar.json.br", import.meta.url), brotliCompressSync(text, { params }));
