import { describe, expect, it } from "vitest";

import { hasUser, joinPassword, sameUri, splitPassword } from "./uri";

describe("a connection string", () => {
  it("gives its password away, decoded", () => {
    expect(splitPassword(" mongodb://ann:p%40ss@db:27017/?tls=true\n")).toEqual({
      uri: "mongodb://ann@db:27017/?tls=true",
      password: "p@ss",
    });
  });

  it("is left alone without a password", () => {
    expect(splitPassword("mongodb://db:27017/a?x=b:c@d")).toEqual({
      uri: "mongodb://db:27017/a?x=b:c@d",
      password: null,
    });
  });

  it("keeps a password that is not well encoded", () => {
    expect(splitPassword("mongodb+srv://ann:100%@db/").password).toBe("100%");
    expect(splitPassword("mongodb://ann:p@ss@db/")).toEqual({ uri: "mongodb://ann@db/", password: "p@ss" });
  });

  it("gets back exactly what was taken out", () => {
    const uri = "mongodb://ann:p%40s%3A%2Fs@a:1,b:2/?replicaSet=x";
    const { uri: bare, password } = splitPassword(uri);
    expect(joinPassword(bare, password ?? "")).toBe(uri);
  });

  it("takes no password without a user", () => {
    expect(joinPassword("mongodb://db/", "secret")).toBe("mongodb://db/");
    expect(hasUser("mongodb://db/")).toBe(false);
    expect(hasUser("mongodb://ann@db/")).toBe(true);
  });

  it("is the same whatever its password, and another with other options", () => {
    expect(sameUri("mongodb://ann:one@db/", " mongodb://ann@db/ ")).toBe(true);
    expect(sameUri("mongodb://ann@db/", "mongodb://ann@db/?tls=true")).toBe(false);
  });
});
