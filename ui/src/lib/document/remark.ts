/** What the documents view puts in front of a person, or says in passing. */
import type { DocumentView } from "$lib/backend";
import type { NoFilterReason } from "./byvalue";
import type { EditingRemark } from "./editing.svelte";
import type { UnsavedOutcome } from "./edits.svelte";
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
  /** No filter can be made of a value; null where the keyboard is on no value. */
  | { is: "noFilter"; reason: NoFilterReason | null }
  /** What was cut cannot be read. */
  | { is: "noRest"; reason: NoRestReason }
  | EditingRemark;
