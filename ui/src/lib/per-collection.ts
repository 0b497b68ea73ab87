/** What the window remembers of each collection, in its own storage. */
import type { Namespace } from "$lib/backend/bindings";

/** Which collection: the place of its connection, and its namespace. */
export interface Owner {
  place: string;
  namespace: Namespace;
}

/** A storage such as `localStorage`. */
export type Storage = Pick<globalThis.Storage, "getItem" | "setItem">;

/** Collections remembered under one key. */
const OWNERS = 200;

/** What is kept of a collection under a key; an empty record where that is nothing, or cannot be read. */
export function readKept(storage: Storage, key: string, owner: Owner): Record<string, unknown> {
  const kept = all(storage, key)[nameOf(owner)];
  return isRecord(kept) ? kept : {};
}

/** Keeps something of a collection under a key. Says whether the storage took it. */
export function writeKept(storage: Storage, key: string, owner: Owner, kept: object): boolean {
  try {
    const others = Object.entries(all(storage, key)).filter(([name]) => name !== nameOf(owner));
    // The collection used last is the last: the first is forgotten when there are too many.
    const entries = [...others.slice(1 - OWNERS), [nameOf(owner), kept] as const];
    storage.setItem(key, JSON.stringify(Object.fromEntries(entries)));
    return true;
  } catch {
    return false;
  }
}

/** A list that was kept; what is none is an empty one. */
export function keptList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function nameOf({ place, namespace: { database, collection } }: Owner): string {
  return JSON.stringify([place, database, collection]);
}

function all(storage: Storage, key: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(storage.getItem(key) ?? "{}");
    return isRecord(read) ? read : {};
  } catch {
    return {};
  }
}
