import { describe, expect, it } from "vitest";

import { emptyQuery } from "./document/query";
import { readTabs, type StoredTabs, writeTabs } from "./stored-tabs";

function storage(initial: string | null = null) {
  let text = initial;
  return { getItem: () => text, setItem: (_: string, value: string) => void (text = value) };
}

const tabs: StoredTabs = {
  tabs: [
    { kind: "health", place: { key: "db", name: "db" } },
    {
      kind: "documents",
      place: { key: "db", name: "db" },
      namespace: { database: "a", collection: "b" },
      query: { ...emptyQuery(), filter: "{}" },
    },
  ],
  active: 1,
};

describe("tabs across a restart", () => {
  it("come back as they were", () => {
    const kept = storage();
    writeTabs(kept, tabs);
    expect(readTabs(kept)).toEqual(tabs);
  });

  it.each([null, "", "{", "[]", "7", '{"tabs":3}'])("are none when what was kept is %j", (text) => {
    expect(readTabs(storage(text)).tabs).toEqual([]);
  });

  it("leave out what cannot be read and keep the rest", () => {
    const text = JSON.stringify({
      tabs: [{ kind: "chart" }, { kind: "documents", place: {} }, tabs.tabs[0]],
      active: 0,
    });
    expect(readTabs(storage(text)).tabs).toEqual([tabs.tabs[0]]);
  });

  it("of an earlier version have a query with the parts that it knew", () => {
    const old = { ...tabs.tabs[1], query: { filter: "{}", sort: "{}", projection: "" } };
    const [read] = readTabs(storage(JSON.stringify({ tabs: [old], active: 0 }))).tabs;
    expect(read).toEqual({ ...old, query: { ...emptyQuery(), filter: "{}", sort: "{}" } });
  });

  it("never stop the window when nothing can be kept", () => {
    const full = {
      setItem: () => {
        throw new DOMException("full", "QuotaExceededError");
      },
    };
    expect(() => writeTabs(full, tabs)).not.toThrow();
  });
});
