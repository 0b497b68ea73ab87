import { describe, expect, it } from "vitest";

import type { ReplicaHistory } from "$lib/backend";

import { member, snapshot } from "./samples";
import { addTo, changesOfPrimary, emptyTrend, linesOf, putBefore, trendOf } from "./trend";

const a = (over = {}) => member({ host: "a:1", state: "primary", lagSeconds: 0, ...over });
const b = (over = {}) => member({ host: "b:1", lagSeconds: 2, ...over });

describe("a trend", () => {
  it("has a line for each member, and gaps where nothing was known", () => {
    const trend = emptyTrend();
    addTo(trend, snapshot({ members: [a()] }), 100, 60);
    addTo(trend, snapshot({ members: [a(), b()] }), 101, 60);
    addTo(trend, snapshot({ members: [a()] }), 102, 60);
    expect(linesOf(trend, "lag", "")).toEqual([
      { label: "a:1", values: [0, 0, 0] },
      { label: "b:1", values: [null, 2, null] },
    ]);
  });

  it("takes one snapshot a second and forgets what is too old, with the members that it was about", () => {
    const trend = emptyTrend();
    for (const at of [100, 100.2, 101, 102])
      addTo(trend, snapshot({ members: at < 101 ? [a(), b()] : [a()] }), at, 1);
    expect(trend.times).toEqual([101, 102]);
    addTo(trend, snapshot({ members: [a()] }), 103, 1);
    expect([...trend.members.keys()]).toEqual(["a:1"]);
  });

  it("adds up the operations of all kinds", () => {
    const trend = emptyTrend();
    const operations = { insert: 1, query: 2, update: 3, delete: 4, getmore: 5, command: 6 };
    addTo(trend, snapshot({ members: [a({ operations })] }), 100, 60);
    expect(linesOf(trend, "operations", "")[0]?.values).toEqual([21]);
  });

  it("has one line for the whole set where it is about the commit point", () => {
    const trend = emptyTrend();
    addTo(trend, snapshot({ commitLagSeconds: 1.5, members: [a()] }), 100, 60);
    expect(linesOf(trend, "commitLag", "majority")).toEqual([{ label: "majority", values: [1.5] }]);
  });

  it("tells when the primary changed; the first one is no change", () => {
    const trend = emptyTrend();
    for (const [at, primary] of [
      [100, "a:1"],
      [101, null],
      [102, "b:1"],
    ] as const)
      addTo(trend, snapshot({ primary, members: [a()] }), at, 60);
    expect(changesOfPrimary(trend)).toEqual([
      { at: 101, primary: null },
      { at: 102, primary: "b:1" },
    ]);
  });

  it("is made of what was recorded: a primary is behind nobody", () => {
    const trend = trendOf(recorded([100, 101], [0, null]));
    expect(trend.primary).toEqual(["a:1", null]);
    expect(linesOf(trend, "lag", "")).toEqual([
      { label: "a:1", values: [0, null] },
      { label: "b:1", values: [4, 4] },
    ]);
  });

  it("begins with what was recorded before it, and with each second once", () => {
    const trend = emptyTrend();
    addTo(
      trend,
      snapshot({ primary: "a:1", members: [a(), member({ host: "c:1", lagSeconds: 1 })] }),
      102,
      60,
    );
    putBefore(trend, trendOf(recorded([100, 101, 102], [0, 0, 0])));
    expect(trend.times).toEqual([100, 101, 102]);
    expect(linesOf(trend, "lag", "")).toEqual([
      { label: "a:1", values: [0, 0, 0] },
      { label: "c:1", values: [null, null, 1] },
      { label: "b:1", values: [4, 4, null] },
    ]);
    expect(changesOfPrimary(trend)).toEqual([]);
  });

  it("is only what was recorded where nothing has been seen yet", () => {
    const trend = emptyTrend();
    putBefore(trend, trendOf(recorded([100, 101], [0, 0])));
    expect(trend.times).toEqual([100, 101]);
    expect(trend.commitLag).toEqual([0.5, 0.5]);
  });
});

describe("a time in which nobody watched", () => {
  it("parts what was recorded from what is seen now, and is no loss of the primary", () => {
    const trend = emptyTrend();
    addTo(trend, snapshot({ primary: "a:1", members: [a()] }), 200, 600);
    putBefore(trend, trendOf(recorded([100, 101], [0, 0])));
    expect(trend.times).toEqual([100, 101, 102, 200]);
    expect(linesOf(trend, "lag", "")[0]?.values).toEqual([0, 0, null, 0]);
    expect(changesOfPrimary(trend)).toEqual([]);
  });

  it("parts them also where nothing was seen before what was recorded came, and after the machine has slept", () => {
    const trend = emptyTrend();
    putBefore(trend, trendOf(recorded([100, 101], [0, 0])));
    addTo(trend, snapshot({ primary: "a:1", members: [a()] }), 200, 600);
    addTo(trend, snapshot({ primary: "a:1", members: [a()] }), 300, 600);
    expect(trend.times).toEqual([100, 101, 102, 200, 201, 300]);
    expect(linesOf(trend, "lag", "")[0]?.values).toEqual([0, 0, null, 0, null, 0]);
    expect(changesOfPrimary(trend)).toEqual([]);
  });

  it("is none where a clock is put back: what is later is forgotten", () => {
    const trend = emptyTrend();
    for (const at of [100, 101, 90, 91]) addTo(trend, snapshot({ members: [a()] }), at, 60);
    expect(trend.times).toEqual([90, 91]);
    expect(linesOf(trend, "lag", "")[0]?.values).toEqual([0, 0]);
  });

  it("is a gap of what was recorded too", () => {
    const past = recorded([100, 101, 160], [0, null, 1]);
    for (const own of past.members) own.state[1] = "unknown";
    expect(changesOfPrimary(trendOf(past))).toEqual([{ at: 160, primary: "b:1" }]);
  });

  it("is told from a time without a primary", () => {
    expect(changesOfPrimary(trendOf(recorded([100, 101], [0, null])))).toEqual([{ at: 101, primary: null }]);
  });
});

function recorded(times: number[], primary: (number | null)[]): ReplicaHistory {
  const column = <T>(value: T) => times.map(() => value);
  const own = (host: string, lag: number | null) => ({
    host,
    lag: column(lag),
    oplogWindow: column(10),
    operations: column(7),
    state: column("secondary" as const),
  });
  return { times, primary, commitLag: column(0.5), members: [own("a:1", null), own("b:1", 4)] };
}
