import { openDocuments } from "$lib/actions";
import type { Connection, Namespace } from "$lib/backend";
import { t } from "$lib/messages";
import { keyOf } from "$lib/place";
import { catalog, tabs, toasts } from "$lib/state";

import { fullName } from "./ask";

/** A collection was made: it is shown. */
export async function created(connection: Connection, namespace: Namespace): Promise<void> {
  toasts.show("good", t.catalog.create.done(fullName(namespace)));
  openDocuments(connection, namespace);
  await catalog.reload(connection.id, namespace.database);
}

/** A collection has another name: its tab goes with it. */
export async function renamed(connection: Connection, from: Namespace, to: Namespace): Promise<void> {
  toasts.show("good", t.catalog.renaming.done(fullName(from), fullName(to)));
  tabs.rename(keyOf(connection), from, to);
  catalog.forgetCounts(connection.id, from.database, from.collection);
  await catalog.reload(connection.id, from.database, to.database);
}

/** A collection, or a whole database, is gone: its tabs say so. */
export async function dropped(
  connection: Connection,
  database: string,
  collection: string | null,
): Promise<void> {
  toasts.show(
    "good",
    t.catalog.dropping.done(collection === null ? database : fullName({ database, collection })),
  );
  tabs.drop(keyOf(connection), database, collection);
  catalog.forgetCounts(connection.id, database, collection);
  await catalog.reload(connection.id, database);
}
