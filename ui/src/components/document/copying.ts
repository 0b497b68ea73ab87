import { copyText as toClipboard, copyWhenRead } from "$lib/clipboard";
import { toBackendError } from "$lib/backend";
import { exactText, type Syntax } from "$lib/document/exacttext";
import type { Target } from "$lib/document/target";
import { copyText, lineOf } from "$lib/document/display";
import type { DocumentsState } from "$lib/document/documents.svelte";
import { isContainer } from "$lib/document/kind";
import { nodeAt } from "$lib/document/path";
import { t } from "$lib/messages";
import { toasts } from "$lib/state";

/** What can be copied of what the keyboard is on. */
export type Copied = "value" | "document";

/** Copies what the keyboard is on in a syntax, whole and exact, or says why not. */
export async function copyAs(documents: DocumentsState, what: Copied, syntax: Syntax): Promise<void> {
  const words = t.document.copy;
  const reading = exactText(documents.source, partOf(documents, what), syntax);
  const copying = copyWhenRead(
    reading.then((read) => ("text" in read ? read.text : Promise.reject(new Error(read.reason)))),
  );
  try {
    const read = await reading;
    if ("reason" in read) toasts.show("info", words.reasons[read.reason]);
    else if (!(await copying)) toasts.show("error", t.common.copyFailed);
    else if (read.damaged) toasts.show("info", words.damaged);
    else toasts.show("good", words.copied(syntax));
  } catch (thrown) {
    toasts.show("error", words.failed(toBackendError(thrown).message));
  }
}

/**
 * Copies the plain text of the value that the keyboard is on, as far as it is shown. An object or an array has none: it is copied
 * exactly where it can be read, else its line.
 */
export async function copyPlain(documents: DocumentsState): Promise<void> {
  const { target } = documents;
  const node = target && nodeAt(target.document.fields, target.path);
  if (!node) return;
  const inside = isContainer(node.kind);
  if (inside && target.stored && target.document.id !== null) return copyAs(documents, "value", "shell");
  const copied = await toClipboard(inside ? lineOf(node).text : copyText(node));
  if (copied && inside) toasts.show("info", t.document.copy.line);
  else if (copied && node.cut) toasts.show("info", t.document.copy.cut);
}

/** The value, or its whole document. */
function partOf({ target }: DocumentsState, what: Copied): Target | null {
  if (!target || what === "document") return target && { ...target, path: [] };
  return target.path.length > 0 ? target : null;
}
