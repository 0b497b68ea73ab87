import { SYNTAXES } from "$lib/document/exacttext";
import type { DocumentsState } from "$lib/document/documents.svelte";
import { t } from "$lib/messages";
import type { Command } from "$lib/state/commands.svelte";

import { copyAs, type Copied } from "./copying";

/** What the view does for a command, as it knows where things stand on the screen. */
export interface ViewActions {
  run: () => void;
  refresh: () => void;
  focusFilter: () => void;
  clearQuery: () => void;
  openHistory: () => void;
  filterByValue: () => void;
  toggleInspector: () => void;
  cancel: () => void;
  goFirst: () => void;
  goLast: () => void;
}

/** The commands of a documents tab. */
export function documentCommands(documents: DocumentsState, view: ViewActions): Command[] {
  const { readOnly } = documents.source;
  /** The chosen document, where it can be changed and no dialog is in front. */
  const chosen = () =>
    readOnly || documents.dialog || documents.document?.id == null ? null : documents.document;
  const draftId = () => {
    const id = documents.document?.id ?? null;
    return id !== null && (documents.drafts.has(id) || documents.editing.editor(id)) ? id : null;
  };
  const noDialog = () => documents.dialog === null;
  const withChosen = (act: (document: NonNullable<ReturnType<typeof chosen>>) => void) => ({
    available: () => chosen() !== null,
    run: () => {
      const document = chosen();
      if (document) act(document);
    },
  });
  const withDraft = (act: (id: string) => void) => ({
    available: () => draftId() !== null,
    run: () => {
      const id = draftId();
      if (id !== null) act(id);
    },
  });
  const group = "documents" as const;
  return [
    {
      id: "documents.add",
      group,
      title: t.document.text.add,
      keys: ["Mod+N"],
      available: () => !readOnly && noDialog(),
      run: () => (documents.dialog = { is: "add" }),
    },
    {
      id: "documents.clone",
      group,
      title: t.document.text.clone,
      keys: ["Mod+D"],
      ...withChosen((document) => (documents.dialog = { is: "clone", document })),
    },
    {
      id: "documents.text",
      group,
      title: t.document.text.edit,
      keys: ["Mod+E"],
      ...withChosen((document) => (documents.dialog = { is: "text", document })),
    },
    {
      id: "documents.delete",
      group,
      title: t.document.remove.delete,
      keys: ["Delete"],
      ...withChosen((document) => (documents.dialog = { is: "delete", document })),
    },
    {
      id: "documents.save",
      group,
      title: t.document.draft.saveChanges,
      keys: ["Mod+S"],
      ...withDraft((id) => {
        documents.dialog = null;
        void documents.editing.save(id);
      }),
    },
    {
      id: "documents.review",
      group,
      title: t.document.draft.reviewChanges,
      keys: ["Mod+Shift+S"],
      ...withDraft(() => (documents.dialog = { is: "review" })),
    },
    {
      id: "documents.discard",
      group,
      title: t.document.draft.discardChanges,
      ...withDraft((id) => void documents.drafts.discard(id)),
    },
    { id: "documents.run", group, title: t.document.query.run, available: noDialog, run: view.run },
    {
      id: "documents.cancel",
      group,
      title: t.document.slow.cancel,
      keys: ["Escape"],
      available: () => noDialog() && documents.list.since !== null,
      run: view.cancel,
    },
    {
      id: "documents.refresh",
      group,
      title: t.document.table.refreshDocuments,
      keys: ["F5", "Mod+R"],
      available: noDialog,
      run: view.refresh,
    },
    {
      id: "documents.first",
      group,
      title: t.document.place.first,
      keys: ["Mod+Home"],
      available: noDialog,
      run: view.goFirst,
    },
    {
      id: "documents.last",
      group,
      title: t.document.place.last,
      keys: ["Mod+End"],
      available: noDialog,
      run: view.goLast,
    },
    {
      id: "documents.filter",
      group,
      title: t.document.query.focusFilter,
      keys: ["Mod+F", "/"],
      available: noDialog,
      run: view.focusFilter,
    },
    {
      id: "documents.history",
      group,
      title: t.document.history.open,
      keys: ["Alt+ArrowDown"],
      // There the keys open the list of choices.
      available: () => noDialog() && !(globalThis.document.activeElement instanceof HTMLSelectElement),
      run: view.openHistory,
    },
    {
      id: "documents.byValue",
      group,
      title: t.document.byValue.filter,
      keys: ["Mod+Shift+F"],
      available: noDialog,
      run: view.filterByValue,
    },
    ...copyCommands(documents, "value"),
    ...copyCommands(documents, "document"),
    {
      id: "documents.clear",
      group,
      title: t.document.query.clear,
      available: noDialog,
      run: view.clearQuery,
    },
    {
      id: "documents.inspector",
      group,
      title: t.document.inspector.toggle,
      keys: ["Mod+I"],
      available: noDialog,
      run: view.toggleInspector,
    },
  ];
}

function canCopy({ target }: DocumentsState, what: Copied): boolean {
  return target !== null && (what === "document" || target.path.length > 0);
}

function copyCommands(documents: DocumentsState, what: Copied): Command[] {
  const words = t.document.copy;
  return SYNTAXES.map((syntax) => ({
    id: `documents.copy.${what}.${syntax}`,
    group: "documents",
    title: what === "value" ? words.valueAs(syntax) : words.documentAs(syntax),
    ...(what === "value" && syntax === "shell" ? { keys: ["Mod+Shift+C"] } : {}),
    available: () => documents.dialog === null && canCopy(documents, what),
    run: () => void copyAs(documents, what, syntax),
  }));
}
