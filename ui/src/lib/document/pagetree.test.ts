import { describe, expect, it } from "vitest";

import { indexOf, missingOf, pageTree, parentOf, ROOT } from "./pagetree";
import { pathKey } from "./path";
import { array, leaf, object, path, view } from "./testing";

const dims = path([1, "dims"]);
const rows = [
  view([leaf("_id", "int", "1"), object("dims", [leaf("w", "int", "3")], 4)], { id: "1" }),
  view([leaf("_id", "int", "2")], { id: "2", cut: true }),
];

const tree = (open: Record<string, string[]>) =>
  pageTree(rows, ({ id }) => {
    const keys = open[id ?? ""];
    return keys ? new Set(keys) : null;
  });
const words = (open: Record<string, string[]>) =>
  tree(open).lines.map((line) => {
    if (line.is === "document") return `${line.row}`;
    return line.is === "more" ? `${line.row} +${line.count}` : `${line.row} ${line.node.name}`;
  });

describe("a page as a tree", () => {
  it("has a line for each document while all are closed", () => {
    expect(words({})).toEqual(["0", "1"]);
  });

  it("has the fields of open documents below them, and says what is missing", () => {
    expect(words({ 1: [pathKey(dims)] })).toEqual(["0", "0 _id", "0 dims", "0 w", "0 +3", "1"]);
    expect(words({ 2: [] })).toEqual(["0", "1", "1 _id", "1 +null"]);
  });

  it("finds a line by its row and key, or the document where it is not shown", () => {
    const page = tree({ 1: [], 2: [] });
    expect(indexOf(page, 0, pathKey(dims))).toBe(2);
    expect(indexOf(page, 1, pathKey(dims))).toBe(3);
    expect(indexOf(page, 1, ROOT)).toBe(3);
    expect(indexOf(page, 7, ROOT)).toBe(-1);
  });

  it("leads from a line to what it stands in", () => {
    const page = tree({ 1: [pathKey(dims)] });
    expect([3, 4, 2, 0, 5].map((at) => parentOf(page, at))).toEqual([2, 2, 0, 0, 5]);
  });
});

describe("what is missing of a value", () => {
  it("is counted in elements, or in bytes", () => {
    expect(missingOf(array("a", [leaf("", "int", "1")], 30))).toBe(29);
    expect(missingOf(leaf("a", "string", "é…", { size: 100, cut: true }))).toBe(95);
    expect(missingOf(leaf("a", "string", "whole"))).toBe(0);
  });

  it("of a binary value is counted in its bytes, not in those of its text", () => {
    expect(missingOf(leaf("a", "binData", 'BinData(0, "AAAAAAAA")', { size: 100, cut: true }))).toBe(94);
    expect(missingOf(leaf("a", "binData", 'BinData(0, "AAA=")', { size: 100, cut: true }))).toBe(98);
  });

  it("is not known where nothing tells the size", () => {
    expect(missingOf(leaf("a", "regex", "/long", { cut: true }))).toBeNull();
  });
});
