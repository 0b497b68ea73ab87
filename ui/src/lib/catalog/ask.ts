import type { CollectionKind, Connection, Namespace } from "$lib/backend/bindings";

/** A change of the catalogue that somebody wants to make: a dialog asks for the rest. */
export type CatalogAsk =
  | { is: "create"; connection: Connection; /** Null for a new one. */ database: string | null }
  | { is: "rename"; connection: Connection; namespace: Namespace }
  | {
      is: "drop";
      connection: Connection;
      database: string;
      /** Null for the whole database. */
      collection: { name: string; kind: CollectionKind } | null;
    };

/** A collection's name as a person types it. */
export function fullName({ database, collection }: Namespace): string {
  return `${database}.${collection}`;
}
