import { describe, expect, it } from "vitest";

import { mainAction, type MemberAction, possibleActions, takesAway } from "./member";
import { labMember, labOfMembers, planOfMembers } from "./samples";

function whyNot(lab: Parameters<typeof possibleActions>[0], member = labMember(0)) {
  return Object.fromEntries(possibleActions(lab, member).map(({ action, why }) => [action, why])) as Record<
    MemberAction,
    string | null
  >;
}

describe("what can be done to a member", () => {
  it("is everything in a lab that is made for it", () => {
    const all = whyNot(labOfMembers(3));
    expect(Object.keys(all)).toEqual(["stop", "kill", "freeze", "holdBack", "leaveBehind", "resync"]);
    expect(Object.values(all).every((why) => why === null)).toBe(true);
  });

  it("is of two opposites the one that fits", () => {
    const stopped = whyNot(labOfMembers(3), labMember(0, { running: false }));
    expect(stopped).toMatchObject({ start: null, resync: null });
    expect(stopped.kill).toContain("not run");
    const frozen = whyNot(labOfMembers(3), labMember(0, { frozen: true }));
    expect(frozen).toMatchObject({ thaw: null, stop: null, kill: null });
    expect(frozen.holdBack).toContain("thaw it first");
    expect(whyNot(labOfMembers(3), labMember(0, { heldBack: true }))).toMatchObject({ letGo: null });
  });

  it("needs a plan that asks for faults, data, and another one that has them", () => {
    expect(whyNot(labOfMembers(3, { plan: planOfMembers([{}, {}, {}]) }))).toMatchObject({
      freeze: null,
      resync: null,
      holdBack: expect.stringContaining("not made with") as string,
      leaveBehind: expect.stringContaining("not made with") as string,
    });
    const plan = planOfMembers([{ arbiter: true }, {}, { arbiter: true }], { faults: true });
    expect(whyNot(labOfMembers(3, { plan })).resync).toContain("arbiter");
    expect(whyNot(labOfMembers(3, { plan }), labMember(1)).resync).toContain("No other member");
  });

  it("is nothing where another window runs the lab", () => {
    const all = Object.values(whyNot(labOfMembers(3, { attached: true })));
    expect(all.every((why) => why?.includes("Another Trivet window"))).toBe(true);
  });

  it("offers first what ends the member's trouble", () => {
    expect(mainAction(labMember(0))).toBe("stop");
    expect(mainAction(labMember(0, { running: false }))).toBe("start");
    expect(mainAction(labMember(0, { frozen: true }))).toBe("thaw");
    expect(takesAway("freeze")).toBe(true);
    expect(takesAway("holdBack")).toBe(false);
  });
});
