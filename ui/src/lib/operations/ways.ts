import type { Member, ReplicaSnapshot } from "$lib/backend";

import { configWish, type Draft, withNew } from "./draft";
import { newMember } from "./config";

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
  if (snapshot.members.length === 0) return ["initiate"];
  const lost = snapshot.primary === null || (snapshot.majority?.electionMargin ?? 0) < 0;
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

/** How a way begins. `hosts`: where the connection leads to. */
export function draftFor(way: Way, host: string, snapshot: ReplicaSnapshot | null, hosts: string): Draft {
  switch (way) {
    case "stepDown":
    case "stepDownForced":
      return { kind: "stepDown", seconds: "60", catchUp: "10", force: way === "stepDownForced" };
    case "freeze":
    case "unfreeze":
      return { kind: "freeze", host, on: way === "freeze", seconds: "60" };
    case "maintenanceOn":
    case "maintenanceOff":
      return { kind: "maintenance", host, on: way === "maintenanceOn" };
    case "syncFrom":
      return { kind: "syncFrom", host, source: sourceFor(host, snapshot) };
    case "resync":
      return { kind: "resync", host };
    case "change":
      return { kind: "reconfigure", config: configWish(snapshot, "member", host) };
    case "remove": {
      const config = configWish(snapshot, "member", host);
      const member = config.wished.members[config.at];
      if (member) member.leaves = true;
      return { kind: "reconfigure", config };
    }
    case "add":
      return { kind: "reconfigure", config: withNew(configWish(snapshot, "member")) };
    case "edit":
      return { kind: "reconfigure", config: configWish(snapshot, "members") };
    case "settings":
      return { kind: "reconfigure", config: configWish(snapshot, "settings") };
    case "force":
      return forced(snapshot);
    case "initiate":
      return {
        kind: "initiate",
        setName: "rs0",
        members: hosts.split(",").map((first) => ({ ...newMember(), host: first })),
      };
  }
}

/** Whom a member copies from does not change by choosing the same: the first other one that can be copied from. */
function sourceFor(host: string, snapshot: ReplicaSnapshot | null): string {
  const now = snapshot?.members.find((member) => member.host === host)?.syncSource ?? null;
  return sourcesFor(host, snapshot).find((other) => other !== now) ?? now ?? "";
}

/** Whom a member can copy from. */
export function sourcesFor(host: string, snapshot: ReplicaSnapshot | null): string[] {
  return (snapshot?.members ?? [])
    .filter(({ host: other, arbiter, state }) => other !== host && !arbiter && state !== "removed")
    .map(({ host: other }) => other);
}

/** A survivor is asked, and whoever does not answer leaves. */
function forced(snapshot: ReplicaSnapshot | null): Draft {
  const config = configWish(snapshot, "members");
  const up = (host: string | null) =>
    snapshot?.members.find((member) => member.host === host)?.health === "up";
  for (const member of config.wished.members) member.leaves = !up(member.was);
  return { kind: "forceReconfigure", host: survivors(snapshot)[0] ?? "", config };
}

/** Members that answer and have data. */
export function survivors(snapshot: ReplicaSnapshot | null): string[] {
  return (snapshot?.members ?? [])
    .filter(({ health, arbiter }) => health === "up" && !arbiter)
    .map(({ host }) => host);
}
