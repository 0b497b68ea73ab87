import { beforeEach, describe, expect, it } from "vitest";

import { BackendError, type CancelRequest } from "$lib/backend";
import { later } from "$lib/state/fake-backend";
import { Asking } from "./asking.svelte";

const CANCELLED = BackendError.of("Cancelled", "ended");

/** A server on which queries run until they are told how they end. */
class Server {
  readonly connection = "c";
  readonly running = new Map<string, (error: BackendError) => void>();
  readonly cancelled: string[] = [];
  /** Thrown instead of ending a query. */
  broken: BackendError | null = null;

  readonly backend = {
    cancelQuery: async ({ query }: CancelRequest) => {
      this.cancelled.push(query);
      if (this.broken) throw this.broken;
      const end = this.running.get(query);
      this.running.delete(query);
      end?.(CANCELLED);
      return { found: end !== undefined };
    },
  };

  readonly slow = (name: string) => {
    const { promise, reject } = later<string>();
    this.running.set(name, reject);
    return promise;
  };
}

let server: Server;
let asking: Asking;

beforeEach(() => {
  server = new Server();
  asking = new Asking(server);
});

describe("a question", () => {
  it("has a name of its own, and is under way until it is answered", async () => {
    const names: string[] = [];
    const asked = (name: string) => {
      names.push(name);
      expect(asking.since).not.toBeNull();
      return Promise.resolve(names.length);
    };
    expect(await asking.ask(asked)).toEqual({ is: "given", value: 1 });
    expect(await asking.ask(asked)).toEqual({ is: "given", value: 2 });
    expect(asking.since).toBeNull();
    expect(new Set(names).size).toBe(2);
  });

  it("that fails says why", async () => {
    const error = BackendError.of("Timeout", "late");
    expect(await asking.ask(() => Promise.reject(error))).toEqual({ is: "failed", error });
  });

  it("ends the one before it on the server", async () => {
    const older = asking.ask(server.slow);
    const [name] = server.running.keys();
    expect(await asking.ask(() => Promise.resolve(7))).toEqual({ is: "given", value: 7 });
    expect(await older).toMatchObject({ is: "cancelled" });
    expect(server.cancelled).toEqual([name]);
  });
});

describe("cancelling", () => {
  it("ends the question, and tells that the server has ended it", async () => {
    const answer = asking.ask(server.slow);
    asking.cancel();
    expect(await answer).toEqual({ is: "cancelled", onServer: true });
    expect(asking.since).toBeNull();
  });

  it("is asked for once, however often somebody presses", async () => {
    const answer = asking.ask(server.slow);
    asking.cancel();
    asking.cancel();
    await answer;
    expect(server.cancelled).toHaveLength(1);
  });

  it("comes too late for what is answered meanwhile", async () => {
    const { promise, resolve } = later<string>();
    const answer = asking.ask(() => promise);
    asking.cancel();
    resolve("rows");
    expect(await answer).toEqual({ is: "given", value: "rows" });
  });

  it("looks again for a question that was not there yet", async () => {
    let arrive: () => void = () => undefined;
    const answer = asking.ask((name) => {
      const query = server.slow(name);
      const arrived = server.running.get(name);
      server.running.delete(name);
      arrive = () => arrived && server.running.set(name, arrived);
      return query;
    });
    asking.cancel();
    arrive();
    expect(await answer).toEqual({ is: "cancelled", onServer: true });
    expect(server.cancelled).toHaveLength(2);
  });

  it("says no more than is known where the server could not be asked", async () => {
    server.broken = BackendError.of("Unreachable", "gone");
    const answer = asking.ask((name) => server.slow(name));
    asking.cancel();
    await Promise.resolve();
    for (const end of server.running.values()) end(CANCELLED);
    expect(await answer).toEqual({ is: "cancelled", onServer: false });
  });

  it("by anybody else is a failure", async () => {
    expect(await asking.ask(() => Promise.reject(CANCELLED))).toEqual({ is: "failed", error: CANCELLED });
  });

  it("with nothing under way does nothing", () => {
    asking.cancel();
    expect(server.cancelled).toEqual([]);
  });
});
