import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Connection } from "$lib/backend";
import { member, snapshot } from "$lib/replica/samples";

import { operationCommands } from "./commands";
import { openWay } from "./open";

const set = snapshot({
  primary: "a:1",
  members: [member({ host: "a:1", state: "primary" }), member({ host: "b:1" }), member({ host: "c:1" })],
});
const connection = { id: "a", hosts: "a:1", readOnly: false } as Connection;

const { state, opened } = vi.hoisted(() => ({
  state: {
    connections: { current: null as unknown, currentId: "" },
    replicas: { snapshot: vi.fn() },
    frame: {},
  },
  opened: vi.fn(),
}));
vi.mock("$lib/state", () => state);
vi.mock("./live", () => ({ operations: { open: opened } }));

beforeEach(() => {
  state.connections.current = connection;
  state.replicas.snapshot.mockReturnValue(set);
  opened.mockClear();
});

const offered = () => operationCommands().flatMap(({ id, available }) => (available?.() ? [id] : []));

describe("what can be done from Ctrl+K", () => {
  it("is the same on a connection that only reads: a plan changes nothing", () => {
    const all = offered();
    expect(all).toContain("operation-stepDown");
    expect(all).toContain("operation-settings");
    state.connections.current = { ...connection, readOnly: true };
    expect(offered()).toEqual(all);
  });

  it("is nothing without a connection", () => {
    state.connections.current = null;
    expect(offered()).toEqual([]);
  });

  it("is kept apart from what was begun with a member, as the form may choose another one", () => {
    openWay("remove", connection, set);
    openWay("remove", connection, set, "a:1");
    const [[, free], [, chosen]] = opened.mock.calls as [string[], string[]];
    expect(free).not.toBe(chosen);
  });
});
