import { t } from "$lib/messages";
import type { Tab } from "$lib/state/tabs.svelte";

/** What a tab is called: the collection, and as much before it as tells it from the other tabs. */
export function tabTitle(tab: Tab, all: readonly Tab[]): string {
  if (tab.kind === "health") return t.replica.healthOf(tab.place.name);
  const { database, collection } = tab.namespace;
  const alike = all.filter(
    (other) => other !== tab && other.kind === "documents" && other.namespace.collection === collection,
  );
  if (alike.length === 0) return collection;
  const name = `${database}.${collection}`;
  const elsewhere = alike.some(
    (other) => other.kind === "documents" && other.namespace.database === database,
  );
  return elsewhere ? `${tab.place.name} · ${name}` : name;
}
