import { describe, expect, it } from "vitest";

import { dateText, inZone, localDate, parseDate, shortDate, typedInZone } from "./date";

function iso(text: string): string {
  const parsed = parseDate(text);
  return "mistake" in parsed ? parsed.mistake : dateText(parsed.milliseconds);
}

describe("a date", () => {
  it.each([
    ["2024-02-04", "2024-02-04T00:00:00.000Z"],
    ["2024-02-04 07:16", "2024-02-04T07:16:00.000Z"],
    ["2024-02-04T07:16:09Z", "2024-02-04T07:16:09.000Z"],
    ["2024-02-04T07:16:09.5", "2024-02-04T07:16:09.500Z"],
    ["2024-02-04T07:16:09+05:30", "2024-02-04T01:46:09.000Z"],
    ["2024-01-01T00:30:00-0100", "2024-01-01T01:30:00.000Z"],
    ["0001-01-01", "0001-01-01T00:00:00.000Z"],
    ["0099-12-31", "0099-12-31T00:00:00.000Z"],
    ["9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"],
  ])("is read from %j", (text, expected) => expect(iso(text)).toBe(expected));

  it.each([
    ["2023-02-29", "noSuchDay"],
    ["2024-13-01", "noSuchDay"],
    ["2024-02-04T24:00", "noSuchTime"],
    ["2024-02-04T07:16:09+99:00", "noSuchTime"],
    ["2024-02-04T07:16:09.1234Z", "tooPrecise"],
    ["0000-01-01", "outOfRange"],
    ["9223372036854775808", "outOfRange"],
    ["yesterday", "form"],
    ["2024", "form"],
    ["", "form"],
  ])("%j is refused: %s", (text, mistake) => expect(iso(text)).toBe(mistake));

  it("outside the years 1 to 9999 is its milliseconds, to the last bit", () => {
    expect(iso("9223372036854775807")).toBe("9223372036854775807");
    expect(iso("-9223372036854775808")).toBe("-9223372036854775808");
    expect(iso("253402300800000")).toBe("253402300800000");
    expect(iso("253402300799999")).toBe("9999-12-31T23:59:59.999Z");
  });

  it("is shown without milliseconds that are zero", () => {
    expect(shortDate("2024-02-04T07:16:09.000Z")).toBe("2024-02-04 07:16:09Z");
    expect(shortDate("2024-02-04T07:16:09.120Z")).toBe("2024-02-04 07:16:09.120Z");
    expect(shortDate("253402300800000")).toBe("253402300800000");
  });

  it("is told by the local clock, where a calendar has it", () => {
    expect(localDate("2024-02-04T07:16:09.000Z", "en")).toMatch(/2024/);
    expect(localDate("253402300800000", "en")).toBeNull();
  });
});

describe("a date in the zone of this machine", () => {
  // Whatever the zone of who runs this is: the moment stays.
  it.each(["2024-02-04T07:16:09.000Z", "1999-07-01T23:59:59.999Z", "0001-01-03T00:00:00.000Z"])(
    "is written with its offset, and is the same moment: %j",
    (text) => {
      const local = inZone(text, "local");
      expect(local).toMatch(/[+-]\d\d:\d\d$/);
      expect(iso(local)).toBe(text);
      expect(inZone(local, "utc")).toBe(text);
    },
  );

  it("has the clock of this machine", () => {
    const date = new Date(2024, 1, 4, 7, 16, 9);
    expect(inZone(date.toISOString(), "local")).toMatch(/^2024-02-04T07:16:09\.000/);
    expect(iso(typedInZone("2024-02-04 07:16:09", "local"))).toBe(date.toISOString());
    expect(iso(typedInZone("2024-02-04", "local"))).toBe(new Date(2024, 1, 4).toISOString());
  });

  it("is left as it is where it has an offset, is none, or is not on any calendar", () => {
    for (const text of [
      "2024-02-04T07:16:09+05:30",
      "2024-02-04T07:16Z",
      "yesterday",
      "253402300800000",
      "",
    ]) {
      expect(typedInZone(text, "local")).toBe(text);
    }
    expect(typedInZone("2024-02-04", "utc")).toBe("2024-02-04");
    expect(inZone("yesterday", "local")).toBe("yesterday");
    expect(inZone("253402300800000", "local")).toBe("253402300800000");
  });
});
