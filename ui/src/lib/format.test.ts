import { describe, expect, it } from "vitest";

import {
  formatBytes,
  formatCount,
  formatCountShort,
  formatDuration,
  formatElapsed,
  formatMilliseconds,
  formatRelative,
  formatSeconds,
  formatShare,
  formatUtc,
} from "./format";

describe("figures", () => {
  it("are written in full, and short only where there is little room", () => {
    expect(formatCount(1_234_567)).toBe("1,234,567");
    expect(formatCountShort(200_000)).toBe("200,000");
    expect(formatCountShort(1_234_567)).toBe("1.2M");
  });

  it("carry their units", () => {
    expect(formatSeconds(0)).toBe("0.0 s");
    expect(formatMilliseconds(0.24)).toBe("0.2 ms");
    expect(formatMilliseconds(14.4)).toBe("14 ms");
    expect(formatShare(0.434)).toBe("43 %");
    expect(formatElapsed(380)).toBe("380 ms");
    expect(formatElapsed(1240)).toBe("1.2 s");
    expect(formatBytes(1)).toBe("1 byte");
    expect(formatBytes(208)).toBe("208 bytes");
    expect(formatBytes(1536)).toBe("1.5 kB");
  });

  it.each([
    [0, "0 s"],
    [14.9, "14 s"],
    [185, "3 m 5 s"],
    [8040, "2 h 14 m"],
    [86_400, "1 d"],
  ])("say %d seconds as %s", (seconds, words) => {
    expect(formatDuration(seconds)).toBe(words);
  });
});

describe("moments", () => {
  const now = Date.parse("2026-11-23T12:00:00Z");

  it.each([
    ["2026-11-23T11:59:30Z", "30 seconds ago"],
    ["2026-11-23T11:57:00Z", "3 minutes ago"],
    ["2026-11-22T12:00:00Z", "yesterday"],
    ["never", ""],
  ])("are told as a distance: %s", (iso, words) => {
    expect(formatRelative(iso, now)).toBe(words);
  });

  it("are told in UTC", () => {
    expect(formatUtc("2024-02-01T07:10:09+02:00")).toContain("5:10:09");
  });
});
