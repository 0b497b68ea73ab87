import type { MenuItem } from "$components/shared/MenuList.svelte";
import { SYNTAXES } from "$lib/document/copying";
import type { DocumentsState } from "$lib/document/documents.svelte";
import { t } from "$lib/messages";

import { copyAs, type Copied, copyPlain } from "./copying";

/** What the view does with the value that the keyboard is on. */
export interface ValueActions {
  filter: () => void;
  edit: () => void;
}

/** The menu of a value, in the table and in the inspector. */
export function valueMenu(documents: DocumentsState, { filter, edit }: ValueActions): MenuItem[] {
  const editing = { id: "edit", label: t.document.edit.editValue, keys: "Enter", run: edit };
  return [
    { id: "filter", label: t.document.byValue.filter, keys: "Mod+Shift+F", run: filter },
    ...(documents.source.readOnly ? [] : [editing]),
    {
      id: "copy",
      label: t.document.copy.value,
      keys: "Mod+C",
      begins: true,
      run: () => copyPlain(documents),
    },
    ...copyItems(documents, "value"),
    ...copyItems(documents, "document"),
  ];
}

function copyItems(documents: DocumentsState, what: Copied): MenuItem[] {
  const words = t.document.copy;
  return SYNTAXES.map((syntax, at) => ({
    id: `${what} ${syntax}`,
    label: what === "value" ? words.valueAs(syntax) : words.documentAs(syntax),
    ...(what === "value" && syntax === "shell" ? { keys: "Mod+Shift+C" } : {}),
    begins: what === "document" && at === 0,
    run: () => void copyAs(documents, what, syntax),
  }));
}
