/** What the documents view puts in front of a person, or says in passing. */
import type { DocumentView, EntryId } from "$lib/backend";
import type { NoFilterReason } from "./byvalue";
import type { UnsavedOutcome } from "./drafts.svelte";
import type { Many } from "./many.svelte";
import type { EditingRemark } from "./editing.svelte";
import type { Path } from "./path";
import type { NoRestReason } from "./rest";

/** The dialog in front. */
export type DocumentDialog =
  | { is: "add" }
  | { is: "clone"; document: DocumentView }
  /** Another version of a document, or of one value of it where there is a path. */
  | { is: "text"; document: DocumentView; path?: Path }
  | { is: "delete"; document: DocumentView }
  | { is: "review" }
  /** Three versions of the chosen document beside each other. */
  | { is: "merge" }
  /** Many documents at once. */
  | { is: "many"; many: Many }
  | { is: "columns" };

/** What the documents view has to say in passing. */
export type Remark =
  | { is: "saved"; document: DocumentView; changed: boolean; entry: EntryId | null }
  /** A document that is not in front could not be saved, or nobody knows. */
  | { is: "unsaved"; title: string | null; outcome: UnsavedOutcome }
  /** No filter can be made of a value; null where the keyboard is on no value. */
  | { is: "noFilter"; reason: NoFilterReason | null }
  /** What was cut cannot be read. */
  | { is: "noRest"; reason: NoRestReason }
  | EditingRemark;
