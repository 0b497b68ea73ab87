import type { MenuItem } from "$components/shared/MenuList.svelte";
import { SYNTAXES } from "$lib/document/exacttext";
import type { DocumentsState } from "$lib/document/documents.svelte";
import { t } from "$lib/messages";

import { copyAs, type Copied, copyPlain } from "./copying";
import { restructuringMenu } from "./restructuring";

/** What the view does with what the keyboard is on. */
export interface ValueActions {
  filter: () => void;
  edit: () => void;
}

/** The menu of what the keyboard is on, in every view and in the inspector: of a value and its document, or of a document alone. */
export function valueMenu(documents: DocumentsState, actions: ValueActions): MenuItem[] {
  const { target } = documents;
  const ofValue = target && target.path.length > 0 ? valueItems(documents, actions) : [];
  const ofDocument = copyItems(documents, "document", ofValue.length > 0);
  return [...ofValue, ...ofDocument, ...documentItems(documents)];
}

function valueItems(documents: DocumentsState, { filter, edit }: ValueActions): MenuItem[] {
  const editing = { id: "edit", label: t.document.edit.editValue, keys: "F2", run: edit };
  return [
    { id: "filter", label: t.document.byValue.filter, keys: "Mod+Shift+F", run: filter },
    ...(documents.source.readOnly ? [] : [editing]),
    ...(documents.selection.field ? restructuringMenu(documents, documents.selection.field) : []),
    {
      id: "copy",
      label: t.document.copy.value,
      keys: "Mod+C",
      begins: true,
      run: () => void copyPlain(documents),
    },
    ...copyItems(documents, "value"),
  ];
}

function documentItems(documents: DocumentsState): MenuItem[] {
  const { target, texts, layout, source } = documents;
  const document = target?.document;
  if (!document || document.id === null) return [];
  const whole = {
    id: "whole",
    label: t.document.json.showWhole,
    begins: true,
    run: () => texts.showWhole(document),
  };
  const text = {
    id: "text",
    label: t.document.text.edit,
    keys: "Mod+E",
    begins: true,
    run: () => (documents.dialog = { is: "text", document }),
  };
  const again = {
    id: "again",
    label: t.common.retry,
    begins: true,
    run: () => texts.retry(document),
  };
  const isText = layout.view === "json" && !documents.selection.field;
  return [
    ...(isText && texts.isOnRequest(document) ? [whole] : []),
    ...(isText && texts.hasFailed(document) ? [again] : []),
    ...(source.readOnly ? [] : [text]),
  ];
}

function copyItems(documents: DocumentsState, what: Copied, begins = false): MenuItem[] {
  const words = t.document.copy;
  return SYNTAXES.map((syntax, at) => ({
    id: `${what} ${syntax}`,
    label: what === "value" ? words.valueAs(syntax) : words.documentAs(syntax),
    ...(what === "value" && syntax === "shell" ? { keys: "Mod+Shift+C" } : {}),
    begins: begins && at === 0,
    run: () => void copyAs(documents, what, syntax),
  }));
}
