import { describe, expect, it } from "vitest";

import { type KeyPress, matches, showKeys, worksWhileTyping } from "./keys";

const press = (key: string, down: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...down,
});

describe("shortcuts", () => {
  it("take Ctrl elsewhere and Command on a Mac", () => {
    expect(matches("Mod+K", press("k", { ctrlKey: true }), false)).toBe(true);
    expect(matches("Mod+K", press("k", { metaKey: true }), true)).toBe(true);
    expect(matches("Mod+K", press("k", { ctrlKey: true }), true)).toBe(false);
  });

  it("want exactly the keys that are named", () => {
    expect(matches("Mod+K", press("K", { ctrlKey: true, shiftKey: true }), false)).toBe(false);
    expect(matches("Ctrl+Shift+Tab", press("Tab", { ctrlKey: true, shiftKey: true }), false)).toBe(true);
    expect(matches("Ctrl+Tab", press("Tab", { ctrlKey: true, shiftKey: true }), false)).toBe(false);
  });

  it("do not care how a keyboard makes a sign", () => {
    expect(matches("?", press("?", { shiftKey: true }), false)).toBe(true);
    expect(matches("?", press("?"), false)).toBe(true);
  });

  it("leave plain letters to whoever types", () => {
    expect(worksWhileTyping("?")).toBe(false);
    expect(worksWhileTyping("F1")).toBe(true);
    expect(worksWhileTyping("Mod+K")).toBe(true);
    expect(worksWhileTyping("Mod+Home")).toBe(false);
  });

  it("are shown as the keyboard names them", () => {
    expect(showKeys("Mod+Shift+K", false)).toBe("Ctrl Shift K");
    expect(showKeys("Mod+K", true)).toBe("⌘K");
    expect(showKeys("Ctrl+PageDown", false)).toBe("Ctrl PgDn");
  });
});
