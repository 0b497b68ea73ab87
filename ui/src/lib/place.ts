import type { Connection } from "$lib/backend/bindings";

/** What a person calls a connection, and how careful the window is with it. */
type Called = Pick<Connection, "name" | "environment">;

/** A connection by what stays the same across a restart: whom it asks as whom, and what it is called. */
export interface Place {
  /** See `keyOf`. */
  key: string;
  name: string;
}

// Scheme, user with or without password, hosts.
const URI = /^mongodb(?:\+srv)?:\/\/(?:([^@/?]*)@)?([^/?]*)/i;

/**
 * The user and the hosts, and what the connection is called: what was opened as production is never shown by a
 * connection that was not, though both reach the same servers.
 */
export function keyOf(connection: Pick<Connection, "user" | "hosts"> & Called): string {
  const { user, hosts, environment, name } = connection;
  return `${user === null ? hosts : `${user}@${hosts}`}#${environment} ${name}`;
}

/** The key that a connection by this string will have. */
export function keyOfUri(uri: string, called: Called): string {
  const [, user, hosts = ""] = URI.exec(uri.trim()) ?? [];
  return keyOf({ ...called, user: user === undefined ? null : decode(user.replace(/:.*$/, "")), hosts });
}

export function placeOf(connection: Connection): Place {
  return { key: keyOf(connection), name: connection.name };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
