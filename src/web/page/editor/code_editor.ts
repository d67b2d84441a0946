/** An editor for WGSL; a file of its own in a build, loaded when it is wanted. @module */
import { closeBrackets, closeBracketsKeymap } from "npm:@codemirror/autocomplete@6.20.4";
import { defaultKeymap, history, historyKeymap } from "npm:@codemirror/commands@6.11.1";
import { bracketMatching, indentOnInput, indentUnit } from "npm:@codemirror/language@6.13.1";
import { lintGutter, setDiagnostics } from "npm:@codemirror/lint@6.9.8";
import { EditorState } from "npm:@codemirror/state@6.7.6";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from "npm:@codemirror/view@6.43.15";
import "../dom.ts";
import { editorStyle } from "./editor_style.ts";
import { wgslLanguage } from "./wgsl_language.ts";

/** A mistake in a text. */
export interface Mark {
  /** From 1 on. */
  readonly line: number;
  /** What is wrong there. */
  readonly text: string;
}

/** How an editor begins, and whom it tells. */
export interface CodeEditorOptions {
  /** What listeners are told of it. */
  readonly label: string;
  /** What is in it. */
  readonly text: string;
  /** Told that somebody has changed the text. */
  changed(): void;
  /** Told of Ctrl-Enter. */
  submit(): void;
}

/** Typing over a selection. Left to itself, Chrome keeps the colours of what goes by inline styles, which the policy forbids. */
const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data, inputType } = event;
    const { from, to, empty } = view.state.selection.main;
    if (inputType !== "insertText" || data === null || empty) return false;
    const typed = () => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type" });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, data, typed))) view.dispatch(typed());
    event.preventDefault();
    return true;
  },
});

/** An editor in the page. */
export class CodeEditor {
  readonly #view: EditorView;

  /**
   * Shows one in `root`. It lies in a shadow tree: there styles are sheets that a script makes, which a content security policy
   * without inline styles allows.
   */
  constructor(root: HTMLElement, { label, text, changed, submit }: CodeEditorOptions) {
    const shadow = root.attachShadow({ mode: "open" });
    const state = EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        history(),
        drawSelection(),
        indentUnit.of("  "),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        typingOver,
        wgslLanguage,
        editorStyle,
        keymap.of([{ key: "Mod-Enter", run: () => (submit(), true) }]),
        keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
        EditorView.updateListener.of((update) => update.docChanged && changed()),
      ],
    });
    this.#view = new EditorView({ state, parent: shadow, root: shadow });
  }

  /** What is in it. */
  get text(): string {
    return this.#view.state.doc.toString();
  }

  set text(text: string) {
    const { state } = this.#view;
    this.#view.dispatch({ changes: { from: 0, to: state.doc.length, insert: text } });
  }

  /** Underlines mistakes, and those alone. Lines that are not there are left out. */
  mark(marks: readonly Mark[]): void {
    const { doc } = this.#view.state;
    const diagnostics = marks.filter(({ line }) => line >= 1 && line <= doc.lines).map(({ line, text }) => {
      const { from, to, text: all } = doc.line(line);
      const start = from + all.length - all.trimStart().length;
      return { from: Math.min(start, to), to, severity: "error" as const, message: text };
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }

  /** Goes to a line. */
  show(line: number): void {
    const { doc } = this.#view.state;
    const { from } = doc.line(Math.min(Math.max(1, line), doc.lines));
    this.#view.dispatch({
      selection: { anchor: from },
      effects: EditorView.scrollIntoView(from, { y: "center" }),
    });
    this.#view.focus();
  }
}
