import { describe, expect, it, vi } from "vitest";

import { BackendError } from "$lib/backend";
import { later } from "$lib/state/fake-backend";

import { Change } from "./change.svelte";

const fails = (code: "Conflict" | "OutcomeUnknown" | "Timeout") => () =>
  Promise.reject(BackendError.of(code, code));

describe("a change of the catalogue", () => {
  it("is made, or refused with the reason", async () => {
    const change = new Change();
    expect(await change.make(() => Promise.resolve())).toBe(true);
    expect(await change.make(fails("Conflict"))).toBe(false);
    expect(change.error?.code).toBe("Conflict");
    expect(change.unknown).toBe(false);
  });

  it("of unknown outcome is neither until it was checked", async () => {
    const change = new Change();
    expect(await change.make(fails("OutcomeUnknown"))).toBe(false);
    expect(change.unknown).toBe(true);
    expect(await change.check(() => Promise.resolve(true))).toBe(true);
    expect(change.unknown).toBe(false);
    expect(change.error).toBeNull();
  });

  it("that was not made after all can be tried again", async () => {
    const change = new Change();
    await change.make(fails("OutcomeUnknown"));
    expect(await change.check(() => Promise.resolve(false))).toBe(false);
    expect([change.unknown, change.notDone]).toEqual([false, true]);
    await change.make(() => Promise.resolve());
    expect(change.notDone).toBe(false);
  });

  it("stays unknown while it cannot be looked up", async () => {
    const change = new Change();
    await change.make(fails("OutcomeUnknown"));
    await change.check(fails("Timeout"));
    expect(change.unknown).toBe(true);
    expect(change.error?.code).toBe("Timeout");
  });

  it("is not made twice at once", async () => {
    const change = new Change();
    const gate = later<undefined>();
    const first = change.make(() => gate.promise);
    const second = vi.fn(() => Promise.resolve());
    expect(await change.make(second)).toBe(false);
    expect(second).not.toHaveBeenCalled();
    gate.resolve(undefined);
    expect(await first).toBe(true);
  });
});
