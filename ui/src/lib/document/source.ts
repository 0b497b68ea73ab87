/** Where documents come from: a collection of a connection. */
import type { Backend, Namespace } from "$lib/backend";

/** The operations that the documents view asks for. */
export type DocumentOperations = Pick<
  Backend,
  | "find"
  | "count"
  | "cancelQuery"
  | "sampleFields"
  | "filterByValue"
  | "convertValue"
  | "getDocument"
  | "getText"
  | "expand"
  | "insert"
  | "deleteDocument"
  | "draft"
  | "drafts"
  | "editDocument"
  | "discardDraft"
  | "saveDraft"
  | "compareDraft"
  | "mergeDraft"
  | "checkDraft"
  | "previewMany"
  | "measureMany"
  | "writeMany"
  | "undo"
>;

/** A collection, and what can be asked of it. */
export interface Source {
  backend: DocumentOperations;
  /** The connection's id. */
  connection: string;
  namespace: Namespace;
  /** Nothing that could change anything is sent on this connection. */
  readOnly: boolean;
}

/** What every request about this collection begins with. */
export function addressOf({ connection, namespace }: Source): { connection: string; namespace: Namespace } {
  return { connection, namespace };
}
