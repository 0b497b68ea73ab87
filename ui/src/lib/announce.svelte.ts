import { untrack } from "svelte";

/** What a screen reader is told, politely. */
export const announcement = $state({ text: "", count: 0 });

/** Tells a screen reader: results, errors, a change of primary. The same words twice are told twice. */
export function announce(text: string): void {
  announcement.text = text;
  // Said from inside an effect too, which must not depend on what was said before.
  announcement.count = untrack(() => announcement.count) + 1;
}
