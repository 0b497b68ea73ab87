import { afterEach, describe, expect, it, vi } from "vitest";

import { announcements } from "$lib/announce.svelte";
import type { ReplicaChanged, ReplicaListener } from "$lib/backend";

import { snapshot as snapshotOf } from "$lib/replica/samples";

import { failure, fakeBackend } from "./fake-backend";
import { Replicas } from "./replica.svelte";

const snapshot = (primary: string | null) => snapshotOf({ primary });

function watched() {
  const listening = new Map<string, ReplicaListener>();
  const calls: string[] = [];
  const replicas = new Replicas(
    fakeBackend({
      watchReplica: ({ connection }, listener) => {
        calls.push(`watch ${connection}`);
        listening.set(connection, listener);
        return () => {
          calls.push(`leave ${connection}`);
          listening.delete(connection);
        };
      },
    }),
  );
  return {
    replicas,
    calls,
    tell: (change: ReplicaChanged) => listening.get(change.connection)?.changed(change),
    fail: (connection: string, thrown: unknown) => listening.get(connection)?.failed(thrown),
  };
}

afterEach(() => vi.useRealTimers());

describe("the state of the sets", () => {
  it("is watched for exactly the connections somebody looks at", () => {
    const { replicas, calls } = watched();
    replicas.watch(["a"]);
    replicas.watch(["a", "b"]);
    replicas.watch(["b"]);
    expect(calls).toEqual(["watch a", "watch b", "leave a"]);
    replicas.watch([]);
  });

  it("is the latest of the connection, and nothing of one that was left", () => {
    const { replicas, tell } = watched();
    replicas.watch(["a"]);
    tell({ connection: "a", snapshot: snapshot("x:1") });
    tell({ connection: "a", snapshot: snapshot("x:2") });
    tell({ connection: "b", snapshot: snapshot("y:1") });
    expect(replicas.snapshot("a")?.primary).toBe("x:2");
    expect(replicas.snapshot("b")).toBeNull();
    replicas.watch([]);
    tell({ connection: "a", snapshot: snapshot("x:3") });
    expect(replicas.snapshot("a")).toBeNull();
  });

  it("grows old while nothing comes", () => {
    vi.useFakeTimers();
    const { replicas, tell } = watched();
    replicas.watch(["a"]);
    expect(replicas.ageSeconds("a")).toBeNull();
    tell({ connection: "a", snapshot: snapshot("x:1") });
    vi.advanceTimersByTime(7000);
    expect(replicas.ageSeconds("a")).toBe(7);
    replicas.watch([]);
  });

  it("tells of a change of primary, not of the first one seen", () => {
    const { replicas, tell } = watched();
    replicas.watch(["a"]);
    const told = vi.spyOn(announcements, "tell");
    tell({ connection: "a", snapshot: snapshot("x:1") });
    expect(told).not.toHaveBeenCalled();
    tell({ connection: "a", snapshot: snapshot(null) });
    tell({ connection: "a", snapshot: snapshot("x:2") });
    tell({ connection: "a", snapshot: snapshot("x:2") });
    expect(told.mock.calls.map(([text]) => text)).toEqual([
      "The set has no primary. Writes wait.",
      "x:2 is the new primary",
    ]);
    replicas.watch([]);
  });

  it("says why it cannot be watched, until it can", () => {
    const { replicas, tell, fail } = watched();
    replicas.watch(["a"]);
    fail("a", failure("gone"));
    expect(replicas.error("a")?.message).toBe("gone");
    tell({ connection: "a", snapshot: snapshot("x:1") });
    expect(replicas.error("a")).toBeNull();
    fail("a", failure("gone"));
    replicas.watch([]);
    expect(replicas.error("a")).toBeNull();
  });
});
