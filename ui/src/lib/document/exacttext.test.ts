import { describe, expect, it } from "vitest";

import { BackendError, type DocumentView, type GetTextRequest } from "$lib/backend";
import { exactText } from "./exacttext";
import type { Target } from "./target";
import { type DocumentOperations, type Source } from "./source";
import { array, leaf, object, path, view } from "./testing";

const stored = view([
  leaf("_id", "int", "1"),
  leaf("name", "string", "bolt"),
  array("tags", [leaf("", "string", "a")], 90),
  object("dims", [leaf("w", "int", "3")]),
]);

let asked: GetTextRequest[] = [];

function sourceOf(document: DocumentView = stored, damaged = false): Source {
  asked = [];
  const backend = {
    getDocument: async () => document,
    getText: async (request: GetTextRequest) => {
      asked.push(request);
      if (request.format === "canonical") throw BackendError.of("NotFound", "gone");
      return { text: "the text", damaged, etag: "" };
    },
  } as unknown as DocumentOperations;
  return { backend, connection: "c", namespace: { database: "d", collection: "c" }, readOnly: false };
}

const target = (more: Partial<Target> = {}): Target => ({
  document: stored,
  path: [],
  stored: true,
  ...more,
});

describe("an exact text", () => {
  it("is read anew by the value's path, on one line", async () => {
    const at = path([2, "tags"], [40, "40"]);
    expect(await exactText(sourceOf(), target({ path: at }), "shell")).toEqual({
      text: "the text",
      damaged: false,
    });
    expect(asked).toMatchObject([{ id: "id", path: at, format: "shell", layout: "compact" }]);
  });

  it("of a document has a line for every value, and is whole under a projection too", async () => {
    await exactText(sourceOf(), target({ stored: false }), "relaxed");
    expect(asked).toMatchObject([{ path: [], format: "relaxed", layout: "indented" }]);
  });

  it("says when no text gives its bytes back", async () => {
    expect(await exactText(sourceOf(stored, true), target(), "shell")).toMatchObject({ damaged: true });
  });

  it("throws why it could not be read", async () => {
    await expect(exactText(sourceOf(), target(), "canonical")).rejects.toThrow("gone");
  });

  it("there is none of nothing, nor of a document without an _id", async () => {
    expect(await exactText(sourceOf(), null, "shell")).toEqual({ reason: "nothing" });
    const nameless = target({ document: view([], { id: null }) });
    expect(await exactText(sourceOf(), nameless, "shell")).toEqual({ reason: "noId" });
    expect(asked).toEqual([]);
  });
});

describe("a value of a projected row", () => {
  const row = (fields: DocumentView["fields"]) => target({ document: view(fields), stored: false });

  it("is found where it stands in its document", async () => {
    const { document, stored } = row([array("tags", [], 90), object("dims", [leaf("w", "int", "3")])]);
    await exactText(sourceOf(), { document, stored, path: path([1, "dims"], [0, "w"]) }, "shell");
    await exactText(sourceOf(), { document, stored, path: path([0, "tags"]) }, "shell");
    expect(asked[0]?.path).toEqual(path([2, "tags"]));
  });

  it("is found by the beginning of a text that was cut", async () => {
    const name = row([leaf("name", "string", "bo", { size: 4, cut: true })]);
    await exactText(sourceOf(), { ...name, path: path([0, "name"]) }, "shell");
    expect(asked[0]?.path).toEqual(path([1, "name"]));
    const data = (text: string, cut: boolean) => leaf("data", "binData", text, { size: 9, cut });
    const cut = row([data('BinData(0, "AQIDBA==")', true)]);
    const whole = view([data('BinData(0, "AQIDBAUGBwgJ")', false)]);
    await exactText(sourceOf(whole), { ...cut, path: path([0, "data"]) }, "shell");
    expect(asked[0]?.path).toEqual(path([0, "data"]));
  });

  it("is not looked for in an array, where others may have come to its position", async () => {
    const { document, stored } = row([array("tags", [leaf("", "string", "a")], 90)]);
    const inside = { document, stored, path: path([0, "tags"], [0, "0"]) };
    expect(await exactText(sourceOf(), inside, "shell")).toEqual({ reason: "computed" });
  });

  it.each([
    ["made by the projection", leaf("made", "int", "7")],
    ["changed by it", leaf("name", "string", "BOLT")],
    ["cut by it", array("tags", [leaf("", "string", "a")], 1)],
    ["of another type", leaf("name", "int", "7")],
    ["changed inside", object("dims", [leaf("w", "int", "4")])],
    ["made of other elements", array("tags", [leaf("", "string", "b")], 90)],
    ["changed and cut", leaf("name", "string", "be", { size: 4, cut: true })],
  ])("is not taken for the stored one where it was %s", async (_, node) => {
    const made = { ...row([node]), path: path([0, node.name]) };
    expect(await exactText(sourceOf(), made, "shell")).toEqual({ reason: "computed" });
    expect(asked).toEqual([]);
  });
});
