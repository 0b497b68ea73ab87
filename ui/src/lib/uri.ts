/** A connection string and the password that stood in it. */
export interface SplitUri {
  /** Without the password. */
  uri: string;
  /** Decoded; null where there was none. */
  password: string | null;
}

// Scheme, user name, password. A password may hold raw "@" or ":" in a string that is not quite right:
// the last "@" before the first "/" or "?" ends it, as the drivers read it.
const WITH_PASSWORD = /^(mongodb(?:\+srv)?:\/\/)([^:@/?]*):([^/?]*)@/i;
const WITH_USER = /^(mongodb(?:\+srv)?:\/\/)([^:@/?]+)@/i;

/** Takes the password out of a connection string, so that it need not stand readable in a field. */
export function splitPassword(uri: string): SplitUri {
  const text = uri.trim();
  const found = WITH_PASSWORD.exec(text);
  if (found === null) return { uri: text, password: null };
  const [whole, scheme = "", user = "", password = ""] = found;
  return { uri: `${scheme}${user}@${text.slice(whole.length)}`, password: decode(password) };
}

/** Puts a password back. A connection string without a user name, or with a password, is left as it is. */
export function joinPassword(uri: string, password: string): string {
  const text = uri.trim();
  if (password === "") return text;
  return text.replace(
    WITH_USER,
    (_, scheme: string, user: string) => `${scheme}${user}:${encodeURIComponent(password)}@`,
  );
}

/** Whether the connection string names a user, and so may need a password. */
export function hasUser(uri: string): boolean {
  return WITH_USER.test(uri.trim()) || WITH_PASSWORD.test(uri.trim());
}

/** Whether two connection strings say the same but for a password. */
export function sameUri(one: string, other: string): boolean {
  return splitPassword(one).uri === splitPassword(other).uri;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
