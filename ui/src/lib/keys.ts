/** Keys as they are written in the code: `Mod+K`, `Ctrl+Tab`, `Shift+F1`, `?`. `Mod` is Ctrl, or ⌘ on a Mac. */
export type Keys = string;

/** The part of a keyboard event that tells which keys are down. */
export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

/** Whether this is a Mac, where ⌘ stands in for Ctrl. */
export function isMac(platform: string = navigator.platform): boolean {
  return platform.startsWith("Mac");
}

interface Combination {
  ctrl: boolean;
  meta: boolean;
  alt: boolean;
  shift: boolean;
  key: string;
}

function parse(keys: Keys, mac: boolean): Combination {
  const parts = keys.split("+");
  const key = parts.pop() ?? "";
  const has = (name: string) => parts.includes(name);
  return {
    ctrl: has("Ctrl") || (has("Mod") && !mac),
    meta: has("Meta") || (has("Mod") && mac),
    alt: has("Alt"),
    shift: has("Shift"),
    key: key.toLowerCase(),
  };
}

/** Whether these keys are the ones pressed. */
export function matches(keys: Keys, press: KeyPress, mac: boolean = isMac()): boolean {
  const wanted = parse(keys, mac);
  // A sign such as `?` needs Shift on some keyboards and not on others.
  const shiftMatters = wanted.key.length > 1 || /[a-z]/.test(wanted.key);
  return (
    press.key.toLowerCase() === wanted.key &&
    press.ctrlKey === wanted.ctrl &&
    press.metaKey === wanted.meta &&
    press.altKey === wanted.alt &&
    (!shiftMatters || press.shiftKey === wanted.shift)
  );
}

/** Whether these keys may be taken while somebody types into a field. */
export function worksWhileTyping(keys: Keys): boolean {
  // They move the cursor in a text.
  if (/\+(Home|End)$/.test(keys)) return false;
  return /^(Mod|Ctrl|Meta|Alt)\+/.test(keys) || /^F\d+$/.test(keys);
}

const words: Record<string, string> = {
  arrowup: "↑",
  arrowdown: "↓",
  arrowleft: "←",
  arrowright: "→",
  enter: "↵",
  escape: "Esc",
  delete: "Del",
  pageup: "PgUp",
  pagedown: "PgDn",
};

/** The keys as they are shown: `Ctrl K`, `⌘K`. */
export function showKeys(keys: Keys, mac: boolean = isMac()): string {
  const parts = keys.split("+");
  const key = parts.pop() ?? "";
  const signs: Record<string, string> = mac
    ? { Mod: "⌘", Meta: "⌘", Ctrl: "⌃", Alt: "⌥", Shift: "⇧" }
    : { Mod: "Ctrl", Meta: "Meta", Ctrl: "Ctrl", Alt: "Alt", Shift: "Shift" };
  const last = words[key.toLowerCase()] ?? (key.length === 1 ? key.toUpperCase() : key);
  return [...parts.map((part) => signs[part] ?? part), last].join(mac ? "" : " ");
}
