import type { Namespace } from "$lib/backend/bindings";
import { type Query, queryFrom } from "$lib/document/query";
import type { Place } from "$lib/place";

/** A tab as it is kept across a restart. */
export type StoredTab =
  | {
      kind: "documents";
      place: Place;
      namespace: Namespace;
      query: Query;
    }
  | { kind: "health"; place: Place };

/** The tabs, and the position of the one in front. */
export interface StoredTabs {
  tabs: StoredTab[];
  active: number;
}

const KEY = "trivet.tabs.3";

/** Reads the tabs of the last time. What cannot be read is left out: an old or broken entry never stops the window. */
export function readTabs(storage: Pick<Storage, "getItem">): StoredTabs {
  try {
    const read: unknown = JSON.parse(storage.getItem(KEY) ?? "null");
    if (!isRecord(read) || !Array.isArray(read["tabs"])) return { tabs: [], active: -1 };
    return {
      tabs: read["tabs"].filter(isStoredTab).map(whole),
      active: typeof read["active"] === "number" ? read["active"] : -1,
    };
  } catch {
    return { tabs: [], active: -1 };
  }
}

export function writeTabs(storage: Pick<Storage, "setItem">, tabs: StoredTabs): void {
  try {
    storage.setItem(KEY, JSON.stringify(tabs));
  } catch {
    // A full or forbidden storage costs the tabs of the next start, nothing now.
  }
}

function isStoredTab(value: unknown): value is StoredTab {
  if (!isRecord(value) || !hasTexts(value["place"], ["key", "name"])) return false;
  if (value["kind"] === "health") return true;
  return (
    value["kind"] === "documents" &&
    hasTexts(value["namespace"], ["database", "collection"]) &&
    hasTexts(value["query"], ["filter", "sort", "projection"])
  );
}

/** A tab of an earlier version knows fewer parts of a query. */
function whole(tab: StoredTab): StoredTab {
  return tab.kind === "documents" ? { ...tab, query: queryFrom(tab.query) } : tab;
}

function hasTexts(value: unknown, names: readonly string[]): boolean {
  return isRecord(value) && names.every((name) => typeof value[name] === "string");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
