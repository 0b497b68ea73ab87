import { describe, expect, it, vi } from "vitest";

import type { Backend, ScenarioReport, ScenarioStep } from "$lib/backend";

import { failure, fakeBackend, later } from "./fake-backend";
import { Labs } from "./lab.svelte";
import { Scenarios } from "./scenarios.svelte";

const step = (index: number, over: Partial<ScenarioStep> = {}): ScenarioStep => ({
  index,
  what: "Kill the primary",
  commands: [],
  expected: "degraded",
  withinMs: 60_000,
  seen: null,
  afterMs: null,
  ok: false,
  ...over,
});
const ended = (index: number) => step(index, { seen: "Degraded.", afterMs: 1200, ok: true });

/** Scenarios whose first is answered, and told of, as the test says. */
function played() {
  const report = later<ScenarioReport>();
  let tell: (step: ScenarioStep) => void = () => undefined;
  const labScenario = vi.fn<Backend["labScenario"]>((_request, listener) => {
    tell = listener;
    return report.promise;
  });
  const load = vi.fn<Backend["labs"]>(() => Promise.resolve([]));
  const labs = new Labs(fakeBackend({ labScenario, labs: load }));
  const scenarios = new Scenarios(fakeBackend({ labScenario }), labs);
  return { labs, scenarios, labScenario, load, report, tell: (step: ScenarioStep) => tell(step) };
}

describe("a scenario", () => {
  it("tells each step once, in order, and keeps what came of it", async () => {
    const { scenarios, labScenario, report, tell } = played();
    expect(scenarios.latest("lab", "primaryDies")).toBeNull();
    const run = scenarios.run("lab", "a", "primaryDies");
    expect(labScenario).toHaveBeenCalledWith(
      { lab: "lab", connection: "a", scenario: "primaryDies" },
      expect.anything(),
    );
    tell(step(0));
    tell(ended(0));
    tell(step(1));
    expect(scenarios.latest("lab", "primaryDies")).toEqual({
      steps: [ended(0), step(1)],
      outcome: "going",
      error: null,
    });
    const steps = [ended(0), ended(1)];
    report.resolve({ scenario: "primaryDies", ok: true, steps });
    await run;
    expect(scenarios.latest("lab", "primaryDies")).toEqual({ steps, outcome: "met", error: null });
    tell(step(1));
    expect(scenarios.latest("lab", "primaryDies")?.steps, "what is told too late").toBe(steps);
    expect(scenarios.latest("other", "primaryDies")).toBeNull();
  });

  it("is not begun twice, nor beside another one, and the lab is not changed meanwhile", async () => {
    const { labs, scenarios, labScenario, report } = played();
    const run = scenarios.run("lab", "a", "primaryDies");
    expect(labs.playing("lab")).toBe(true);
    expect(labs.changing("lab")).toBe(true);
    await scenarios.run("lab", "a", "primaryDies");
    await scenarios.run("lab", "a", "majorityLost");
    // The backend has no labHeal: it would fail if it was asked.
    await labs.heal("lab");
    expect(labs.changeError).toBeNull();
    expect(labScenario).toHaveBeenCalledOnce();
    report.resolve({ scenario: "primaryDies", ok: true, steps: [] });
    await run;
    expect(labs.playing("lab")).toBe(false);
  });

  it("reads again what the lab is after each step that has ended", async () => {
    const { scenarios, load, report, tell } = played();
    const run = scenarios.run("lab", "a", "oneWayLink");
    tell(step(0));
    expect(load).not.toHaveBeenCalled();
    tell(ended(0));
    expect(load).toHaveBeenCalledOnce();
    report.resolve({ scenario: "oneWayLink", ok: true, steps: [ended(0)] });
    await run;
    expect(load).toHaveBeenCalledTimes(2);
  });

  it("is not as expected where Health did not say it", async () => {
    const { scenarios, report } = played();
    const run = scenarios.run("lab", "a", "tooStale");
    report.resolve({ scenario: "tooStale", ok: false, steps: [step(0, { afterMs: 60_000 })] });
    await run;
    expect(scenarios.latest("lab", "tooStale")?.outcome).toBe("missed");
  });

  it("keeps its steps and says why where something could not be done, and can be run again", async () => {
    const { labs, scenarios, report, tell } = played();
    const run = scenarios.run("lab", "a", "tooStale");
    tell(step(0));
    report.reject(failure("gone"));
    await run;
    const latest = scenarios.latest("lab", "tooStale");
    expect(latest).toMatchObject({ outcome: "failed", steps: [step(0)] });
    expect(latest?.error?.message).toBe("gone");
    expect(labs.playing("lab")).toBe(false);
  });

  it("is forgotten with its lab, not with another", async () => {
    const { scenarios, report } = played();
    report.resolve({ scenario: "primaryDies", ok: true, steps: [] });
    await scenarios.run("lab", "a", "primaryDies");
    await scenarios.run("lab-2", "a", "primaryDies");
    scenarios.forget("lab");
    expect(scenarios.latest("lab", "primaryDies")).toBeNull();
    expect(scenarios.any("lab")).toBe(false);
    expect(scenarios.any("lab-2")).toBe(true);
  });
});
