import { en } from "./en";

/** Every word of the interface. Another language does not compile until it has them all. */
export type Messages = typeof en;

/** What the versions of a document are called that are put together. */
export type MergeWords = Messages["draft"]["merge"];

/** The language in use, as `Intl` names it. */
export const locale = "en";

/** The words in the language in use: `t.frame.find`, `t.replica.up(2, 3)`. */
export const t: Messages = en;
