/** The text editor for a document: CodeMirror with JSON. Imported when it is first needed, as it is large. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState } from "@codemirror/state";
import { EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--ink)" },
  { tag: tags.string, color: "var(--t-string)" },
  { tag: tags.number, color: "var(--t-number)" },
  { tag: tags.bool, color: "var(--t-bool)" },
  { tag: tags.null, color: "var(--t-null)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", color: "var(--ink)", backgroundColor: "var(--panel)", fontSize: "12.5px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": {
    color: "var(--ink-2)",
    backgroundColor: "var(--sunken)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-matchingBracket": { backgroundColor: "var(--select)", outline: "1px solid var(--focus)" },
  ".cm-tooltip": { color: "var(--ink)", backgroundColor: "var(--panel)", border: "1px solid var(--line)" },
});

/** What an editor is made of. */
export interface JsonEditorOptions {
  parent: HTMLElement;
  text: string;
  /** What the text is, read aloud. */
  label: string;
  /** Tab indents; else it goes to what comes next. */
  tabIndents?: boolean;
  onchange: (text: string) => void;
}

/** A text editor on the page. */
export interface JsonEditor {
  focus(): void;
  /** Puts another text into it, unless it has it. What was typed before is an Undo away. */
  show(text: string): void;
  /** Lets nothing be typed, or lets it again. */
  setReadOnly(readOnly: boolean): void;
  /** Marks a mistake at an offset, shows it and puts the caret there; null takes the mark away. */
  mark(problem: { offset: number; message: string } | null): void;
  destroy(): void;
}

/** Puts a text editor into `parent`. */
export function openJsonEditor({
  parent,
  text,
  label,
  tabIndents = true,
  onchange,
}: JsonEditorOptions): JsonEditor {
  let shown = text;
  const typing = new Compartment();
  const view = new EditorView({
    parent,
    doc: text,
    extensions: [
      lineNumbers(),
      history(),
      bracketMatching(),
      indentUnit.of("  "),
      // Where Tab indents, Esc and then Tab leaves the editor, as CodeMirror has it for those without a mouse.
      keymap.of([...defaultKeymap, ...historyKeymap, ...(tabIndents ? [indentWithTab] : [])]),
      json(),
      lintGutter(),
      syntaxHighlighting(colours),
      look,
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false", tabindex: "0" }),
      typing.of(EditorState.readOnly.of(false)),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        shown = update.state.doc.toString();
        onchange(shown);
      }),
    ],
  });
  return {
    focus: () => view.focus(),
    show(another) {
      if (another === shown) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: another } });
    },
    setReadOnly(readOnly) {
      view.dispatch({ effects: typing.reconfigure(EditorState.readOnly.of(readOnly)) });
    },
    mark(problem) {
      const { length } = view.state.doc;
      const from = Math.min(problem?.offset ?? 0, length);
      const diagnostics = problem
        ? [{ from, to: Math.min(from + 1, length), severity: "error" as const, message: problem.message }]
        : [];
      view.dispatch(setDiagnostics(view.state, diagnostics));
      if (!problem) return;
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      view.focus();
    },
    destroy: () => view.destroy(),
  };
}
