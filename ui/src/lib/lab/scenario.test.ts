import { describe, expect, it } from "vitest";

import type { ScenarioStep } from "$lib/backend/bindings";
import { t } from "$lib/messages";

import { labMember, labOfMembers, planOfMembers } from "./samples";
import { type Run, scenarios, stepOutcome, stepTime, whyNot } from "./scenario";

const words = t.lab.scenario.whyNot;
const possible = (lab: Parameters<typeof whyNot>[0]) => scenarios.filter((it) => whyNot(lab, it) === null);

const step: ScenarioStep = {
  index: 0,
  what: "Kill the primary",
  commands: ["kill -KILL 1"],
  expected: "degraded",
  withinMs: 60_000,
  seen: "Degraded.",
  afterMs: 3400,
  ok: true,
};
const run = (outcome: Run["outcome"]): Run => ({ steps: [step], outcome, error: null });

describe("what a set can have", () => {
  it("is every scenario where it has all that they need", () => {
    expect(possible(labOfMembers(3))).toEqual(scenarios);
  });

  it("is nothing where fewer than three members may become primary", () => {
    const members = [true, true, false, false].map((electable, id) => labMember(id, { electable }));
    const lab = labOfMembers(4, { members });
    expect(possible(lab)).toEqual([]);
    expect(whyNot(lab, "primaryDies")).toBe(words.members("2"));
  });

  it("counts who is in the set now, not who was planned", () => {
    const spare = planOfMembers([{}, {}, { spare: true }], { links: true, faults: true });
    expect(possible(labOfMembers(3, { plan: spare }))).toEqual(scenarios);
    const members = [0, 1, 2].map((id) => labMember(id, { inSet: false, electable: false }));
    const plain = labOfMembers(3, { plan: { ...spare, initiated: false }, members });
    expect(whyNot(plain, "primaryDies")).toBe(words.members("0"));
  });

  it("is less where the plan has no links and no faults, and each says what it lacks", () => {
    const lab = labOfMembers(3, { plan: planOfMembers([{}, {}, {}]) });
    expect(possible(lab)).toEqual(["primaryDies", "majorityLost", "initialSync"]);
    expect(whyNot(lab, "oneWayLink")).toBe(words.links);
    expect(whyNot(lab, "tooStale")).toBe(words.faults);
  });

  it("is no scenario of links where the system does not tell who calls", () => {
    const lab = labOfMembers(3, { linksByCaller: false });
    expect(whyNot(lab, "primaryCutOff")).toBe(words.linksByCaller);
    expect(whyNot(lab, "oneWayLink")).toBe(words.linksByCaller);
    expect(whyNot(lab, "memberFallsBehind")).toBeNull();
  });

  it("is nothing where it does not run, or another window runs it", () => {
    expect(whyNot(labOfMembers(3, { state: "stopped" }), "primaryDies")).toBe(words.stopped);
    expect(whyNot(labOfMembers(3, { attached: true }), "primaryDies")).toBe(t.lab.attached);
  });
});

describe("a step", () => {
  it("was met or not, with the time it took and the time it had", () => {
    expect(stepOutcome(step, run("going"))).toBe("met");
    expect(stepOutcome({ ...step, ok: false }, run("missed"))).toBe("missed");
    expect(stepTime(step)).toBe("after 3.4 s, limit 60 s from the last command");
    expect(stepTime({ ...step, ok: false, afterMs: 60_500 })).toBe(
      "given up after 60.5 s, limit 60 s from the last command",
    );
  });

  it("goes on until Health has said something, unless the scenario is over", () => {
    const waiting = { ...step, seen: null, afterMs: null, ok: false };
    expect(stepOutcome(waiting, run("going"))).toBe("going");
    expect(stepOutcome(waiting, run("failed"))).toBe("broken");
    expect(stepTime(waiting)).toBe("limit 60 s from the last command");
  });
});
