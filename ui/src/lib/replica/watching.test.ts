import { describe, expect, it } from "vitest";

import type { HealthSettings } from "$lib/backend";

import { draftOf, settingsOf } from "./watching";

const level = (warning: number | null, critical: number | null) => ({ warning, critical });

const settings: HealthSettings = {
  alerts: true,
  record: false,
  thresholds: {
    lagSeconds: level(10, 60),
    lagLastsSeconds: 120,
    commitLagSeconds: level(5, 10),
    oplogWindowHours: level(24, 1),
    headroomShare: level(0.25, 0),
    timeToStaleHours: level(6, null),
    configSpreadSeconds: 30,
    elections: 3,
    clockSkewSeconds: level(1, 5),
    cacheDirtyShare: level(0.15, 0.2),
    connectionsShare: level(0.8, 0.95),
  },
  addresses: [{ host: "db:27017", address: "127.0.0.1:30001" }],
};

describe("the settings of alerts", () => {
  it("come back as they were when nothing is typed", () => {
    expect(settingsOf(draftOf(settings))).toEqual({ settings });
  });

  it("take an empty field for never", () => {
    const draft = draftOf(settings);
    draft.levels.lagSeconds = { warning: " ", critical: "2.5" };
    const read = settingsOf(draft);
    expect("settings" in read && read.settings.thresholds.lagSeconds).toEqual(level(null, 2.5));
  });

  it("name the field in which something else is typed", () => {
    const draft = draftOf(settings);
    draft.levels.headroomShare.warning = "a quarter";
    expect(settingsOf(draft)).toEqual({ mistake: expect.stringMatching(/^Headroom below/) });
    draft.levels.headroomShare.warning = "-1";
    expect(settingsOf(draft)).toEqual({ mistake: expect.stringMatching(/^Headroom below/) });
    draft.levels.headroomShare.warning = "1,000";
    expect(settingsOf(draft)).toEqual({ mistake: expect.stringMatching(/^Headroom below/) });
    draft.levels.headroomShare.warning = "0.25";
    draft.elections = "2.5";
    expect(settingsOf(draft)).toEqual({ mistake: expect.stringMatching(/^Elections.*whole number/) });
    draft.elections = "";
    expect(settingsOf(draft)).toEqual({ mistake: expect.stringMatching(/^Elections.*whole number/) });
  });
});
