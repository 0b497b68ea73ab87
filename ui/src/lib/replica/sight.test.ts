import { describe, expect, it } from "vitest";

import { member, snapshot, view } from "./samples";
import { cellWords, sightRows } from "./sight";

const set = snapshot({
  members: ["a:1", "b:1", "c:1"].map((host) => member({ host })),
  views: [
    view("a:1", [
      ["a:1", "primary"],
      ["b:1", "secondary", { heardSeconds: 30 }],
      ["c:1", "down", { message: "Connection refused" }],
    ]),
    view("b:1", [
      ["a:1", "primary"],
      ["b:1", "secondary"],
      ["c:1", "down"],
    ]),
  ],
});

describe("who sees whom", () => {
  const rows = sightRows(set);

  it("has a row for each member, empty where it cannot be asked", () => {
    expect(rows.map(({ viewer, view }) => [viewer, view !== null])).toEqual([
      ["a:1", true],
      ["b:1", true],
      ["c:1", false],
    ]);
    expect(rows[2]?.cells.map(({ glance }) => glance)).toEqual([null, null, null]);
  });

  it("marks a member that answers and whose own calls do not arrive", () => {
    expect(rows[0]?.cells.map(({ deaf }) => deaf)).toEqual([false, true, false]);
  });

  it("says each cell in words", () => {
    const words = rows.map(({ viewer, cells }) => cells.map((cell) => cellWords(viewer, cell)));
    expect(words).toEqual([
      [
        "a:1 itself: Primary",
        "a:1 sees b:1: Secondary. Calls of b:1 do not arrive.",
        "a:1 does not see c:1: Connection refused.",
      ],
      ["b:1 sees a:1: Primary.", "b:1 itself: Secondary", "b:1 does not see c:1."],
      ["c:1 cannot be asked", "c:1 cannot be asked", "c:1 cannot be asked"],
    ]);
  });
});
