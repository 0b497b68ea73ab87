import { describe, expect, it } from "vitest";

import type { DesktopOperations, Settings as Kept } from "$lib/backend";
import { failure, fakeBackend } from "./fake-backend";
import { Settings } from "./settings.svelte";

const kept: Kept = {
  theme: "dark",
  rest: { enabled: true, address: "127.0.0.1:1", allowedOrigins: ["http://localhost:3000"] },
  undo: { limitMegabytes: 64 },
};

function windowOf(saved: Kept[], refuses = false): Settings {
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  } as unknown as Storage;
  const desktop = {
    settings: () => Promise.resolve(saved.at(-1) ?? kept),
    saveSettings: (asked: Kept) => {
      if (refuses) return Promise.reject(failure("full"));
      saved.push(asked);
      return Promise.resolve(asked);
    },
  } as unknown as DesktopOperations;
  return new Settings(fakeBackend({ desktop }), storage);
}

describe("a setting", () => {
  it("that is changed leaves all others as they are", async () => {
    const saved: Kept[] = [];
    const settings = windowOf(saved);
    await settings.setTheme("light");
    await settings.setUndo({ limitMegabytes: 128 });
    expect(saved).toEqual([
      { ...kept, theme: "light" },
      { ...kept, theme: "light", undo: { limitMegabytes: 128 } },
    ]);
    expect([settings.theme, settings.undo]).toEqual(["light", { limitMegabytes: 128 }]);
  });

  it("that could not be kept is not shown as kept", async () => {
    const settings = windowOf([], true);
    await settings.load();
    await expect(settings.setUndo({ limitMegabytes: 1 })).rejects.toThrow("full");
    expect(settings.undo).toEqual({ limitMegabytes: 64 });
  });
});
