import type { Member } from "$lib/backend";

/** Who copies from whom: a member and those that copy from it. */
export interface SyncNode {
  member: Member;
  /** How many steps it is away from the one that copies from nobody. */
  depth: number;
}

/** The members, each below the one that it copies from. Who copies from nobody, or in a circle, stands at the top. */
export function syncTree(members: readonly Member[]): SyncNode[] {
  const nodes: SyncNode[] = [];
  const placed = new Set<string>();
  const place = (member: Member, depth: number) => {
    if (placed.has(member.host)) return;
    placed.add(member.host);
    nodes.push({ member, depth });
    for (const other of members) if (other.syncSource === member.host) place(other, depth + 1);
  };
  const isKnown = (host: string | null) => members.some((member) => member.host === host);
  for (const member of members) if (!isKnown(member.syncSource)) place(member, 0);
  for (const member of members) place(member, 0);
  return nodes;
}
