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

function wanted(list: DocumentList, { first, end }: Run): Side | null {
  if (list.loading || list.reading || list.stop) return null;
  if (!list.shown.ends && end >= list.rows.length - AHEAD) return "after";
  return !list.shown.begins && first <= AHEAD ? "before" : null;
}
