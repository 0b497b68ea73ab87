import { describe, expect, it } from "vitest";

import type { FailoverMeasurement, OperationCheck, PlannedStep, StepMargins } from "$lib/backend";

import { awaySpans, errorSpan, retryableWords, secondsOf, worstWords, writesOf } from "./measure";
import { heard, latest } from "./steps";
import { inOrder, lossWords, marginsOf } from "./words";

const margins = (electionMargin: number, writeMargin = electionMargin): StepMargins => ({
  voters: 3,
  needed: 2,
  electionMargin,
  writeMajority: 2,
  writeMargin,
});
const planned = (before: StepMargins | null, after: StepMargins | null) => ({ before, after }) as PlannedStep;

describe("the margins of a step", () => {
  it("are told from before to after, in words", () => {
    const [elect, write] = marginsOf(planned(margins(1), margins(0, -1)));
    expect(elect).toEqual({
      what: "To elect a primary",
      before: "1 voter may be lost",
      after: "no voter may be lost",
      same: false,
      tone: "warn",
    });
    expect(write).toMatchObject({ after: "none is acknowledged", tone: "down" });
  });

  it("are good where as much may be lost as before", () => {
    expect(marginsOf(planned(margins(2), margins(2)))[0]).toMatchObject({
      after: "2 voters may be lost",
      same: true,
      tone: "good",
    });
  });

  it("are none where the configuration stays as it is", () => {
    expect(marginsOf(planned(null, null))).toEqual([]);
  });
});

describe("what is told of a plan", () => {
  it("begins with what refuses", () => {
    const check = (verdict: OperationCheck["verdict"]) => ({ verdict, text: "", rule: null, ours: false });
    const order = inOrder([check("fine"), check("warning"), check("refused")]);
    expect(order.map(({ verdict }) => verdict)).toEqual(["refused", "warning", "fine"]);
  });

  it("names whose loss alone stops writes", () => {
    expect(lossWords([{ host: "a", stops: "nothing" }])).toEqual(["None."]);
    expect(
      lossWords([
        { host: "a", stops: "writes" },
        { host: "b", stops: "majorityWrites" },
        { host: "c", stops: "writes" },
      ]),
    ).toEqual(["a, c: all writes.", "b: majority writes."]);
  });
});

describe("steps that are heard of", () => {
  const step = (at: number, state: "sending" | "done") => ({
    step: at,
    steps: 2,
    title: "",
    state,
    message: "",
    elapsedMs: 0,
  });

  it("stand once each, in their order, as they were told of last", () => {
    const steps = heard(heard(heard([], step(1, "sending")), step(0, "done")), step(1, "done"));
    expect(steps).toEqual([step(0, "done"), step(1, "done")]);
    expect(latest(steps)).toEqual(step(1, "done"));
    expect(latest([])).toBeNull();
  });
});

describe("a measurement", () => {
  const measurement = {
    beganAt: "2026-11-26T12:00:00.000Z",
    seconds: 10,
    worstAwayMs: 1840,
    outages: [
      { from: "2026-11-26T12:00:04.000Z", to: "2026-11-26T12:00:05.840Z" },
      { from: "2026-11-26T12:00:08.500Z", to: null },
    ],
    sentMs: [0, 50, 100],
    tookMs: [5, null, 7],
    retryable: { hidden: 3, errors: 0, slowestMs: 1900 },
  } as FailoverMeasurement;

  it("has a gap in its line, and a mark at its foot, where a write failed", () => {
    expect(writesOf(measurement)).toEqual({
      times: [0, 0.05, 0.1],
      took: [5, null, 7],
      failed: [null, 0, null],
    });
  });

  it("tells when writes were away, to its end where none came back", () => {
    expect(awaySpans(measurement)).toEqual([
      { from: 4, to: 5.84 },
      { from: 8.5, to: 10 },
    ]);
  });

  it("tells the longest time to the millisecond, or that there was none", () => {
    expect(worstWords(measurement)).toBe("Longest without a write: 1,840 ms");
    expect(worstWords({ ...measurement, worstAwayMs: null })).toBe("Writes were never away.");
  });

  it("tells what a client with retryable writes would have seen", () => {
    expect(retryableWords(measurement)).toBe(
      "A client whose writes are retried once would have seen no error. Its slowest write would have taken 1.9 s.",
    );
    const errors = { hidden: 1200, errors: 1, slowestMs: null };
    expect(retryableWords({ ...measurement, retryable: errors })).toContain("1 error; 1,200 would have been");
  });

  it("tells from when to when an error was met", () => {
    const error = { firstMs: 400, lastMs: 1900 } as Parameters<typeof errorSpan>[0];
    expect(errorSpan(error)).toBe("400 ms – 1.9 s");
    expect(errorSpan({ ...error, lastMs: 400 })).toBe("400 ms");
  });

  it("takes an hour at the most", () => {
    expect(["300", " 1 ", "3600"].map(secondsOf)).toEqual([300, 1, 3600]);
    expect(["", "0", "3601", "1.5", "long"].map(secondsOf)).toEqual([null, null, null, null, null]);
  });
});
