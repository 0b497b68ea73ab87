import { describe, expect, it } from "vitest";

import { compare, type Draft, editAt, rebase, settle, valueOf, withEdit, withoutEdit } from "./draft";
import { array, leaf, object, path, stringEdit, typed } from "./testing";

const nameEdit = stringEdit(1, "name", "gear", "spare");

describe("a draft", () => {
  it("holds one edit for each value, the latest", () => {
    const draft = withEdit(withEdit([], nameEdit), { ...nameEdit, after: typed("string", "other") });
    expect(draft).toEqual([{ ...nameEdit, after: typed("string", "other") }]);
  });

  it("forgets a value that is changed back", () => {
    const draft = withEdit(withEdit([], nameEdit), { ...nameEdit, after: nameEdit.before });
    expect(draft).toEqual([]);
  });

  it("measures a second change against what was read, not against the first change", () => {
    const second = { ...nameEdit, before: nameEdit.after, after: typed("string", "third") };
    expect(withEdit([nameEdit], second)[0]?.before).toEqual(nameEdit.before);
  });

  it("tells two fields of the same name apart by position", () => {
    const twin = stringEdit(2, "name", "gear", "twin");
    const draft = withEdit(withEdit([], nameEdit), twin);
    expect(draft).toHaveLength(2);
    expect(editAt(draft, path([2, "name"]))).toEqual(twin);
    expect(withoutEdit(draft, path([1, "name"]))).toEqual([twin]);
  });
});

describe("a value to edit", () => {
  it("is whole, undamaged and no container", () => {
    expect(valueOf(leaf("a", "int", "1"))).toEqual(typed("int", "1"));
    expect(valueOf(leaf("a", "string", "begin", { cut: true }))).toBeNull();
    expect(valueOf(leaf("a", "string", "\ufffd", { damaged: true }))).toBeNull();
    expect(valueOf(object("a", []))).toBeNull();
    expect(valueOf(null)).toBeNull();
  });
});

describe("after somebody else changed the document", () => {
  const tagEdit = {
    path: [...path([2, "tags"], [1, "1"])],
    before: typed("string", "lamp"),
    after: typed("string", "spare"),
  };
  const draft: Draft = [nameEdit, tagEdit];

  it("an edit follows its field to another position", () => {
    const fields = [
      leaf("_id", "int", "1"),
      leaf("added", "int", "1"),
      leaf("name", "string", "gear"),
      array("tags", [leaf("", "string", "a"), leaf("", "string", "bulb")]),
    ];
    const { draft: rebased, lost } = rebase(draft, fields);
    expect(lost).toEqual([]);
    expect(rebased.map((edit) => edit.path[0]?.index)).toEqual([2, 3]);
    expect(rebased[1]?.before).toEqual(typed("string", "bulb"));
    expect(rebased[1]?.after).toEqual(tagEdit.after);
  });

  it("an edit that somebody else made too is done", () => {
    const { draft: rebased } = rebase([nameEdit], [leaf("_id", "int", "1"), leaf("name", "string", "spare")]);
    expect(rebased).toEqual([]);
  });

  it("an edit of a field that is gone is told, not dropped in silence", () => {
    expect(rebase(draft, [leaf("_id", "int", "1")])).toEqual({ draft: [], lost: draft });
  });

  it("an edit does not guess between two fields of one name", () => {
    const fields = [leaf("name", "string", "a"), leaf("x", "int", "1"), leaf("name", "string", "b")];
    expect(rebase([nameEdit], fields).lost).toEqual([nameEdit]);
  });

  it("shows what is there now beside what was wished", () => {
    const [comparison] = compare([nameEdit], [leaf("_id", "int", "1"), leaf("name", "string", "theirs")]);
    expect(comparison?.now).toEqual(typed("string", "theirs"));
  });
});

describe("a write of unknown outcome", () => {
  const priceEdit = { path: [...path([0, "price"])], before: typed("int", "1"), after: typed("int", "2") };
  const draft: Draft = [priceEdit, nameEdit];
  const stands = (price: string, name: string) => [leaf("price", "int", price), leaf("name", "string", name)];

  it("was applied when every value is as wished", () => {
    expect(settle(draft, stands("2", "spare"))).toBe("applied");
  });

  it("was not applied when every value is as before", () => {
    expect(settle(draft, stands("1", "gear"))).toBe("notApplied");
  });

  it("is neither when a value is something else, or only some are as wished", () => {
    expect(settle(draft, stands("2", "gear"))).toBe("different");
    expect(settle(draft, stands("3", "theirs"))).toBe("different");
    expect(settle(draft, [])).toBe("different");
  });
});
