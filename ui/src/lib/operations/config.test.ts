import { describe, expect, it } from "vitest";

import { member, snapshot } from "$lib/replica/samples";

import { changed, type ConfigDraft, configOf, editsOf, memberOf, newMember } from "./config";

const now = configOf(
  snapshot({
    members: [
      member({ host: "a:1", priority: 2 }),
      member({ host: "b:1", tags: [{ name: "dc", value: "west" }] }),
      member({ host: "c:1", arbiter: true, priority: 0 }),
    ],
    configuration: {
      age: { version: 3, term: 1 },
      committed: true,
      spreadSeconds: null,
      electionTimeoutMs: 10_000,
      heartbeatIntervalMs: 2000,
      heartbeatTimeoutSeconds: 10,
      chainingAllowed: true,
    },
  }),
);

/** What is wished after something was done to the form. */
function wished(change: (draft: ConfigDraft) => void) {
  const draft = structuredClone(now);
  change(draft);
  return editsOf(draft, now);
}

describe("the edits of a configuration", () => {
  it("are none where nothing is different", () => {
    expect(wished(() => undefined)).toEqual({ value: [] });
  });

  it("name only what is different, each by its member", () => {
    const edits = wished(({ members: [a, b] }) => {
      Object.assign(a ?? {}, { priority: "0.5", votes: false });
      Object.assign(b ?? {}, { hidden: true, delay: "60", tags: "dc: east, use: reports" });
    });
    expect(edits).toEqual({
      value: [
        { kind: "votes", host: "a:1", votes: 0 },
        { kind: "priority", host: "a:1", priority: 0.5 },
        { kind: "hidden", host: "b:1", hidden: true },
        { kind: "delay", host: "b:1", seconds: 60 },
        {
          kind: "tags",
          host: "b:1",
          tags: [
            { name: "dc", value: "east" },
            { name: "use", value: "reports" },
          ],
        },
      ],
    });
  });

  it("leave tags alone that a line cannot tell apart, whatever else is different", () => {
    const odd = structuredClone(now);
    const tags = [
      { name: "dc", value: "west, east" },
      { name: "empty", value: "" },
      { name: "use", value: "reports " },
    ];
    const written = configOf(snapshot({ members: [member({ host: "b:1", tags })] })).members[0]?.tags;
    Object.assign(odd.members[1] ?? {}, { tags: written });
    const draft = structuredClone(odd);
    expect(editsOf(draft, odd)).toEqual({ value: [] });
    Object.assign(draft.members[0] ?? {}, { priority: "3" });
    Object.assign(draft.members[1] ?? {}, { hidden: true });
    expect(editsOf(draft, odd)).toEqual({
      value: [
        { kind: "priority", host: "a:1", priority: 3 },
        { kind: "hidden", host: "b:1", hidden: true },
      ],
    });
    Object.assign(draft.members[1] ?? {}, { tags: "dc: west" });
    expect(editsOf(draft, odd)).toMatchObject({
      value: [{}, {}, { kind: "tags", tags: [{ name: "dc", value: "west" }] }],
    });
  });

  it("do not change tags by the space around them, and do where it was theirs", () => {
    expect(wished(({ members: [, b] }) => Object.assign(b ?? {}, { tags: " dc: west " }))).toEqual({
      value: [],
    });
    const spaced = structuredClone(now);
    Object.assign(spaced.members[1] ?? {}, { tags: "dc: west " });
    const draft = structuredClone(spaced);
    Object.assign(draft.members[1] ?? {}, { tags: "dc: west" });
    expect(editsOf(draft, spaced)).toMatchObject({ value: [{ kind: "tags", host: "b:1" }] });
  });

  it("call a member that is moved by its new host from then on", () => {
    const edits = wished(({ members: [, b] }) => {
      Object.assign(b ?? {}, { host: " d:1 ", sameServer: false, priority: "3" });
    });
    expect(edits).toEqual({
      value: [
        { kind: "changeHost", host: "b:1", to: "d:1", sameServer: false },
        { kind: "priority", host: "d:1", priority: 3 },
      ],
    });
  });

  it("say only that it leaves of a member that leaves, whatever else was typed", () => {
    const edits = wished(({ members: [, b] }) => {
      Object.assign(b ?? {}, { leaves: true, priority: "no number" });
    });
    expect(edits).toEqual({ value: [{ kind: "remove", host: "b:1" }] });
  });

  it("add a member as it is typed, and not one that was left out again", () => {
    const edits = wished(({ members }) => {
      members.push({ ...newMember(), host: "d:1" }, { ...newMember(), leaves: true });
    });
    const added = { votes: 1, priority: 1, hidden: false, delaySeconds: 0, arbiter: false, tags: [] };
    expect(edits).toEqual({ value: [{ kind: "add", member: { host: "d:1", ...added } }] });
  });

  it("leave settings as they are where nothing is typed", () => {
    const edits = wished(({ settings }) => {
      settings.numbers.electionTimeoutMs = "";
      settings.numbers.catchUpTimeoutMs = "-1";
      settings.chaining = false;
    });
    expect(edits).toEqual({
      value: [
        {
          kind: "settings",
          settings: {
            electionTimeoutMs: null,
            heartbeatIntervalMs: null,
            heartbeatTimeoutSeconds: null,
            catchUpTimeoutMs: -1,
            catchUpTakeoverDelayMs: null,
            chainingAllowed: false,
          },
        },
      ],
    });
  });

  it.each([
    ["priority", { priority: "high" }, "“high”"],
    ["delay", { delay: "1.5" }, "“1.5”"],
    ["tags", { tags: "west" }, "“west”"],
    ["host", { host: " " }, "a:1: say where"],
  ])("are not made of a %s that cannot be read", (_what, change, said) => {
    const read = wished(({ members: [a] }) => Object.assign(a ?? {}, change));
    expect("mistake" in read && read.mistake).toContain(said);
  });
});

describe("a member that is typed", () => {
  it("has no priority where it does not vote, is hidden or delayed", () => {
    const draft = { ...newMember(), host: "a:1", priority: "5" };
    expect(changed(draft, { votes: false }).priority).toBe("0");
    expect(changed(draft, { hidden: true }).priority).toBe("0");
    expect(changed(draft, { delay: "60" }).priority).toBe("0");
    expect(changed(draft, { tags: "dc: west" }).priority).toBe("5");
    expect(changed(changed(draft, { hidden: true }), { priority: "2" }).priority).toBe("2");
  });

  it("is an arbiter whatever else stands on the form", () => {
    const read = memberOf({ ...newMember(), host: "a:1", arbiter: true, priority: "9", tags: "x" });
    expect(read).toEqual({
      value: { host: "a:1", votes: 1, priority: 0, hidden: false, delaySeconds: 0, arbiter: true, tags: [] },
    });
  });

  it("is asked for its host first", () => {
    expect(memberOf(newMember())).toEqual({ mistake: "Say where the new member is found: name:port." });
  });
});
