import { describe, expect, it, vi } from "vitest";

import type { Backend, FailoverMeasurement, FailoverProgress } from "$lib/backend";

import { failure, fakeBackend, later } from "./fake-backend";
import { Stopwatches } from "./stopwatch.svelte";

const measured = (id: string) => ({ id, label: id, worstAwayMs: 12 }) as FailoverMeasurement;
const far: FailoverProgress = { elapsedMs: 9, acknowledged: 1, failed: 0, awayMs: null, lastError: null };

const stopwatch = (backend: Partial<Backend>) =>
  new Stopwatches(
    fakeBackend({
      measurements: () => Promise.resolve([measured("1"), measured("2"), measured("3")]),
      measurement: ({ id }) => Promise.resolve(measured(id)),
      ...backend,
    }),
  ).open("a");

describe("the stopwatch", () => {
  it("measures until it is stopped by its name, and shows what was measured", async () => {
    const answer = later<FailoverMeasurement>();
    let tell: (far: FailoverProgress) => void = () => undefined;
    const measureFailover = vi.fn<Backend["measureFailover"]>((_request, progress) => {
      tell = progress;
      return answer.promise;
    });
    const cancelQuery = vi.fn<Backend["cancelQuery"]>(() => Promise.resolve({ found: true }));
    const made = stopwatch({ measureFailover, cancelQuery });
    made.label = " kill ";
    const measuring = made.measure(300);
    await made.measure(300);
    expect(measureFailover).toHaveBeenCalledOnce();
    tell(far);
    expect(made.progress).toEqual(far);
    await made.stop();
    const request = measureFailover.mock.calls[0]?.[0];
    expect(request).toMatchObject({ connection: "a", label: "kill", seconds: 300 });
    expect(cancelQuery).toHaveBeenCalledWith({ connection: "a", query: request?.query });
    expect(made.stopping).toBe(true);
    answer.resolve(measured("new"));
    await measuring;
    tell(far);
    expect(made.measuring).toBe(false);
    expect(made.stopping).toBe(false);
    expect(made.shown.map(({ id }) => id)).toEqual(["new"]);
    expect(made.kept).toHaveLength(3);
  });

  it("can be stopped again where it had not begun yet", async () => {
    const answer = later<FailoverMeasurement>();
    const cancelQuery = vi.fn<Backend["cancelQuery"]>(() => Promise.resolve({ found: false }));
    const made = stopwatch({ measureFailover: () => answer.promise, cancelQuery });
    const measuring = made.measure(300);
    await made.stop();
    expect(made.stopping).toBe(false);
    expect(made.measuring).toBe(true);
    answer.resolve(measured("new"));
    await measuring;
  });

  it("says why it could not measure", async () => {
    const made = stopwatch({ measureFailover: () => Promise.reject(failure("gone")) });
    await made.measure(10);
    expect(made.error?.message).toBe("gone");
    expect(made.measuring).toBe(false);
  });

  it("shows two side by side: the two that were chosen last", async () => {
    const made = stopwatch({});
    for (const id of ["1", "2", "3"]) await made.toggle(id);
    expect(made.shown.map(({ id }) => id)).toEqual(["2", "3"]);
    await made.toggle("2");
    expect(made.shown.map(({ id }) => id)).toEqual(["3"]);
    expect(made.isShown("3")).toBe(true);
  });

  it("forgets one for good, and keeps it where that failed", async () => {
    const forgetMeasurement = vi
      .fn<Backend["forgetMeasurement"]>()
      .mockResolvedValueOnce(null)
      .mockRejectedValueOnce(failure("disk"));
    const made = stopwatch({ forgetMeasurement });
    await made.load();
    await made.toggle("1");
    await made.forget("1");
    expect(made.kept?.map(({ id }) => id)).toEqual(["2", "3"]);
    expect(made.shown).toEqual([]);
    await made.forget("2");
    expect(made.kept?.map(({ id }) => id)).toEqual(["2", "3"]);
    expect(made.error?.message).toBe("disk");
  });
});
