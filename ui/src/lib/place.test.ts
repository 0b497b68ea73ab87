import { describe, expect, it } from "vitest";

import { keyOf, keyOfUri } from "./place";

describe("a place", () => {
  it("is the same for a connection and for the string it was opened with", () => {
    for (const [uri, user, hosts] of [
      ["mongodb://a:1,b:2/?replicaSet=x", null, "a:1,b:2"],
      ["mongodb://ann:p%40s@db/", "ann", "db"],
      ["mongodb+srv://a%2Fb@cluster.example.net", "a/b", "cluster.example.net"],
    ] as const)
      expect(keyOfUri(uri)).toBe(keyOf({ user, hosts }));
  });

  it("is another for another user of the same servers", () => {
    expect(keyOfUri("mongodb://ann@db/")).not.toBe(keyOfUri("mongodb://db/"));
  });
});
