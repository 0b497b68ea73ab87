import { describe, expect, it } from "vitest";

import { callersOf, policyAt, policyWords, samePolicy, sidesOf, waysBetween, waysOf } from "./links";
import { labOfMembers } from "./samples";

describe("the links of a lab", () => {
  it("let through what nobody has broken", () => {
    const links = [{ from: 1, to: 0, policy: { kind: "refuse" as const } }];
    expect(policyAt(links, 1, 0)).toEqual({ kind: "refuse" });
    expect(policyAt(links, 0, 1)).toEqual({ kind: "pass" });
    expect(policyAt([{ from: null, to: 2, policy: { kind: "blackHole" } }], null, 2)).toEqual({
      kind: "blackHole",
    });
  });

  it("lead from every member, or from all together where callers cannot be told apart", () => {
    expect(callersOf(labOfMembers(3))).toEqual([0, 1, 2]);
    expect(callersOf(labOfMembers(3, { linksByCaller: false }))).toEqual([null]);
  });

  it("of one member are those to it, those from it, or both", () => {
    const lab = labOfMembers(3);
    expect(waysOf(lab, 1, "to")).toEqual([
      { from: 0, to: 1 },
      { from: 2, to: 1 },
    ]);
    expect(waysOf(lab, 1, "from")).toEqual([
      { from: 1, to: 0 },
      { from: 1, to: 2 },
    ]);
    expect(waysOf(lab, 1, "both")).toHaveLength(4);
    expect(waysOf(labOfMembers(3, { linksByCaller: false }), 1, "both")).toEqual([{ from: null, to: 1 }]);
  });

  it("split a set with the primary among the few, who are never a majority", () => {
    expect(sidesOf(labOfMembers(5), 3)).toEqual({ few: [3, 0], many: [1, 2, 4] });
    expect(sidesOf(labOfMembers(5), null)).toEqual({ few: [0, 1], many: [2, 3, 4] });
    for (const [count, few] of [
      [2, 1],
      [3, 1],
      [4, 1],
      [5, 2],
      [6, 2],
      [7, 3],
    ] as const) {
      const sides = sidesOf(labOfMembers(count), count - 1);
      expect([sides.few.length, sides.many.length]).toEqual([few, count - few]);
      expect(sides.few[0]).toBe(count - 1);
    }
    expect(waysBetween([3, 0], [1, 2, 4])).toHaveLength(12);
    expect(waysBetween([0], [1])).toEqual([
      { from: 0, to: 1 },
      { from: 1, to: 0 },
    ]);
  });

  it("are slow by a time, which belongs to the policy", () => {
    expect(samePolicy({ kind: "delay", ms: 500 }, { kind: "delay", ms: 500 })).toBe(true);
    expect(samePolicy({ kind: "delay", ms: 500 }, { kind: "delay", ms: 50 })).toBe(false);
    expect(samePolicy({ kind: "refuse" }, { kind: "pass" })).toBe(false);
    expect(policyWords({ kind: "delay", ms: 1500 })).toBe("delays by 1,500 ms");
  });
});
