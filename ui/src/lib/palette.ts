import { openDocuments, showConnection, showTab } from "$lib/actions";
import type { Keys } from "$lib/keys";
import { t } from "$lib/messages";
import { keyOfUri } from "$lib/place";
import { catalog, commands, connections, frame, tabs } from "$lib/state";
import { tabTitle } from "$lib/tab-title";
import { isSystem } from "$lib/tree";

/** Something the palette finds. */
export interface PaletteItem {
  id: string;
  kind: keyof typeof t.palette.groups;
  title: string;
  /** What tells it from others of the same title. */
  detail?: string;
  keys?: Keys;
  run: () => void;
}

/** How many databases are read so that their collections can be found. */
const DATABASES_READ = 30;

/** Everything that can be found now: tabs, collections, connections, commands. */
export function paletteItems(): PaletteItem[] {
  return [...tabItems(), ...namespaceItems(), ...connectionItems(), ...commandItems()];
}

/** Reads the collections of the databases nobody has opened yet, so that they can be found. */
export function loadNamespaces(): void {
  for (const { id } of connections.open) {
    const databases = catalog.databases(id);
    if (databases?.state !== "ready") continue;
    databases.items
      .filter(({ name }) => !isSystem(name) && catalog.collections(id, name) === null)
      .slice(0, DATABASES_READ)
      .forEach(({ name }) => void catalog.loadCollections(id, name));
  }
}

function tabItems(): PaletteItem[] {
  return tabs.all
    .filter((tab) => tab.id !== tabs.activeId)
    .map((tab) => ({
      id: `tab ${tab.id}`,
      kind: "tab",
      title: tabTitle(tab, tabs.all),
      detail: tab.place.name,
      run: () => showTab(tab),
    }));
}

function namespaceItems(): PaletteItem[] {
  return connections.open.flatMap((connection) =>
    catalog.known(connection.id).map(({ database, collection }): PaletteItem => {
      const title = `${database}.${collection.name}`;
      const item: PaletteItem = {
        id: `namespace ${connection.id} ${title}`,
        kind: "namespace",
        title,
        run: () => openDocuments(connection, { database, collection: collection.name }),
      };
      return connections.open.length > 1 ? { ...item, detail: connection.name } : item;
    }),
  );
}

function connectionItems(): PaletteItem[] {
  const open = connections.open
    .filter((connection) => connection.id !== connections.current?.id)
    .map((connection): PaletteItem => ({
      id: `open ${connection.id}`,
      kind: "connection",
      title: t.connection.switchTo(connection.name),
      detail: connection.hosts,
      run: () => showConnection(connection),
    }));
  const recent = connections.recent
    .filter((recent) => connections.byKey(keyOfUri(recent.uri, recent)) === null)
    .map((connection): PaletteItem => ({
      id: `recent ${connection.id}`,
      kind: "connection",
      title: t.connection.connectTo(connection.name),
      detail: connection.uri,
      run: () => frame.askRecent(connection),
    }));
  return [...open, ...recent];
}

function commandItems(): PaletteItem[] {
  return commands.listed.map((command): PaletteItem => {
    const item: PaletteItem = {
      id: `command ${command.id}`,
      kind: "command",
      title: command.title,
      run: command.run,
    };
    const [keys] = command.keys ?? [];
    return keys === undefined ? item : { ...item, keys };
  });
}
