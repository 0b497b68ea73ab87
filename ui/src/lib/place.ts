import type { Connection } from "$lib/backend/bindings";

/** A connection by what stays the same across a restart: whom it asks as whom, and its name. */
export interface Place {
  /** See `keyOf`. */
  key: string;
  name: string;
}

// Scheme, user with or without password, hosts.
const URI = /^mongodb(?:\+srv)?:\/\/(?:([^@/?]*)@)?([^/?]*)/i;

/** The user and the hosts: two connections of the same key show the same data. */
export function keyOf({ user, hosts }: Pick<Connection, "user" | "hosts">): string {
  return user === null ? hosts : `${user}@${hosts}`;
}

/** The key that a connection by this string will have. */
export function keyOfUri(uri: string): string {
  const [, user, hosts = ""] = URI.exec(uri.trim()) ?? [];
  return keyOf({ user: user === undefined ? null : decode(user.replace(/:.*$/, "")), hosts });
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
