import { describe, expect, it } from "vitest";

import type { Incident } from "$lib/backend";

import { momentsOf, nameOf, saidIn, stateAt } from "./incident";
import { snapshot } from "./samples";

const incident: Incident = {
  format: 1,
  name: "trivet-incident",
  madeAt: "2026-11-26T12:10:00Z",
  program: "Trivet 0.1.0",
  history: { times: [], primary: [], commitLag: [], members: [] },
  snapshots: [
    snapshot({
      takenAt: "2026-11-26T12:00:00Z",
      setName: "rs0",
      verdict: { level: "critical", summary: "No primary.", reason: null },
    }),
    snapshot({
      takenAt: "2026-11-25T12:05:00Z",
      setName: null,
      verdict: { level: "healthy", summary: "Healthy.", reason: null },
    }),
  ],
  timeline: [],
  configurations: [],
  logs: [],
};

describe("an incident", () => {
  it("is named after the set, as the latest state that knows it says", () => {
    expect(nameOf(incident)).toBe("rs0");
    expect(nameOf({ ...incident, snapshots: [] })).toBe("");
  });

  it("has its states to choose among, the latest first, with the day where it is another", () => {
    const moments = momentsOf(incident);
    expect(moments.map(({ value }) => value)).toEqual(["1", "0"]);
    expect(moments.map(({ label }) => label)).toEqual([
      "Nov 25, 12:05:00  Healthy.",
      "12:00:00  No primary.",
    ]);
    expect(stateAt(incident, "0")?.setName).toBe("rs0");
    expect(stateAt({ ...incident, snapshots: [] }, "0")).toBeNull();
  });

  it("tells what differs in a line of a log", () => {
    const attributes = [
      { name: "term", value: "3" },
      { name: "reason", value: "timeout" },
    ];
    expect(saidIn({ at: "", host: "a:1", id: 21450, message: "", attributes })).toBe(
      "term: 3, reason: timeout",
    );
  });
});
