import { untrack } from "svelte";

import type { DocumentList } from "./list.svelte";
import type { Run } from "./window";

/** How many rows before the end the next page is asked for. */
const AHEAD = 15;

/** Asks for the page that follows when the rows in sight come near the end. For an effect: it reads what this depends on. */
export function readAhead(list: DocumentList, inSight: Run): void {
  const isNear = inSight.end >= list.rows.length - AHEAD;
  const isPossible = list.page?.after != null && !list.loading && !list.moreError;
  if (isNear && isPossible) untrack(() => void list.more());
}
