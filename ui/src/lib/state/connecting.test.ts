import { describe, expect, it, vi } from "vitest";

import type { Connection, ConnectRequest } from "$lib/backend";

import { Connecting } from "./connecting.svelte";
import { failure, later } from "./fake-backend";

const request: ConnectRequest = { target: { kind: "startup" }, name: null, environment: null };
const connection = { id: "c" } as Connection;

describe("connecting", () => {
  it("goes on one at a time", async () => {
    const answer = later<Connection>();
    const connect = vi.fn(() => answer.promise);
    const connecting = new Connecting(connect);
    const first = connecting.run("form", () => request);
    expect(await connecting.run("recent", () => request)).toBeNull();
    expect(connecting.busy).toBe("form");
    answer.resolve(connection);
    expect(await first).toBe(connection);
    expect(connecting.busy).toBeNull();
    expect(connect).toHaveBeenCalledOnce();
  });

  it("says what failed where it was asked, until the next attempt", async () => {
    const connect = vi.fn<() => Promise<Connection>>().mockRejectedValueOnce(failure("refused"));
    connect.mockResolvedValueOnce(connection);
    const connecting = new Connecting(connect);
    expect(await connecting.run("form", () => request)).toBeNull();
    expect(connecting.errorOf("form")?.message).toBe("refused");
    expect(connecting.errorOf("recent")).toBeNull();
    await connecting.run("recent", () => request);
    expect(connecting.errorOf("form")).toBeNull();
  });

  it("counts a request that cannot be made as a failure", async () => {
    const connecting = new Connecting(() => Promise.resolve(connection));
    await connecting.run("clipboard", () => Promise.reject(failure("empty")));
    expect(connecting.errorOf("clipboard")?.message).toBe("empty");
  });
});
