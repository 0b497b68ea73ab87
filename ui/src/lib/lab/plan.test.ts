import { describe, expect, it } from "vitest";

import type { LabPlan } from "$lib/backend/bindings";

import { changed, freeName, newPlan, plain, planOf, planWords, presets, resized, tagsOf } from "./plan";
import { planOfMembers } from "./samples";

const draft = newPlan([]);

function read(over: Partial<typeof draft>): LabPlan {
  const result = planOf({ ...draft, ...over });
  if ("mistake" in result) throw new Error(result.mistake);
  return result.plan;
}

describe("a new plan", () => {
  it("takes the first name that no lab has", () => {
    expect(freeName(["lab"])).toBe("set-1");
    expect(freeName(["set-1", "set-3"])).toBe("set-2");
  });

  it("keeps the members that stay when their number changes", () => {
    const [first] = presets.arbiter();
    expect(resized(presets.arbiter(), 1)).toEqual([first]);
    expect(resized(presets.arbiter(), 4).map(({ arbiter }) => arbiter)).toEqual([false, false, true, false]);
  });

  it("gives priority 0 to a member that is set apart, once", () => {
    const [first] = presets.three();
    if (!first) throw new Error("no member");
    const hidden = changed(first, { hidden: true });
    expect(hidden.priority).toBe("0");
    expect(changed(first, { delay: "60" }).priority).toBe("0");
    expect(changed(first, { votes: false }).priority).toBe("0");
    // Whoever then types another priority is told the rule by the core.
    expect(changed(hidden, { priority: "2" }).priority).toBe("2");
    expect(changed(first, { tags: "dc: west" }).priority).toBe("1");
  });
});

describe("the plan of a form", () => {
  it("says of each member what the form says", () => {
    const [first, second] = presets.three();
    if (!first || !second) throw new Error("no members");
    const members = [
      { ...first, priority: "2", tags: "dc: west, use: reports" },
      { ...second, priority: "0", hidden: true, delay: "60", votes: false },
      { ...first, arbiter: true, priority: "is not looked at" },
    ];
    expect(read({ members }).members).toEqual([
      {
        ...plain,
        priority: 2,
        tags: [
          { name: "dc", value: "west" },
          { name: "use", value: "reports" },
        ],
      },
      { ...plain, priority: 0, votes: 0, hidden: true, delaySeconds: 60 },
      { ...plain, arbiter: true },
    ]);
  });

  it("takes half a priority, as the server does", () => {
    const [first, ...rest] = presets.three();
    if (!first) throw new Error("no member");
    expect(read({ members: [{ ...first, priority: "0.5" }, ...rest] }).members[0]?.priority).toBe(0.5);
  });

  it("puts the spares behind the members", () => {
    const { members, initiated } = read({ members: resized([], 2), spares: 2 });
    expect(initiated).toBe(true);
    expect(members).toEqual([plain, plain, { ...plain, spare: true }, { ...plain, spare: true }]);
  });

  it("says nothing of members that nobody makes a set", () => {
    const { members, initiated } = read({ members: presets.delayed(), initiated: false });
    expect(initiated).toBe(false);
    expect(members).toEqual([plain, plain, plain, plain]);
  });

  it("asks for fast elections by their time", () => {
    expect(read({}).electionTimeoutMs).toBe(5000);
    expect(read({ wishes: { ...draft.wishes, fast: true } }).electionTimeoutMs).toBe(1000);
    expect(read({})).not.toHaveProperty("fast");
  });

  it.each([
    ["priority", "high", "its priority is a number"],
    ["priority", "", "its priority is a number"],
    ["priority", "-1", "its priority is a number"],
    ["delay", "1.5", "whole number of seconds"],
    ["tags", "west", "tags are written"],
  ] as const)("says what of a member cannot be read: %s %s", (field, text, words) => {
    const members = presets.three().map((member, id) => (id === 1 ? { ...member, [field]: text } : member));
    const result = planOf({ ...draft, members });
    expect(result).toHaveProperty("mistake");
    expect((result as { mistake: string }).mistake).toMatch(/^Member 1: /);
    expect((result as { mistake: string }).mistake).toContain(words);
  });

  it("reads tags with colons in their values, and none", () => {
    expect(tagsOf("url: http://a, b:c,")).toEqual([
      { name: "url", value: "http://a" },
      { name: "b", value: "c" },
    ]);
    expect(tagsOf(" ")).toEqual([]);
    expect(tagsOf(": a")).toBeNull();
  });
});

describe("a plan in words", () => {
  it("tells what is not as usual", () => {
    expect(
      planWords(read({ members: presets.three(), wishes: { ...draft.wishes, links: false, faults: false } })),
    ).toBe("3 members");
    expect(
      planWords(
        read({ members: presets.delayed(), wishes: { ...draft.wishes, fast: true, temporary: true } }),
      ),
    ).toBe(
      "4 members · 1 hidden · delayed 1 m · 1 without a vote · links · faults · elections after 1,000 ms · temporary",
    );
    expect(planWords(read({ members: resized([], 2), spares: 1 }))).toBe(
      "2 members · 1 spare · links · faults",
    );
    expect(planWords(read({ members: presets.delayed(), initiated: false }))).toBe(
      "4 mongods, not initiated · links · faults",
    );
    expect(planWords(planOfMembers([{}, { arbiter: true }], { tls: true, authentication: true }))).toBe(
      "2 members · an arbiter · authentication · TLS",
    );
  });
});
