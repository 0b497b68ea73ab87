/** What the documents view puts in front of a person, or says in passing. */
import type { BackendError, DocumentView } from "$lib/backend";
import type { NoFilterReason } from "./byvalue";
import type { UnsavedOutcome } from "./edits.svelte";
import type { ReadOnlyReason } from "./kind";
import type { NoRestReason } from "./rest";

/** The dialog in front. */
export type DocumentDialog =
  | { is: "add" }
  | { is: "clone"; document: DocumentView }
  | { is: "text"; document: DocumentView }
  | { is: "delete"; document: DocumentView }
  | { is: "review" }
  | { is: "columns" };

/** What the documents view has to say in passing. */
export type Remark =
  | { is: "saved"; document: DocumentView; changed: boolean }
  /** A document that is not in front could not be saved, or nobody knows. */
  | { is: "unsaved"; title: string | null; outcome: UnsavedOutcome }
  | { is: "readOnly"; reason: ReadOnlyReason }
  /** An open editor holds no value, so nothing was saved. */
  | { is: "unfinished" }
  /** No filter can be made of a value; null where the keyboard is on no value. */
  | { is: "noFilter"; reason: NoFilterReason | null }
  /** What was cut cannot be read. */
  | { is: "noRest"; reason: NoRestReason }
  | { is: "failed"; error: BackendError };
