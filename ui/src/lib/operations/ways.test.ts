import { describe, expect, it } from "vitest";

import { member, snapshot } from "$lib/replica/samples";

import { draftFor } from "./begin";
import { newMember } from "./config";
import { operationOf, showMember } from "./draft";
import { memberFor, membersFor, setWaysOf, waysOf } from "./ways";

const primary = member({ host: "a:1", state: "primary" });
const secondary = member({ host: "b:1", syncSource: "a:1" });
const arbiter = member({ host: "c:1", state: "arbiter", arbiter: true, priority: 0 });
const majority = {
  voters: 3,
  healthyVoters: 3,
  needed: 2,
  electionMargin: 1,
  writeMajority: 2,
  writeMargin: 0,
};
const set = snapshot({ members: [primary, secondary, arbiter], primary: "a:1", majority });

describe("what can be done", () => {
  it("with a primary is to step it down, and to change or remove it", () => {
    expect(waysOf(primary)).toEqual(["stepDown", "stepDownForced", "change", "remove"]);
  });

  it("with a secondary is all but that", () => {
    expect(waysOf(secondary)).toEqual([
      "freeze",
      "unfreeze",
      "maintenanceOn",
      "syncFrom",
      "change",
      "remove",
      "resync",
    ]);
  });

  it("with a member in maintenance is to end it", () => {
    expect(waysOf(member({ state: "recovering" }))).toContain("maintenanceOff");
  });

  it("with an arbiter or a member that is down is only to change the configuration, or its data", () => {
    expect(waysOf(arbiter)).toEqual(["change", "remove"]);
    expect(waysOf(member({ state: "down", health: "down" }))).toEqual(["change", "remove", "resync"]);
  });

  it("with a member that was removed is nothing", () => {
    expect(waysOf(member({ state: "removed" }))).toEqual([]);
  });

  it("with a set is to force it only where the majority is lost, and to initiate it only where there is none", () => {
    expect(setWaysOf(set)).toEqual(["add", "edit", "settings"]);
    const lost = snapshot({ members: [primary], majority: { ...majority, electionMargin: -1 } });
    expect(setWaysOf(lost)).toContain("force");
    expect(setWaysOf(snapshot({ topology: "unknown" }))).toEqual(["initiate"]);
    const waits = member({ host: "a:1", state: "startup", config: null });
    expect(setWaysOf(snapshot({ members: [waits], majority: null }))).toEqual(["initiate"]);
    expect(setWaysOf(snapshot({ members: [waits, secondary], majority: null }))).not.toContain("initiate");
    expect(setWaysOf(snapshot({ topology: "sharded" }))).toEqual([]);
    expect(setWaysOf(null)).toEqual([]);
  });

  it("is about the first member that it makes sense with", () => {
    expect(memberFor("stepDown", set)).toBe("a:1");
    expect(memberFor("freeze", set)).toBe("b:1");
    expect(memberFor("maintenanceOff", set)).toBeNull();
  });

  it("keeps the member that was chosen among those to choose, also where it makes no sense any more", () => {
    expect(membersFor("freeze", set, "a:1")).toEqual(["a:1", "b:1"]);
    expect(membersFor("freeze", set, "b:1")).toEqual(["b:1"]);
  });
});

describe("a wish", () => {
  const begun = (...[way, host = ""]: [Parameters<typeof draftFor>[0], string?]) =>
    draftFor(way, host, set, "a:1,b:1");

  it("begins with what is usual", () => {
    expect(operationOf(begun("stepDownForced"))).toEqual({
      value: { kind: "stepDown", seconds: 60, catchUpSeconds: 10, force: true },
    });
    expect(operationOf(begun("unfreeze", "b:1"))).toEqual({
      value: { kind: "freeze", host: "b:1", seconds: 0 },
    });
    expect(operationOf(begun("remove", "b:1"))).toEqual({
      value: { kind: "reconfigure", edits: [{ kind: "remove", host: "b:1" }] },
    });
  });

  it("does not begin with the source that is copied from already", () => {
    const three = snapshot({ members: [primary, secondary, member({ host: "d:1" })] });
    expect(draftFor("syncFrom", "b:1", three, "")).toMatchObject({ source: "d:1" });
  });

  it("of another configuration asks for nothing before something is different", () => {
    expect(operationOf(begun("edit"))).toEqual({ mistake: "Nothing is different yet." });
    expect(operationOf(begun("settings"))).toEqual({ mistake: "Nothing is different yet." });
    expect(operationOf(begun("add"))).toEqual({ mistake: "Say where the new member is found: name:port." });
  });

  it("by force lets go of who does not answer, and asks one who does", () => {
    const lost = snapshot({ members: [primary, { ...secondary, health: "down" as const }] });
    expect(operationOf(draftFor("force", "", lost, ""))).toEqual({
      value: { kind: "forceReconfigure", host: "a:1", edits: [{ kind: "remove", host: "b:1" }] },
    });
  });

  it("as a document is the whole text once it differs from what was read", () => {
    const draft = begun("edit");
    if (draft.kind !== "reconfigure") throw new Error(draft.kind);
    Object.assign(draft.config, { view: "document", text: "{ a: 1 }", read: "{ a: 1 }" });
    expect(operationOf(draft)).toEqual({ mistake: "Nothing is different yet." });
    draft.config.text = "{ a: 2 }";
    expect(operationOf(draft)).toEqual({
      value: { kind: "reconfigure", edits: [{ kind: "document", text: "{ a: 2 }" }] },
    });
  });

  it("is not asked for while a number cannot be read", () => {
    const draft = begun("stepDown");
    if (draft.kind !== "stepDown") throw new Error(draft.kind);
    for (const seconds of ["", "soon", "-1", "1.5"])
      expect(operationOf({ ...draft, seconds })).toHaveProperty("mistake");
  });

  it("to remove a member is about the one that is shown, whichever that is", () => {
    const draft = begun("remove", "a:1");
    if (draft.kind !== "reconfigure") throw new Error(draft.kind);
    showMember(draft.config, 1);
    expect(operationOf(draft)).toEqual({
      value: { kind: "reconfigure", edits: [{ kind: "remove", host: "b:1" }] },
    });
    draft.config.wished.members.push({ ...newMember(), host: "d:1" });
    showMember(draft.config, 3);
    expect(draft.config.wished.members.map(({ leaves }) => leaves)).toEqual([false, true, false, false]);
  });

  it("to change a member lets another leave that was marked", () => {
    const draft = begun("change", "a:1");
    if (draft.kind !== "reconfigure") throw new Error(draft.kind);
    Object.assign(draft.config.wished.members[0] ?? {}, { leaves: true });
    showMember(draft.config, 1);
    expect(draft.config.wished.members.map(({ leaves }) => leaves)).toEqual([true, false, false]);
  });

  it("to initiate a set begins where the connection leads", () => {
    const draft = begun("initiate");
    if (draft.kind !== "initiate") throw new Error(draft.kind);
    expect(operationOf(draft)).toMatchObject({
      value: { kind: "initiate", setName: "rs0", members: [{ host: "a:1" }, { host: "b:1" }] },
    });
  });
});
