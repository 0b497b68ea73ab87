import type { DocumentsState } from "$lib/document/documents.svelte";
import { VIEWS } from "$lib/document/layout";
import { t } from "$lib/messages";
import type { Command } from "$lib/state/commands.svelte";

/** The commands that choose among the views of the same page. */
export function viewCommands(documents: DocumentsState, showInspector: () => void): Command[] {
  return VIEWS.map((view, at) => ({
    id: `documents.view.${view}`,
    group: "documents",
    title: t.document.views.show[view],
    keys: [`Mod+${at + 1}`],
    available: () => documents.dialog === null,
    run: () => {
      if (documents.showAs(view)) showInspector();
    },
  }));
}
