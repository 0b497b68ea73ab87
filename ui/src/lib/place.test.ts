import { describe, expect, it } from "vitest";

import { keyOf, keyOfUri } from "./place";

const called = { name: "orders", environment: "local" } as const;

describe("a place", () => {
  it("is the same for a connection and for the string it was opened with", () => {
    for (const [uri, user, hosts] of [
      ["mongodb://a:1,b:2/?replicaSet=x", null, "a:1,b:2"],
      ["mongodb://ann:p%40s@db/", "ann", "db"],
      ["mongodb+srv://a%2Fb@cluster.example.net", "a/b", "cluster.example.net"],
    ] as const)
      expect(keyOfUri(uri, called)).toBe(keyOf({ ...called, user, hosts }));
  });

  it("is another for another user of the same servers", () => {
    expect(keyOfUri("mongodb://ann@db/", called)).not.toBe(keyOfUri("mongodb://db/", called));
  });

  it("is another for the same servers under another name or in another environment", () => {
    const here = keyOfUri("mongodb://db/", called);
    expect(keyOfUri("mongodb://db/", { ...called, name: "prod" })).not.toBe(here);
    expect(keyOfUri("mongodb://db/", { ...called, environment: "production" })).not.toBe(here);
  });
});
