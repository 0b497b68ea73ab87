import { expect, it } from "vitest";

import { member } from "./samples";
import { syncTree } from "./syncing";

const tree = (sources: Record<string, string | null>) =>
  syncTree(Object.entries(sources).map(([host, syncSource]) => member({ host, syncSource }))).map(
    ({ member, depth }) => [member.host, depth],
  );

it("puts each member below the one that it copies from", () => {
  expect(tree({ "c:1": "b:1", "a:1": null, "b:1": "a:1", "d:1": "a:1" })).toEqual([
    ["a:1", 0],
    ["b:1", 1],
    ["c:1", 2],
    ["d:1", 1],
  ]);
});

it("shows every member once, also where they copy in a circle or from somebody unknown", () => {
  expect(tree({ "a:1": "b:1", "b:1": "a:1", "c:1": "z:1" })).toEqual([
    ["c:1", 0],
    ["a:1", 0],
    ["b:1", 1],
  ]);
});
