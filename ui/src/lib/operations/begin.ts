import type { ReplicaSnapshot } from "$lib/backend";

import { newMember } from "./config";
import { configWish, type Draft, withNew } from "./draft";
import { sourcesFor, survivors, type Way } from "./ways";

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
      const config = { ...configWish(snapshot, "member", host), removes: true };
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

/** A survivor is asked, and whoever does not answer leaves. */
function forced(snapshot: ReplicaSnapshot | null): Draft {
  const config = configWish(snapshot, "members");
  const up = (host: string | null) =>
    snapshot?.members.find((member) => member.host === host)?.health === "up";
  for (const member of config.wished.members) member.leaves = !up(member.was);
  return { kind: "forceReconfigure", host: survivors(snapshot)[0] ?? "", config };
}
