/** What is loaded when the editor is opened. @module */
export { CodeEditor } from "./code_editor.ts";
export { catchEnvironment } from "./catch_environment.ts";
