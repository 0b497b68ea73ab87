import { describe, expect, it } from "vitest";

import type { ElectionCourse } from "$lib/backend";

import { timelineEntry } from "./samples";
import { markOf, votesOf } from "./timeline";

const election: ElectionCourse = {
  term: 3,
  winner: "b:1",
  reason: null,
  startedAt: null,
  electedAt: null,
  votes: [
    { host: "b:1", yes: true, reason: null },
    { host: "c:1", yes: false, reason: "its oplog is newer" },
    { host: "a:1", yes: null, reason: null },
  ],
  lostAt: null,
  writableAt: null,
  majorityAt: null,
  writesAwaySeconds: 5.67,
  majorityAwaySeconds: null,
};

describe("an entry of the timeline", () => {
  it("is marked by its kind, else by the state that it tells, else by how bad it is", () => {
    expect(markOf(timelineEntry({ kind: "memberDown", state: "secondary" }))).toEqual({
      shape: "cross",
      tone: "down",
    });
    expect(markOf(timelineEntry({ kind: "stateChanged", state: "primary" })).tone).toBe("primary");
    expect(markOf(timelineEntry({ kind: "alertRaised", level: "critical" })).tone).toBe("down");
    expect(markOf(timelineEntry({ kind: "alertRaised", level: "warning" })).tone).toBe("warn");
    expect(markOf(timelineEntry({})).tone).toBe("idle");
  });

  it("tells who voted how, and who did not answer", () => {
    expect(votesOf(election)).toEqual([
      "b:1 voted for it",
      "c:1 voted against it: its oplog is newer",
      "a:1 did not answer",
    ]);
    expect(votesOf(null)).toEqual([]);
  });
});
