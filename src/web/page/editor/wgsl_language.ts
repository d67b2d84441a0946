/** WGSL for the editor: what is a word, a type, a number, a comment. @module */
import { StreamLanguage } from "npm:@codemirror/language@6.13.1";

const keywords = new Set(
  ("alias break case const const_assert continue continuing default diagnostic discard else enable false fn for if let loop " +
    "override requires return struct switch true var while").split(" "),
);

const types = new Set(
  ("array atomic bool f16 f32 i32 u32 mat2x2f mat2x3f mat2x4f mat3x2f mat3x3f mat3x4f mat4x2f mat4x3f mat4x4f vec2 vec2f vec2i " +
    "vec2u vec3 vec3f vec3i vec3u vec4 vec4f vec4i vec4u").split(" "),
);

/** What an environment is given, and what it is made of. */
const given = new Set(
  ("Step Stream State below env_legal env_observe env_reset env_step sin_cos stream_uniform stream_word")
    .split(" "),
);

/** What a line begins within. */
interface Depth {
  comments: number;
  brackets: number;
}

const number =
  /^(0[xX][\da-fA-F]*\.?[\da-fA-F]*(?:[pP][+-]?\d+)?|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[iufh]?/;

/** Colours words; indents by two spaces within brackets. */
export const wgslLanguage = StreamLanguage.define<Depth>({
  name: "wgsl",
  startState: () => ({ comments: 0, brackets: 0 }),
  token(stream, depth) {
    if (depth.comments > 0 || stream.match("/*", false)) return comment(stream, depth);
    if (stream.eatSpace()) return null;
    if (stream.match("//")) {
      stream.skipToEnd();
      return "comment";
    }
    if (stream.match(number)) return "number";
    if (stream.match(/^@\w+/)) return "meta";
    const word = stream.match(/^[_\p{L}][_\p{L}\p{N}]*/u) as RegExpMatchArray | null;
    if (word) return kindOf(word[0], stream.match(/^\s*\(/, false) !== null);
    const sign = stream.next()!;
    if ("([{".includes(sign)) depth.brackets++;
    if (")]}".includes(sign)) depth.brackets--;
    return "punctuation";
  },
  indent: ({ brackets }, textAfter, { unit }) =>
    unit * Math.max(0, brackets - Number(/^\s*[)\]}]/.test(textAfter))),
  languageData: {
    commentTokens: { line: "//", block: { open: "/*", close: "*/" } },
    closeBrackets: { brackets: ["(", "[", "{"] },
    indentOnInput: /^\s*[)\]}]$/,
  },
});

function kindOf(word: string, called: boolean): string {
  if (keywords.has(word)) return "keyword";
  if (types.has(word)) return "typeName";
  if (given.has(word)) return "variableName.special";
  return called ? "variableName.function" : "variableName";
}

/** To the end of the line or of the comment, which may hold others. */
function comment(stream: { match(text: string): unknown; next(): unknown; eol(): boolean }, depth: Depth) {
  while (!stream.eol()) {
    if (stream.match("/*")) depth.comments++;
    else if (stream.match("*/")) {
      if (--depth.comments === 0) break;
    } else stream.next();
  }
  return "comment";
}
