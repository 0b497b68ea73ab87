import { describe, expect, it } from "vitest";

import type { ManyProgress, ReplicaSnapshot } from "$lib/backend";

import { waitsForPrimary } from "./waiting";

const far = (waiting: boolean): ManyProgress => ({ matched: 9, counted: true, done: 3, failed: 0, waiting });
const set = (primary: string | null, topology: ReplicaSnapshot["topology"] = "replicaSet") =>
  ({ topology, primary }) as ReplicaSnapshot;

describe("many writes wait for a primary", () => {
  it("as soon as the set is known to have none, also where a batch has not told it yet", () => {
    expect(waitsForPrimary(far(false), set(null))).toBe(true);
    expect(waitsForPrimary(far(false), set("one:1"))).toBe(false);
  });

  it("where they say so, whatever is known of the set", () => {
    expect(waitsForPrimary(far(true), set("one:1"))).toBe(true);
    expect(waitsForPrimary(far(true), null)).toBe(true);
  });

  it("never where nothing runs, nor on a server that is no set", () => {
    expect(waitsForPrimary(null, set(null))).toBe(false);
    expect(waitsForPrimary(far(false), set(null, "standalone"))).toBe(false);
    expect(waitsForPrimary(far(false), null)).toBe(false);
  });
});
