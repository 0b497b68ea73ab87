import { SvelteMap } from "svelte/reactivity";

import { announce } from "$lib/announce.svelte";
import {
  type Backend,
  type BackendError,
  type ReplicaSnapshot,
  toBackendError,
  type Unsubscribe,
} from "$lib/backend";
import { t } from "$lib/messages";
import { addTo, emptyTrend, putBefore, RECENT_SECONDS, type Trend, trendOf } from "$lib/replica/trend";

/** A snapshot, and when this window got it. */
export interface Seen {
  snapshot: ReplicaSnapshot;
  /** Milliseconds since 1970, by this window's clock. */
  receivedAt: number;
}

/** The latest state of each connection's replica set, and a clock for its age. */
export class Replicas {
  /** Milliseconds since 1970, moving once a second while anything is watched. */
  now = $state(Date.now());

  readonly #backend: Backend;
  readonly #seen = new SvelteMap<string, Seen>();
  /** Changed in place, once a second: `now` says when. */
  readonly #trends = new Map<string, Trend>();
  readonly #errors = new SvelteMap<string, BackendError>();
  readonly #watched = new Map<string, Unsubscribe>();
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  seen(connection: string): Seen | null {
    return this.#seen.get(connection) ?? null;
  }

  snapshot(connection: string): ReplicaSnapshot | null {
    return this.#seen.get(connection)?.snapshot ?? null;
  }

  /** What was seen in the last minutes. */
  trend(connection: string): Trend {
    return this.#trends.get(connection) ?? emptyTrend();
  }

  /** Why this connection cannot be watched. */
  error(connection: string): BackendError | null {
    return this.#errors.get(connection) ?? null;
  }

  /** Seconds since the latest snapshot arrived; null before the first. */
  ageSeconds(connection: string): number | null {
    const seen = this.#seen.get(connection);
    return seen === undefined ? null : Math.max(0, (this.now - seen.receivedAt) / 1000);
  }

  /** Watches exactly these connections from now on. */
  watch(connections: readonly string[]): void {
    for (const id of this.#watched.keys()) if (!connections.includes(id)) this.#leave(id);
    for (const id of connections) if (!this.#watched.has(id)) this.#join(id);
    clearInterval(this.#clock);
    this.#clock = connections.length === 0 ? undefined : setInterval(() => (this.now = Date.now()), 1000);
  }

  #join(id: string): void {
    const stop = this.#backend.watchReplica(
      { connection: id },
      {
        changed: ({ snapshot }) => {
          this.#errors.delete(id);
          this.#take(id, snapshot);
        },
        failed: (thrown) => this.#errors.set(id, toBackendError(thrown)),
      },
    );
    this.#watched.set(id, stop);
    void this.#recall(id);
  }

  /** What was seen before this window looked. Without it the charts begin now. */
  async #recall(id: string): Promise<void> {
    try {
      const past = await this.#backend.replicaHistory({ connection: id, seconds: RECENT_SECONDS });
      if (this.#watched.has(id)) putBefore(this.#trendOf(id), trendOf(past));
    } catch {
      // Why it cannot be watched is told where it is watched.
    }
  }

  #trendOf(id: string): Trend {
    let trend = this.#trends.get(id);
    if (!trend) this.#trends.set(id, (trend = emptyTrend()));
    return trend;
  }

  #leave(id: string): void {
    this.#watched.get(id)?.();
    this.#watched.delete(id);
    this.#seen.delete(id);
    this.#errors.delete(id);
    this.#trends.delete(id);
  }

  #take(id: string, snapshot: ReplicaSnapshot): void {
    this.now = Date.now();
    this.#tellPrimary(id, snapshot);
    addTo(this.#trendOf(id), snapshot, this.now / 1000, RECENT_SECONDS);
    this.#seen.set(id, { snapshot, receivedAt: this.now });
  }

  /** A change of primary is told to a screen reader; the first snapshot is no change. */
  #tellPrimary(id: string, after: ReplicaSnapshot): void {
    const before = this.snapshot(id);
    if (before === null || before.primary === after.primary || after.topology !== "replicaSet") return;
    const words = after.primary === null ? t.replica.lostPrimary : t.replica.newPrimary(after.primary);
    announce(words, `the primary of ${id}`);
  }
}
