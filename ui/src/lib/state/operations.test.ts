import { describe, expect, it, vi } from "vitest";

import type { Backend, OperationPlan, OperationProgress, OperationReport } from "$lib/backend";
import type { Draft } from "$lib/operations/draft";

import { failure, fakeBackend, later } from "./fake-backend";
import { Operation } from "./operation.svelte";
import { Operations } from "./operations.svelte";

const plan = (over: Partial<OperationPlan> = {}): OperationPlan => ({
  title: "Step the primary down",
  allowed: true,
  checks: [],
  steps: [],
  consequences: [],
  confirm: null,
  basis: { version: 3, term: 1 },
  wished: null,
  byHand: [],
  ...over,
});
const report = (over: Partial<OperationReport> = {}): OperationReport => ({
  outcome: "applied",
  message: "",
  steps: [],
  error: null,
  config: null,
  measurement: null,
  ...over,
});
const stepDown = (): Draft => ({ kind: "stepDown", seconds: "60", catchUp: "10", force: false });
const progress = (step: number): OperationProgress => ({
  step,
  steps: 2,
  title: "Step down",
  state: "waiting",
  message: "",
  elapsedMs: 1,
});

const operation = (backend: Partial<Backend>, draft: Draft = stepDown()) =>
  new Operation(fakeBackend(backend), "a", "Step down", draft);

/** One that was planned. */
async function planned(backend: Partial<Backend>, over: Partial<OperationPlan> = {}): Promise<Operation> {
  const made = operation({ planOperation: () => Promise.resolve(plan(over)), ...backend });
  await made.look();
  return made;
}

describe("an operation", () => {
  it("is planned as it was typed, and may be run then", async () => {
    const planOperation = vi.fn<Backend["planOperation"]>(() => Promise.resolve(plan()));
    const made = operation({ planOperation });
    expect(made.ready).toBe(false);
    await made.look();
    const asked = { kind: "stepDown", seconds: 60, catchUpSeconds: 10, force: false };
    expect(planOperation).toHaveBeenCalledWith({ connection: "a", operation: asked });
    expect(made.ready).toBe(true);
  });

  it("may not be run after something else was typed, until that is planned", async () => {
    const made = await planned({});
    if (made.draft.kind === "stepDown") made.draft.seconds = "90";
    expect(made.fresh).toBe(false);
    expect(made.ready).toBe(false);
    await made.look();
    expect(made.ready).toBe(true);
  });

  it("shows the plan that was asked for last, whichever comes last", async () => {
    const [first, second] = [later<OperationPlan>(), later<OperationPlan>()];
    const planOperation = vi
      .fn<Backend["planOperation"]>()
      .mockReturnValueOnce(first.promise)
      .mockReturnValueOnce(second.promise);
    const made = operation({ planOperation });
    const looks = [made.look(), made.look()];
    second.resolve(plan({ title: "second" }));
    first.resolve(plan({ title: "first" }));
    await Promise.all(looks);
    expect(made.plan?.title).toBe("second");
    expect(made.planning).toBe(false);
  });

  it("is not planned while it cannot be read, and says why", async () => {
    const made = operation({}, { kind: "stepDown", seconds: "soon", catchUp: "10", force: false });
    await made.look();
    expect(made.planError).toBeNull();
    expect(made.mistake).toContain("a whole number");
  });

  it("says why there is no plan", async () => {
    const made = operation({ planOperation: () => Promise.reject(failure("gone")) });
    await made.look();
    expect(made.planError?.message).toBe("gone");
    expect(made.ready).toBe(false);
  });

  it("may not be run where a check refuses, or before the name is typed", async () => {
    expect((await planned({}, { allowed: false })).ready).toBe(false);
    const made = await planned({}, { confirm: "rs0" });
    expect(made.ready).toBe(false);
    made.typed = "rs";
    expect(made.ready).toBe(false);
    made.typed = "rs0";
    expect(made.ready).toBe(true);
  });

  it("is run upon the configuration that it was planned of, with what was typed", async () => {
    const runOperation = vi.fn<Backend["runOperation"]>(() => Promise.resolve(report()));
    const made = await planned({ runOperation }, { confirm: "rs0" });
    made.typed = "rs0";
    made.measure = true;
    await made.run();
    expect(runOperation.mock.calls[0]?.[0]).toMatchObject({
      connection: "a",
      basis: { version: 3, term: 1 },
      confirm: "rs0",
      measure: true,
    });
    expect(made.report?.outcome).toBe("applied");
    expect(made.ready, "it is not run twice").toBe(false);
  });

  it("tells its steps, can be stopped by its name, and hears nothing behind the answer", async () => {
    const answer = later<OperationReport>();
    let tell: (step: OperationProgress) => void = () => undefined;
    const cancelQuery = vi.fn<Backend["cancelQuery"]>(() => Promise.resolve({ found: true }));
    const runOperation = vi.fn<Backend["runOperation"]>((_request, step) => {
      tell = step;
      return answer.promise;
    });
    const made = await planned({ runOperation, cancelQuery });
    const run = made.run();
    tell(progress(0));
    tell(progress(1));
    expect(made.running?.steps).toHaveLength(2);
    await made.stop();
    expect(made.running?.stopping).toBe(true);
    const query = runOperation.mock.calls[0]?.[0].query;
    expect(query).toBeTruthy();
    expect(cancelQuery).toHaveBeenCalledWith({ connection: "a", query });
    answer.resolve(report({ outcome: "partly" }));
    await run;
    tell(progress(0));
    expect(made.running).toBeNull();
    expect(made.report?.outcome).toBe("partly");
  });

  it("says why it was not begun, and may be run again", async () => {
    const made = await planned({ runOperation: () => Promise.reject(failure("gone")) });
    await made.run();
    expect(made.failure?.message).toBe("gone");
    expect(made.report).toBeNull();
    expect(made.ready).toBe(true);
  });

  it("is rehearsed, and its rehearsal stands beside its own report", async () => {
    const rehearsal = { report: report(), hosts: [], remarks: [] };
    const made = await planned({
      rehearseOperation: (_, step) => {
        step({
          kind: "lab",
          step: { index: 0, kind: "startMember", command: "mongod --port 1", elapsedMs: null },
        });
        expect(made.rehearsing?.making).toBe("mongod --port 1");
        return Promise.resolve(rehearsal);
      },
      runOperation: () => Promise.resolve(report()),
    });
    await made.rehearse();
    expect(made.rehearsal).toBe(rehearsal);
    await made.run();
    expect(made.report).not.toBeNull();
    expect(made.rehearsal).toBe(rehearsal);
  });

  it("reads the document to edit once, and never over what was typed", async () => {
    const planOperation = vi.fn<Backend["planOperation"]>(() =>
      Promise.resolve(plan({ wished: "{ a: 1 }" })),
    );
    const wished = { members: [], settings: { numbers: {}, chaining: true } };
    const config = { view: "document", at: 0, wished, now: wished, text: null, read: "" };
    const made = operation({ planOperation }, { kind: "reconfigure", config } as unknown as Draft);
    await made.readDocument();
    const text = () => (made.draft.kind === "reconfigure" ? made.draft.config.text : null);
    expect(text()).toBe("{ a: 1 }");
    if (made.draft.kind === "reconfigure") made.draft.config.text = "{ a: 2 }";
    await made.readDocument();
    expect(text()).toBe("{ a: 2 }");
    expect(planOperation).toHaveBeenCalledOnce();
  });
});

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
});
