import { describe, expect, it } from "vitest";

import { accept, complete, type CompletedPart, type KnownField } from "./complete";
import { situationAt } from "./cursor";

const fields: KnownField[] = [
  { path: "_id", kinds: ["objectId"] },
  { path: "name", kinds: ["string"] },
  { path: "stock", kinds: ["int"] },
  { path: "created", kinds: ["date"] },
  { path: "dims", kinds: ["object"] },
  { path: "dims.width", kinds: ["double"] },
  { path: "lines", kinds: ["array"] },
  { path: "lines.sku", kinds: ["string"] },
  { path: "unit price", kinds: ["decimal"] },
  { path: 'say "it"', kinds: ["string"] },
];

/** Completes at the `^` of a text. */
function at(marked: string, part: CompletedPart = "filter") {
  const cursor = marked.indexOf("^");
  return complete(part, marked.replace("^", ""), cursor, fields);
}

function labels(marked: string, part: CompletedPart = "filter"): string[] {
  return at(marked, part)?.suggestions.map(({ label }) => label) ?? [];
}

/** The text with a suggestion in it, marked where the cursor goes. */
function accepted(marked: string, label: string, part: CompletedPart = "filter"): string {
  const completion = at(marked, part);
  const suggestion = completion?.suggestions.find((each) => each.label === label);
  if (!completion || !suggestion) throw new Error(`${label} is not offered`);
  const { text, cursor } = accept(marked.replace("^", ""), completion, suggestion);
  return `${text.slice(0, cursor)}^${text.slice(cursor)}`;
}

describe("the place of a cursor", () => {
  const place = (marked: string) => {
    const { at: where, keys, token } = situationAt(marked.replace("^", ""), marked.indexOf("^"));
    return [where, keys.join(" "), token.text];
  };

  it.each([
    ["^", "root", "", ""],
    ["{^", "key", "", ""],
    ["{ na^me: 1 }", "key", "", "na"],
    ['{ "na^', "key", "", "na"],
    ["{ 'na^", "key", "", "na"],
    ["{ name^ : 1", "key", "", "name"],
    ["{ name ^", "nothing", "name", ""],
    ["{ name: ^", "value", "name", ""],
    ['{ "name": "x^', "value", "name", "x"],
    ["{ name: 1, ^", "key", "", ""],
    ["{ name: 1 ^", "nothing", "name", ""],
    ["{ a: { b: { ^", "key", "a b", ""],
    ["{ a: { b: 1 }, c: { ^", "key", "c", ""],
    ["{ $or: [ { a: 1 }, { ^", "key", "$or", ""],
    ["{ a: { $in: [1, ^", "value", "a $in", ""],
    ['{ a: ObjectId("^', "nothing", "a", ""],
    ['{ a: ObjectId("x"), ^', "key", "", ""],
    ["{ a: /x{[/]^", "nothing", "a", ""],
    ["{ a: /x{[/]/i, ^", "key", "", ""],
    ['{ a: "},{", ^', "key", "", ""],
    ['{ a: "x\\"y", ^', "key", "", ""],
    ["{} ^", "nothing", "", ""],
    ["]})^", "nothing", "", ""],
  ])("in %s is %s", (marked, where, keys, token) => {
    expect(place(marked)).toEqual([where, keys, token]);
  });
});

describe("keys", () => {
  it("are the fields, the most frequent first, then what joins filters", () => {
    expect(labels("{ ^").slice(0, 3)).toEqual(["_id", "name", "stock"]);
    expect(labels("{ ^")).toContain("$or");
    expect(at("{ ^")?.offered).toBe(true);
  });

  it("are found by how they begin, by a part, and anywhere", () => {
    expect(labels("{ na^")).toEqual(["name"]);
    expect(labels("{ WID^")).toEqual(["dims.width"]);
    expect(labels("{ tock^")).toEqual(["stock"]);
    expect(labels("{ zzz^")).toEqual([]);
    expect(at("{ zzz^")).toBeNull();
  });

  it("are not offered twice in one object", () => {
    expect(labels("{ name: 1, ^")).not.toContain("name");
    expect(labels("{ name: 1, $or: [{ ^")).toContain("name");
  });

  it("are quoted as those before them, and where their names need it", () => {
    expect(accepted("{ na^", "name")).toBe("{ name: ^");
    expect(accepted('{ "na^', "name")).toBe('{ "name": ^');
    expect(accepted("{ 'na^", "name")).toBe("{ 'name': ^");
    expect(accepted('{ "stock": 1, ^', "name")).toBe('{ "stock": 1, "name": ^');
    expect(accepted("{ wid^", "dims.width")).toBe('{ "dims.width": ^');
    expect(accepted("{ unit^", "unit price")).toBe('{ "unit price": ^');
    expect(accepted("{ say^", 'say "it"')).toBe('{ "say \\"it\\"": ^');
    expect(accepted("{ 'say^", 'say "it"')).toBe("{ 'say \"it\"': ^");
  });

  it("leave what follows the cursor alone", () => {
    expect(accepted('{ "na^": 1 }', "name")).toBe('{ "name"^: 1 }');
    expect(accepted('{ "na^" }', "name")).toBe('{ "name": ^ }');
    expect(accepted("{ na^ }", "name")).toBe("{ name: ^ }");
  });

  it("begin a query where there is none, when asked for", () => {
    expect(at("^")?.offered).toBe(false);
    expect(accepted("^", "stock")).toBe("{ stock: ^ }");
  });
});

