import { describe, expect, expectTypeOf, it } from "vitest";

import { type Backend, type DesktopOnly, type DesktopOperations, shared, type Streams } from "./backend";
import { commands } from "./bindings";
import { http } from "./http";
import { tauri } from "./tauri";
import { Token } from "./token";

const DESKTOP_ONLY = Object.keys({
  clipboardOffer: true,
  clipboardText: true,
  connect: true,
  disconnect: true,
  discoverLocal: true,
  forgetRecent: true,
  recentConnections: true,
  restServe: true,
  restStart: true,
  restStatus: true,
  restStop: true,
  saveIncident: true,
  saveMeasurement: true,
  saveSettings: true,
  settings: true,
  unwatchReplica: true,
} satisfies Record<DesktopOnly, true>);
const STREAMS = Object.keys({
  find: true,
  labScenario: true,
  labStart: true,
  measureFailover: true,
  rehearseOperation: true,
  runOperation: true,
  undo: true,
  watchReplica: true,
  writeMany: true,
} satisfies Record<Streams, true>);

const inBrowser = http(new Token(sessionOf({})), () => Promise.reject(new Error("nobody asks")));

function sessionOf(items: Record<string, string>): Storage {
  return { getItem: (name: string) => items[name] ?? null } as unknown as Storage;
}

/** Whether what is known of each method of a transport fits the commands that were generated. */
function isBackend<T extends Backend>(transport: T): T {
  return transport;
}

describe("both transports", () => {
  it("have every generated command, and nothing else", () => {
    const generated = Object.keys(commands).sort();
    expect([...Object.keys(shared), ...STREAMS, ...DESKTOP_ONLY].sort()).toEqual(generated);
    for (const transport of [tauri, inBrowser])
      expect(Object.keys(transport).sort()).toEqual([...Object.keys(shared), ...STREAMS, "desktop"].sort());
    const inWindow = DESKTOP_ONLY.filter((name) => name !== "unwatchReplica");
    expect(Object.keys(tauri.desktop ?? {}).sort()).toEqual(inWindow.sort());
    expect(inBrowser.desktop).toBeNull();
  });

  it("do not compile where an operation is left out or differs", () => {
    const { find, ...withoutFind } = inBrowser;
    // @ts-expect-error -- one operation is left out
    expect(isBackend(withoutFind)).not.toHaveProperty("find");
    // @ts-expect-error -- its request is another one's
    expect(isBackend({ ...inBrowser, count: inBrowser.deleteDocument })).toHaveProperty("count");
    // @ts-expect-error -- its outcome is another one's
    expect(isBackend({ ...inBrowser, find: inBrowser.findText })).toHaveProperty("find");
    expect(isBackend({ ...inBrowser, find })).toEqual(inBrowser);
  });

  it("take and give what the generated commands do", () => {
    type Request<Name extends keyof typeof commands> = Parameters<(typeof commands)[Name]>;
    expectTypeOf<Parameters<Backend["update"]>>().toEqualTypeOf<Request<"update">>();
    expectTypeOf<Parameters<DesktopOperations["connect"]>>().toEqualTypeOf<Request<"connect">>();
    // @ts-expect-error -- a name that no command has
    expectTypeOf<Backend["vanished"]>().toBeAny();
  });
});
