import { describe, expect, it } from "vitest";

import type { Backend, OperationReport, RehearsalReport } from "$lib/backend";
import { farWords } from "$lib/operations/words";

import { failure, fakeBackend, later } from "./fake-backend";
import { plan, report, stepDown } from "./operation-samples";
import { Operations } from "./operations.svelte";

describe("the operations of a window", () => {
  const all = (backend: Partial<Backend> = {}) =>
    new Operations(fakeBackend({ planOperation: () => Promise.resolve(plan()), ...backend }));

  it("keep what was typed when the dialog is closed", () => {
    const operations = all();
    operations.open("a", "stepDown", "Step down", stepDown);
    if (operations.shown?.draft.kind === "stepDown") operations.shown.draft.seconds = "7";
    const typed = operations.shown;
    operations.hide();
    expect(operations.shown).toBeNull();
    operations.open("a", "stepDown", "Step down", stepDown);
    expect(operations.shown).toBe(typed);
    operations.open("b", "stepDown", "Step down", stepDown);
    expect(operations.shown).not.toBe(typed);
  });

  it("forget one in which nothing was typed, and one whose report was read", async () => {
    const operations = all({ runOperation: () => Promise.resolve(report()) });
    operations.open("a", "stepDown", "Step down", stepDown);
    const first = operations.shown;
    operations.hide();
    operations.open("a", "stepDown", "Step down", stepDown);
    expect(operations.shown).not.toBe(first);
    const second = operations.shown;
    await second?.look();
    await second?.run();
    operations.hide();
    expect(operations.waiting("a")).toEqual([]);
    operations.open("a", "stepDown", "Step down", stepDown);
    expect(operations.shown).not.toBe(second);
  });

  it("let one go on when its dialog is closed, tell of it, and let no other change the set meanwhile", async () => {
    const answer = later<OperationReport>();
    const operations = all({ runOperation: () => answer.promise });
    operations.open("a", "stepDown", "Step down", stepDown);
    const first = operations.shown;
    await first?.look();
    const run = first?.run();
    expect(operations.waiting("a"), "it is in front").toEqual([]);
    operations.hide();
    expect(operations.waiting("a")).toEqual([first]);
    expect(operations.waiting("b")).toEqual([]);
    operations.open("a", "freeze b", "Freeze", stepDown);
    expect(operations.shown && operations.isOther(operations.shown)).toBe(true);
    answer.resolve(report());
    await run;
    expect(operations.shown && operations.isOther(operations.shown)).toBe(false);
    expect(operations.waiting("a"), "its report is unread").toEqual([first]);
  });

  /** One that was opened, typed in and planned. */
  async function opened(backend: Partial<Backend>) {
    const operations = all(backend);
    operations.open("a", "stepDown", "Step down", stepDown);
    const { shown } = operations;
    if (shown?.draft.kind !== "stepDown") throw new Error("none is shown");
    shown.draft.seconds = "7";
    await shown.look();
    const again = () => {
      operations.open("a", "stepDown", "Step down", stepDown);
      return operations.shown;
    };
    return { operations, shown, again };
  }

  it("forget a confirmation that was typed, and why one was not begun, when its dialog is closed", async () => {
    const { operations, shown, again } = await opened({
      runOperation: () => Promise.reject(failure("gone")),
    });
    await shown.run();
    shown.typed = "rs0";
    operations.hide();
    expect(operations.waiting("a")).toEqual([]);
    expect(again()).toBe(shown);
    expect([shown.typed, shown.failure]).toEqual(["", null]);
  });

  it("are not run by a plan that was made before the dialog was closed", async () => {
    const { operations, shown, again } = await opened({});
    expect(shown.ready).toBe(true);
    const late = shown.look();
    operations.hide();
    await late;
    expect(again()).toBe(shown);
    expect(shown.ready).toBe(false);
    await shown.look();
    expect(shown.ready).toBe(true);
  });

  it("keep what was typed of one that was not done, to be planned anew", async () => {
    const { operations, shown, again } = await opened({
      runOperation: () => Promise.resolve(report({ outcome: "notApplied" })),
    });
    await shown.run();
    operations.hide();
    expect(operations.waiting("a")).toEqual([]);
    expect(again()).toBe(shown);
    expect([shown.report, shown.plan, shown.draft]).toMatchObject([null, null, { seconds: "7" }]);
  });

  it.each([
    [
      "report",
      (answer: ReturnType<typeof later<RehearsalReport>>) => {
        answer.resolve({ report: report({ outcome: "partly" }), hosts: [], remarks: [] });
      },
      "rehearsal on a local set: Partly done",
    ],
    [
      "error",
      (answer: ReturnType<typeof later<RehearsalReport>>) => answer.reject(failure("no mongod")),
      "rehearsal on a local set: No answer",
    ],
  ])(
    "tell of a rehearsal that ended in a %s behind the dialog until that was looked at",
    async (_, end, words) => {
      const answer = later<RehearsalReport>();
      const { operations, shown } = await opened({ rehearseOperation: () => answer.promise });
      const rehearsal = shown.rehearse();
      operations.hide();
      expect(operations.waiting("a")).toEqual([shown]);
      end(answer);
      await rehearsal;
      expect(operations.waiting("a")).toEqual([shown]);
      expect(farWords(shown)).toBe(words);
      operations.show(shown);
      operations.hide();
      expect(operations.waiting("a")).toEqual([]);
    },
  );
});
