import { describe, expect, it } from "vitest";

import type { FailedRule } from "$lib/backend";
import { pathKey } from "./path";
import { failuresOf, placeRule, stillFailing } from "./rules";
import { ruleField, ruleWords } from "./rulewords";
import { array, leaf, object, path } from "./testing";

const fields = [
  leaf("_id", "int", "1"),
  leaf("year", "int", "1"),
  object("dims", [leaf("h", "int", "1"), leaf("w", "string", "x")]),
  array("tags", [object("", [leaf("name", "int", "5")])]),
];

function rule(at: string, name: string, more: Partial<FailedRule> = {}): FailedRule {
  return {
    path: at === "" ? [] : at.split("."),
    rule: name,
    asks: null,
    reason: null,
    description: null,
    ...more,
  };
}

describe("a failed rule", () => {
  it("is placed at its field, through objects and arrays", () => {
    expect(placeRule(fields, rule("dims.w", "bsonType"))).toMatchObject({
      path: path([2, "dims"], [1, "w"]),
      missing: [],
      node: { text: "x" },
    });
    expect(placeRule(fields, rule("tags.0.name", "bsonType")).path).toEqual(
      path([3, "tags"], [0, "0"], [0, "name"]),
    );
  });

  it("about a field that is missing is placed at what is around it", () => {
    expect(placeRule(fields, rule("dims.d", "required"))).toMatchObject({
      path: path([2, "dims"]),
      missing: ["d"],
    });
    expect(placeRule(fields, rule("name.first", "$exists"))).toMatchObject({
      path: [],
      missing: ["name", "first"],
    });
  });

  it("that a query names without a position stays at the array", () => {
    expect(placeRule(fields, rule("tags.name", "$lt"))).toMatchObject({
      path: path([3, "tags"]),
      missing: ["name"],
    });
  });

  it("about the whole document is placed at no field", () => {
    expect(placeRule(fields, rule("", "$expr"))).toMatchObject({ path: [], missing: [], node: null });
  });
});

describe("the lines", () => {
  it("have their own rules, and those around a field say that something inside fails", () => {
    const placed = [rule("tags.0.name", "bsonType"), rule("tags.0", "required"), rule("year", "minimum")];
    const failures = failuresOf(placed.map((each) => placeRule(fields, each)));
    const at = (...steps: [number, string][]) => failures.get(pathKey(path(...steps)));
    expect(at([1, "year"])).toMatchObject({ own: [{ rule: { rule: "minimum" } }], inside: 0 });
    expect(at([3, "tags"])).toMatchObject({ own: [], inside: 2 });
    expect(at([3, "tags"], [0, "0"])).toMatchObject({ own: [{ rule: { rule: "required" } }], inside: 1 });
    expect(at([2, "dims"])).toBeUndefined();
  });
});

describe("an edit", () => {
  const rules = [
    rule("year", "minimum"),
    rule("dims.w", "bsonType"),
    rule("name", "required"),
    rule("", "$expr"),
  ];
  const names = (after: typeof fields) => stillFailing(rules, fields, after).map(fieldOf);
  const fieldOf = (each: FailedRule) => each.path.join(".");

  it("takes away the rules of the field that it changes, and what is said of the whole document", () => {
    expect(names(fields.with(1, leaf("year", "int", "2020")))).toEqual(["dims.w", "name"]);
    expect(names(fields.with(2, object("dims", [leaf("w", "int", "1")])))).toEqual(["year", "name"]);
  });

  it("that adds the missing field takes its rule away", () => {
    expect(names([...fields, leaf("name", "string", "n")])).toEqual(["year", "dims.w"]);
  });

  it("that only moves fields leaves their rules", () => {
    expect(names(fields.toReversed())).toEqual(["year", "dims.w", "name"]);
  });
});

describe("the words of a rule", () => {
  const words = (each: FailedRule) => ruleWords(placeRule(fields, each));

  it("say what it asks for, and what the document has", () => {
    const reason = "comparison failed";
    expect(words(rule("year", "minimum", { asks: "{ minimum: 2000 }", reason }))).toBe(
      "has to be at least 2000; it is 1 (Int32)",
    );
    expect(words(rule("dims.h", "$lt", { asks: '{ "dims.h": { $lt: 0 } }', reason }))).toBe(
      "has to be less than 0; it is 1 (Int32)",
    );
    expect(words(rule("dims.w", "bsonType", { asks: '{ bsonType: "int" }', description: "in cm" }))).toBe(
      'has to be of type "int"; it is "x" (String) — in cm',
    );
    expect(words(rule("name", "required"))).toBe("has to be there");
  });

  it("are the server's own where it is not known, or fails because it holds", () => {
    const asks = "{ year: { $lt: 5 } }";
    expect(words(rule("year", "$lt", { asks, reason: "comparison succeeded" }))).toBe(
      "$lt { year: { $lt: 5 } }: comparison succeeded; it is 1 (Int32)",
    );
    const odd = rule("", "$expr", { asks: "{ $expr: false }", reason: "expression did not match" });
    expect(words(odd)).toBe("$expr { $expr: false }: expression did not match");
    expect(ruleField(placeRule(fields, odd))).toBe("the document");
  });
});
