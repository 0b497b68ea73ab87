import { t } from "$lib/messages";
import { isSystem } from "$lib/tree";

const words = t.catalog.names;
const DATABASE_BYTES = 63;
const NAMESPACE_BYTES = 255;
/** What a database name cannot hold; the same as in the core, which has the last word. */
const DATABASE_SIGNS = /[\0/\\. "$]/u;
const COLLECTION_SIGNS = /[\0$]/u;

const bytes = (text: string) => new TextEncoder().encode(text).length;
const shown = (sign: string) => (sign === " " ? words.space : sign === "\0" ? "NUL" : `“${sign}”`);

/** What is wrong with the name of a database; null while nothing is, or nothing is typed. */
export function databaseMistake(name: string): string | null {
  const [sign] = DATABASE_SIGNS.exec(name) ?? [];
  if (sign !== undefined) return words.databaseSign(shown(sign));
  if (isSystem(name.toLowerCase())) return words.ownDatabase(name);
  return bytes(name) > DATABASE_BYTES ? words.databaseLong : null;
}

/** What is wrong with the name of a new collection; null while nothing is, or nothing is typed. */
export function collectionMistake(database: string, name: string): string | null {
  const [sign] = COLLECTION_SIGNS.exec(name) ?? [];
  if (sign !== undefined) return words.collectionSign(shown(sign));
  if (name.startsWith(".") || name.endsWith(".")) return words.dots;
  if (name.startsWith("system.")) return words.ownCollection;
  return bytes(database) + 1 + bytes(name) > NAMESPACE_BYTES ? words.long : null;
}
