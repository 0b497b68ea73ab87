import type { Many } from "$lib/document/many.svelte";
import { formatCount, formatDuration } from "$lib/format";
import { t } from "$lib/messages";

/** How far many writes are, in words: the figure in front, and what stands beside it. */
export function paceText(many: Many, now: number, waiting: boolean): { far: string; more: string[] } {
  const words = t.many;
  const { progress } = many;
  if (!progress?.counted) return { far: words.finding(formatCount(progress?.matched ?? 0)), more: [] };
  const rate = many.rate(now);
  const left = many.secondsLeft(now);
  const more = [
    rate === null ? null : words.rate(formatCount(rate)),
    left === null || waiting ? null : words.left(formatDuration(Math.ceil(left))),
    progress.failed > 0 ? words.failedSoFar(formatCount(progress.failed)) : null,
  ];
  return {
    far: words.far(formatCount(progress.done), formatCount(progress.matched)),
    more: more.filter((text) => text !== null),
  };
}
