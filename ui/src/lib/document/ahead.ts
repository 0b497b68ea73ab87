import { untrack } from "svelte";

import type { Side } from "./held";
import type { DocumentList } from "./list.svelte";
import type { Run } from "./window";

/** How many documents before an end the page beyond is asked for. */
const AHEAD = 20;

/** Asks for the page beyond an end when the documents in sight come near it. For an effect: it reads what this depends on. */
export function readAhead(list: DocumentList, inSight: Run): void {
  const side = wanted(list, inSight);
  if (side) untrack(() => void list.more(side));
}

/** The end to read at; one where a person or an error has stopped waits until somebody asks. */
export function wanted(list: DocumentList, { first, end }: Run): Side | null {
  if (list.loading || list.reading) return null;
  const isNear = { before: first <= AHEAD, after: end >= list.rows.length - AHEAD };
  if (!list.shown.ends && isNear.after && !list.stopAt("after")) return "after";
  return !list.shown.begins && isNear.before && !list.stopAt("before") ? "before" : null;
}
