import type { Backend, Namespace } from "$lib/backend";

type Asked = Pick<Backend, "locateCollections">;

/** Whether a majority has a collection of this name. */
export async function isThere(
  backend: Asked,
  connection: string,
  { database, collection }: Namespace,
): Promise<boolean> {
  const found = await backend.locateCollections({ connection, database, name: collection, uuid: null });
  return found.length > 0;
}

/** Whether a majority has a collection no more: by its UUID, or by its name where it has none; or any of a database. */
export async function isGone(
  backend: Asked,
  connection: string,
  database: string,
  collection: { name: string; uuid: string | null } | null,
): Promise<boolean> {
  const byUuid = collection?.uuid ?? null;
  const name = byUuid === null ? (collection?.name ?? null) : null;
  const found = await backend.locateCollections({ connection, database, name, uuid: byUuid });
  return found.length === 0;
}

/** Whether a majority has a collection under its new name. In another database it has another UUID. */
export async function isRenamed(
  backend: Asked,
  connection: string,
  from: Namespace,
  uuid: string,
  to: Namespace,
): Promise<boolean> {
  if (from.database !== to.database)
    return (
      (await isGone(backend, connection, from.database, { name: from.collection, uuid })) &&
      (await isThere(backend, connection, to))
    );
  const found = await backend.locateCollections({ connection, database: to.database, name: null, uuid });
  return found.some(({ name }) => name === to.collection);
}
