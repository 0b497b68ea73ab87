import type { Namespace } from "$lib/backend";
import { emptyQuery, type Query } from "$lib/document/query";
import type { Place } from "$lib/place";
import { readTabs, type StoredTab, writeTabs } from "$lib/stored-tabs";

let created = 0;

abstract class BaseTab {
  /** Unique as long as the window is open. */
  readonly id = `tab-${(created += 1)}`;
  /** How many changes in it have not been saved; the view keeps this true. They are kept when it is closed. */
  unsaved = $state(0);
  /** How many values are typed in it that are no values yet: closing it would lose them. */
  unfinished = $state(0);

  /** The connection, by what stays the same across a restart. */
  place = $state.raw<Place>({ key: "", name: "" });

  constructor(place: Place) {
    this.place = place;
  }
}

/** A collection's documents. */
export class DocumentsTab extends BaseTab {
  readonly kind = "documents";
  /** What is typed and what is asked for; written by the view, kept across a restart. */
  query = $state<Query>(emptyQuery());
  /** The collection was dropped from here: there is nothing to show any more. */
  gone = $state(false);

  constructor(
    place: Place,
    readonly namespace: Namespace,
    query: Query = emptyQuery(),
  ) {
    super(place);
    this.query = { ...query };
  }

  get title(): string {
    return this.namespace.collection;
  }
}

/** The state of a connection's replica set. */
export class HealthTab extends BaseTab {
  readonly kind = "health";
}

export type Tab = DocumentsTab | HealthTab;

/** The open tabs. They survive a restart. */
export class Tabs {
  all = $state.raw<readonly Tab[]>([]);
  activeId = $state<string | null>(null);

  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
    const { tabs, active } = readTabs(storage);
    this.all = tabs.map(revive);
    this.activeId = this.all[active]?.id ?? this.all[0]?.id ?? null;
  }

  get active(): Tab | null {
    return this.all.find((tab) => tab.id === this.activeId) ?? null;
  }

  /** How many values are typed in the tabs of a connection that are no values yet. */
  unfinishedAt(key: string): number {
    return this.all.reduce((sum, tab) => sum + (tab.place.key === key ? tab.unfinished : 0), 0);
  }

  /** Writes what is open, with its queries. To be called in an effect: it reads everything it stores. */
  store(): void {
    const kept = this.all.filter((tab) => tab.kind !== "documents" || !tab.gone);
    writeTabs(this.#storage, {
      tabs: kept.map(toStored),
      active: kept.findIndex((tab) => tab.id === this.activeId),
    });
  }

  /** Shows a collection, in the tab that has it already or in a new one. */
  openDocuments(place: Place, namespace: Namespace): DocumentsTab {
    const open = this.all.find(
      (tab): tab is DocumentsTab =>
        tab.kind === "documents" &&
        tab.place.key === place.key &&
        tab.namespace.database === namespace.database &&
        tab.namespace.collection === namespace.collection,
    );
    // One of that name is there again.
    if (open !== undefined) open.gone = false;
    return this.#show(open ?? new DocumentsTab(place, namespace));
  }

  /** Puts a tab of the new name in the place of one of the old name, with what was asked there. */
  rename(key: string, from: Namespace, to: Namespace): void {
    this.all = this.all.map((tab) => {
      if (!shows(tab, key, from.database, from.collection)) return tab;
      const renamed = new DocumentsTab(tab.place, to, tab.query);
      if (this.activeId === tab.id) this.activeId = renamed.id;
      return renamed;
    });
  }

  /** Tells the tabs of a collection, or of a whole database, that it was dropped. */
  drop(key: string, database: string, collection: string | null): void {
    for (const tab of this.all) if (shows(tab, key, database, collection)) tab.gone = true;
  }

  /** How many changes have not been saved in the tabs of a collection, or of a whole database. */
  unsavedIn(key: string, database: string, collection: string | null): number {
    return this.all.reduce((sum, tab) => sum + (shows(tab, key, database, collection) ? tab.unsaved : 0), 0);
  }

  openHealth(place: Place): HealthTab {
    const open = this.all.find(
      (tab): tab is HealthTab => tab.kind === "health" && tab.place.key === place.key,
    );
    return this.#show(open ?? new HealthTab(place));
  }

  #show<T extends Tab>(tab: T): T {
    if (!this.all.includes(tab)) this.all = [...this.all, tab];
    this.activeId = tab.id;
    return tab;
  }

  /** Closes a tab, whatever it holds; its neighbour comes to the front. */
  close(id: string): void {
    const index = this.all.findIndex((tab) => tab.id === id);
    if (index === -1) return;
    this.all = this.all.filter((tab) => tab.id !== id);
    if (this.activeId === id) this.activeId = (this.all[index] ?? this.all[index - 1])?.id ?? null;
  }

  /** Takes the tabs of one place to another, as when the lab had to move to other ports. */
  move(from: (place: Place) => boolean, to: Place): void {
    for (const tab of this.all) if (from(tab.place)) tab.place = to;
  }

  /** Goes to the tab so many places to the right, around the ends. */
  step(by: number): void {
    const index = this.all.findIndex((tab) => tab.id === this.activeId);
    if (index === -1) return;
    const { length } = this.all;
    this.activeId = this.all[(index + by + length) % length]?.id ?? null;
  }
}

/** Whether a tab shows this collection, or any of this database. */
function shows(tab: Tab, key: string, database: string, collection: string | null): tab is DocumentsTab {
  return (
    tab.kind === "documents" &&
    tab.place.key === key &&
    tab.namespace.database === database &&
    (collection === null || tab.namespace.collection === collection)
  );
}

function revive(stored: StoredTab): Tab {
  return stored.kind === "documents"
    ? new DocumentsTab(stored.place, stored.namespace, stored.query)
    : new HealthTab(stored.place);
}

function toStored(tab: Tab): StoredTab {
  return tab.kind === "documents"
    ? { kind: tab.kind, place: tab.place, namespace: tab.namespace, query: { ...tab.query } }
    : { kind: tab.kind, place: tab.place };
}
