import type { DocumentsState } from "$lib/document/documents.svelte";
import { Many, type ManyPurpose } from "$lib/document/many.svelte";
import { t } from "$lib/messages";
import type { Command } from "$lib/state/commands.svelte";

const PURPOSES: readonly ManyPurpose[] = ["change", "delete", "insert"];

/** What was typed and not sent stays until the tab is closed. */
const typed = new WeakMap<DocumentsState, Map<ManyPurpose, Many>>();

function begin(documents: DocumentsState, purpose: ManyPurpose): Many {
  const { backend, connection, namespace } = documents.source;
  const many = new Many(backend, { connection, namespace }, purpose, documents.list.asked.filter);
  if (purpose === "change") many.update = t.many.updateStart;
  return many;
}

/** Asks for many documents at once, beginning with the filter of what is shown. */
function openMany(documents: DocumentsState, purpose: ManyPurpose): void {
  const before = typed.get(documents) ?? new Map<ManyPurpose, Many>();
  typed.set(documents, before);
  const last = before.get(purpose);
  const many = last?.isOpen ? last : begin(documents, purpose);
  before.set(purpose, many);
  many.follow(documents.list.asked.filter);
  documents.dialog = { is: "many", many };
  // Nothing else has to be said first.
  if (purpose === "delete") void many.look();
}

/** The commands about many documents at once. */
export function manyCommands(documents: DocumentsState): Command[] {
  return PURPOSES.map((purpose) => ({
    id: `documents.many.${purpose}`,
    group: "documents",
    title: t.many.open[purpose],
    ...(purpose === "change" ? { keys: ["Mod+Shift+E"] } : {}),
    available: () => !documents.source.readOnly && documents.dialog === null,
    run: () => openMany(documents, purpose),
  }));
}
