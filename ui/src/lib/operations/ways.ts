import type { Member, ReplicaSnapshot } from "$lib/backend";

/** What can be done with a member, and with the set as a whole. */
export type MemberWay =
  | "stepDown"
  | "stepDownForced"
  | "freeze"
  | "unfreeze"
  | "maintenanceOn"
  | "maintenanceOff"
  | "syncFrom"
  | "change"
  | "remove"
  | "resync";
export type SetWay = "add" | "edit" | "settings" | "force" | "initiate";
export type Way = MemberWay | SetWay;

export const memberWays: readonly MemberWay[] = [
  "stepDown",
  "stepDownForced",
  "freeze",
  "unfreeze",
  "maintenanceOn",
  "maintenanceOff",
  "syncFrom",
  "change",
  "remove",
  "resync",
];

export const isOfMember = (way: Way): way is MemberWay => memberWays.includes(way as MemberWay);

/** Whether it makes sense with a member in its present state. What stands against it is for the plan to tell. */
function fits(way: MemberWay, { state, arbiter, priority, health }: Member): boolean {
  if (state === "removed") return false;
  const primary = state === "primary";
  switch (way) {
    case "stepDown":
    case "stepDownForced":
      return primary;
    case "freeze":
    case "unfreeze":
      return state === "secondary" && priority !== 0;
    case "maintenanceOn":
      return state === "secondary";
    case "maintenanceOff":
      return state === "recovering";
    case "syncFrom":
      return !primary && !arbiter && health === "up";
    case "change":
    case "remove":
      return true;
    case "resync":
      return !primary && !arbiter;
  }
}

/** What can be done with a member in its present state. */
export function waysOf(member: Member): MemberWay[] {
  return memberWays.filter((way) => fits(way, member));
}

/** What can be done with the set as a whole as it is. */
export function setWaysOf(snapshot: ReplicaSnapshot | null): SetWay[] {
  if (snapshot === null || snapshot.topology === "sharded") return [];
  // Nobody has a configuration: those who wait for one, also who was only just started.
  if (snapshot.members.every(({ state, config }) => state === "startup" && config === null))
    return ["initiate"];
  const lost = snapshot.majority === null ? snapshot.primary === null : snapshot.majority.electionMargin < 0;
  return ["add", "edit", "settings", ...(lost ? (["force"] as const) : [])];
}

/** The member that a way is about where nobody has chosen one: the first that it makes sense with. */
export function memberFor(way: MemberWay, snapshot: ReplicaSnapshot | null): string | null {
  return snapshot?.members.find((member) => fits(way, member))?.host ?? null;
}

/** Members that a way makes sense with, to choose among; always with the one that is chosen. */
export function membersFor(way: MemberWay, snapshot: ReplicaSnapshot | null, chosen: string): string[] {
  const hosts = (snapshot?.members ?? []).filter((member) => fits(way, member)).map(({ host }) => host);
  return hosts.includes(chosen) || chosen === "" ? hosts : [chosen, ...hosts];
}

/** Whom a member can copy from. */
export function sourcesFor(host: string, snapshot: ReplicaSnapshot | null): string[] {
  return (snapshot?.members ?? [])
    .filter(({ host: other, arbiter, state }) => other !== host && !arbiter && state !== "removed")
    .map(({ host: other }) => other);
}

/** Members that answer and have data. */
export function survivors(snapshot: ReplicaSnapshot | null): string[] {
  return (snapshot?.members ?? [])
    .filter(({ health, arbiter }) => health === "up" && !arbiter)
    .map(({ host }) => host);
}
