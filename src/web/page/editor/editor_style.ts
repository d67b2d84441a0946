/** How the editor looks: the page's colours, light and dark. @module */
import { HighlightStyle, syntaxHighlighting } from "npm:@codemirror/language@6.13.1";
import type { Extension } from "npm:@codemirror/state@6.7.6";
import { EditorView } from "npm:@codemirror/view@6.43.15";
import { tags } from "npm:@lezer/highlight@1.2.5";

const words = HighlightStyle.define([
  { tag: tags.comment, color: "var(--muted)", fontStyle: "italic" },
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: tags.typeName, color: "var(--q)" },
  { tag: tags.number, color: "var(--loss)" },
  { tag: tags.meta, color: "var(--epsilon)" },
  { tag: tags.special(tags.variableName), color: "var(--epsilon)", fontWeight: "600" },
]);

const frame = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--card)", fontSize: "0.8125rem" },
  "&.cm-focused": { outline: "none" }, // The page draws one around all of it.
  ".cm-scroller": {
    fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
    lineHeight: "1.55",
  },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.75rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  ".cm-gutters": {
    backgroundColor: "var(--card)",
    color: "var(--muted)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-soft) 45%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--accent-soft)",
    outline: "1px solid var(--accent)",
  },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad)",
    textUnderlineOffset: "3px",
  },
  ".cm-lint-marker-error": {
    content: "''",
    backgroundColor: "var(--bad)",
    borderRadius: "50%",
    width: "0.6em",
    height: "0.6em",
    margin: "0.45em 0.2em",
  },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
});

/** The editor's colours, sizes and marks. */
export const editorStyle: Extension = [frame, syntaxHighlighting(words)];