describe("operators", () => {
  it("are offered on a field, before the fields inside it", () => {
    expect(labels("{ stock: { $^")).toContain("$gte");
    expect(labels("{ stock: { gt^")).toEqual(["$gt", "$gte"]);
    expect(labels("{ dims: { ^").slice(0, 1)).toEqual(["$eq"]);
    expect(labels("{ dims: { w^")).toEqual(["width"]);
  });

  it("bring what they take", () => {
    expect(accepted("{ stock: { $in^ } }", "$in")).toBe("{ stock: { $in: [^] } }");
    expect(accepted('{ "stock": { "$g^" } }', "$gt")).toBe('{ "stock": { "$gt": ^ } }');
    expect(accepted("{ $or^", "$or")).toBe("{ $or: [{ ^ }]");
  });

  it("know where they are", () => {
    expect(labels("{ $or: [{ na^")).toEqual(["name"]);
    expect(labels("{ lines: { $elemMatch: { s^").slice(0, 1)).toEqual(["sku"]);
    expect(labels("{ stock: { $not: { $g^")).toContain("$gt");
    expect(labels("{ $expr: { $sub^")).toEqual(["$subtract"]);
    expect(labels("{ name: { $type: ^")).toContain('"string"');
    expect(labels("{ name: { $exists: ^")).toEqual(["true", "false"]);
  });

  it("are those of Extended JSON too where it is written so", () => {
    expect(labels('{ "_id": { "$o^')).toContain("$oid");
    expect(labels("{ _id: { $o^")).not.toContain("$oid");
  });
});

describe("values", () => {
  it("of the field's own types come first", () => {
    expect(labels("{ _id: ^")[0]).toBe('ObjectId("…")');
    expect(labels("{ created: { $gt: ^")[0]).toBe('ISODate("…")');
    expect(labels('{ "created": ^')[0]).toBe('{ "$date": "…" }');
    expect(accepted("{ _id: ^ }", 'ObjectId("…")')).toBe('{ _id: ObjectId("^") }');
  });

  it("of a filter are offered once something is typed", () => {
    expect(at("{ _id: ^")?.offered).toBe(false);
    expect(at("{ _id: Ob^")?.offered).toBe(true);
    expect(labels("{ _id: t^")[0]).toBe("true");
  });

  it("are never put into a string or a constructor", () => {
    expect(at('{ name: "t^')).toBeNull();
    expect(at('{ name: ObjectId("^')).toBeNull();
    expect(at('{ name: "a" ^')).toBeNull();
  });

  it("are directions in a sort and switches in a projection", () => {
    expect(labels("{ name: ^", "sort")).toEqual(["1", "-1"]);
    expect(labels("{ name: -^", "sort")).toEqual(["-1"]);
    expect(labels("{ name: ^", "projection")).toEqual(["1", "0"]);
    expect(at("{ name: ^", "sort")?.offered).toBe(true);
    expect(accepted("{ name: ^ }", "-1", "sort")).toBe("{ name: -1^ }");
    expect(labels("{ lines: { $s^", "projection")).toEqual(["$slice"]);
    expect(labels("{ $^", "sort")).toEqual([]);
  });

  it("of a collation are its own", () => {
    expect(labels("{ lo^", "collation")).toEqual(["locale"]);
    expect(labels("{ strength: ^", "collation")).toEqual(["1", "2", "3", "4", "5"]);
    expect(accepted('{ "locale": "d^" }', '"de"', "collation")).toBe('{ "locale": "de"^ }');
  });
});

describe("a text of any kind", () => {
  it("never breaks it", () => {
    const text = `{ "a": [ 'x\\'', /[/]{/i, new Date(" } ] ) : , { $or: [ { b: -1.5e3 } ] } // "`;
    for (let cursor = 0; cursor <= text.length; cursor += 1)
      for (const part of ["filter", "sort", "projection", "collation", "hint"] as const)
        expect(() => complete(part, text, cursor, fields)).not.toThrow();
  });
});
