import { describe, expect, it } from "vitest";

import { collectionMistake, databaseMistake } from "./names";

describe("a new name", () => {
  it("is fine in most forms, and nothing is said while nothing is typed", () => {
    for (const name of ["", "shop", "été", "a-b_c", "x".repeat(63)]) expect(databaseMistake(name)).toBeNull();
    for (const name of ["", "items", "a.b", "a b", "été", "system", "my.system.x"])
      expect(collectionMistake("shop", name)).toBeNull();
  });

  it("of a database is refused by the server's rules, in words", () => {
    expect(databaseMistake("a.b")).toContain("“.”");
    expect(databaseMistake("a b")).toContain("a space");
    expect(databaseMistake("Admin")).toContain("server's own");
    expect(databaseMistake("é".repeat(32))).toContain("63 bytes");
  });

  it("of a collection is refused by the server's rules, in words", () => {
    expect(collectionMistake("shop", "a$b")).toContain("“$”");
    expect(collectionMistake("shop", "a.")).toContain("dot");
    expect(collectionMistake("shop", "system.views")).toContain("server's own");
    expect(collectionMistake("shop", "x".repeat(251))).toContain("255 bytes");
    expect(collectionMistake("shop", "x".repeat(250))).toBeNull();
  });
});
