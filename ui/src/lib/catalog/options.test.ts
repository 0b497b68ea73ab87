import { describe, expect, it } from "vitest";

import { isBadNumber, optionsOf, typedOptions, wholeNumber } from "./options";

describe("the options of a new collection", () => {
  it("are none while nothing is typed", () => {
    expect(optionsOf(typedOptions())).toEqual({ capped: null, validator: null, options: null });
    expect(optionsOf({ ...typedOptions(), validator: "  \n" }).validator).toBeNull();
  });

  it("bound a collection in MiB and documents", () => {
    const typed = { ...typedOptions(), capped: true, sizeMib: "2" };
    expect(optionsOf(typed).capped).toEqual({ sizeBytes: 2_097_152, maxDocuments: null });
    expect(optionsOf({ ...typed, maxDocuments: "7" }).capped?.maxDocuments).toBe(7);
  });

  it("take whole numbers above 0 that are exact", () => {
    for (const text of ["", "0", "-1", "1.5", "1e3", "ten", "9007199254740993"])
      expect(wholeNumber(text)).toBeNull();
    const typed = { ...typedOptions(), capped: true };
    expect(isBadNumber(typed)).toBe(false);
    expect(isBadNumber({ ...typed, sizeMib: "" })).toBe(true);
    expect(isBadNumber({ ...typed, maxDocuments: "x" })).toBe(true);
    expect(isBadNumber({ ...typed, capped: false, sizeMib: "" })).toBe(false);
  });
});
