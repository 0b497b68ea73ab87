import type { LabLink, LabStatus, LinkPolicy } from "$lib/backend/bindings";
import { formatCount } from "$lib/format";
import { t } from "$lib/messages";

/** A link by whom it leads from and to; from null: from every caller, where callers cannot be told apart. */
export interface Way {
  from: number | null;
  to: number;
}

/** What a link lets through now: links that are not named let everything through. */
export function policyAt(links: readonly LabLink[], from: number | null, to: number): LinkPolicy {
  return links.find((link) => (link.from ?? null) === from && link.to === to)?.policy ?? { kind: "pass" };
}

/** Who can be cut by itself: every other member, or all together. */
export function callersOf({ linksByCaller, members }: LabStatus): (number | null)[] {
  return linksByCaller ? members.map(({ id }) => id) : [null];
}

export type Direction = "both" | "to" | "from";

/** The links between a member and all the others; `from` it there are none where callers cannot be told apart. */
export function waysOf(lab: LabStatus, member: number, direction: Direction): Way[] {
  const others = lab.members.flatMap(({ id }) => (id === member ? [] : [id]));
  const to = lab.linksByCaller ? others.map((from) => ({ from, to: member })) : [{ from: null, to: member }];
  const from = lab.linksByCaller ? others.map((other) => ({ from: member, to: other })) : [];
  return { both: [...to, ...from], to, from }[direction];
}

/** Two sides of a set: the primary among the few, who cannot be a majority; with it the next members. */
export function sidesOf(lab: LabStatus, primary: number | null): { few: number[]; many: number[] } {
  const ids = lab.members.map(({ id }) => id);
  const first = primary ?? ids[0];
  const inOrder = ids.toSorted((a, b) => Number(b === first) - Number(a === first));
  const size = Math.max(1, Math.floor((ids.length - 1) / 2));
  return { few: inOrder.slice(0, size), many: inOrder.slice(size) };
}

/** Every link between two sides, both ways. */
export function waysBetween(few: readonly number[], many: readonly number[]): Way[] {
  return few.flatMap((one) =>
    many.flatMap((other) => [
      { from: one, to: other },
      { from: other, to: one },
    ]),
  );
}

export function withPolicy(ways: readonly Way[], policy: LinkPolicy): LabLink[] {
  return ways.map((way) => ({ ...way, policy }));
}

export function samePolicy(one: LinkPolicy, other: LinkPolicy): boolean {
  return one.kind === other.kind && (one.kind !== "delay" || one.ms === (other as typeof one).ms);
}

export function policyWords(policy: LinkPolicy): string {
  return policy.kind === "delay"
    ? t.lab.links.delayedBy(formatCount(policy.ms))
    : t.lab.links.lets[policy.kind];
}
