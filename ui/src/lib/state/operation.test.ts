import { describe, expect, it, vi } from "vitest";

import { announcements } from "$lib/announce.svelte";
import {
  type Backend,
  BackendError,
  type OperationPlan,
  type OperationProgress,
  type OperationReport,
} from "$lib/backend";

import { failure, later } from "./fake-backend";
import { operation, plan, planned, progress, report } from "./operation-samples";

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
    const made = await planned({
      runOperation: (_, step) => {
        step({ ...progress(0), state: "notBegun" });
        return Promise.reject(failure("gone"));
      },
    });
    await made.run();
    expect(made.failure?.message).toBe("gone");
    expect(made.report).toBeNull();
    expect(made.ready).toBe(true);
  });

  it("that broke off behind a step, or of which it is not known what came, has a report and is not run again", async () => {
    const heard = await planned({
      runOperation: (_, step) => {
        step({ ...progress(0), state: "done" });
        step(progress(1));
        return Promise.reject(failure("gone"));
      },
    });
    await heard.run();
    expect([heard.report?.outcome, heard.report?.error?.message]).toEqual(["unknown", "gone"]);
    expect(heard.report?.steps.map(({ state }) => state)).toEqual(["done", "unknown"]);
    expect([heard.failure, heard.ready]).toEqual([null, false]);

    const lost = BackendError.of("OutcomeUnknown", "lost");
    const unheard = await planned({ runOperation: () => Promise.reject(lost) });
    await unheard.run();
    expect([unheard.report?.outcome, unheard.report?.steps]).toEqual(["unknown", []]);
    expect(unheard.report?.error).toBe(lost.body);
  });

  it("can be stopped again where it was not known by its name", async () => {
    const answer = later<OperationReport>();
    const made = await planned({
      runOperation: () => answer.promise,
      cancelQuery: () => Promise.resolve({ found: false }),
    });
    const run = made.run();
    await made.stop();
    expect(made.running?.stopping).toBe(false);
    answer.resolve(report());
    await run;
  });

  it("is confirmed once, and only as it was asked when that was typed", async () => {
    const runOperation = vi.fn<Backend["runOperation"]>(() => Promise.reject(failure("gone")));
    const made = await planned({ runOperation }, { confirm: "rs0" });
    const type = (seconds: string) => {
      if (made.draft.kind === "stepDown") made.draft.seconds = seconds;
    };
    made.typed = "rs0";
    type("90");
    expect(made.typed, "also before that is looked at").toBe("");
    await made.look();
    type("60");
    await made.look();
    expect(made.typed, "it was something else meanwhile").toBe("");
    made.typed = "rs0";
    await made.look();
    expect(made.typed, "a look at the same again takes nothing away").toBe("rs0");
    await made.run();
    expect(runOperation.mock.calls[0]?.[0].confirm).toBe("rs0");
    expect(made.typed).toBe("");
  });

  it("is not looked at while it goes on or when it is over, whatever was asked before", async () => {
    const [late, answer] = [later<OperationPlan>(), later<OperationReport>()];
    const planOperation = vi
      .fn<Backend["planOperation"]>()
      .mockResolvedValueOnce(plan())
      .mockReturnValueOnce(late.promise);
    const made = operation({
      planOperation,
      rehearseOperation: () => Promise.reject(failure("no mongod")),
      runOperation: () => answer.promise,
    });
    await made.look();
    const look = made.look();
    await made.rehearse();
    late.reject(failure("late"));
    await look;
    expect([made.plan?.title, made.planError, made.planning]).toEqual([plan().title, null, false]);

    const run = made.run();
    await made.look();
    answer.resolve(report());
    await run;
    await made.look();
    expect(planOperation).toHaveBeenCalledTimes(2);
  });

  it("tells what came of it by the title that it was run under", async () => {
    const tell = vi.spyOn(announcements, "tell");
    const answer = later<OperationReport>();
    const made = await planned({ runOperation: () => answer.promise });
    const run = made.run();
    made.plan = null;
    answer.resolve(report());
    await run;
    expect(made.failure).toBeNull();
    expect(tell.mock.lastCall?.[0]).toBe(`${plan().title}: Done`);
    tell.mockRestore();
  });

  it("says why it was not begun until something else is asked, or it is planned anew", async () => {
    const made = await planned({ runOperation: () => Promise.reject(failure("gone")) });
    await made.run();
    await made.look();
    expect(made.failure, "the set is looked at again by itself").not.toBeNull();
    await made.planAnew();
    expect(made.failure).toBeNull();
    await made.run();
    if (made.draft.kind === "stepDown") made.draft.seconds = "90";
    await made.look();
    expect(made.failure).toBeNull();
  });

  it("is planned anew as it was wished where it was not done", async () => {
    const planOperation = vi.fn<Backend["planOperation"]>(() => Promise.resolve(plan()));
    const made = await planned({
      planOperation,
      rehearseOperation: () => Promise.resolve({ report: report(), hosts: [], remarks: [] }),
      runOperation: () => Promise.resolve(report({ outcome: "partly" })),
    });
    if (made.draft.kind === "stepDown") made.draft.seconds = "90";
    await made.look();
    await made.rehearse();
    await made.run();
    await made.planAnew();
    expect(planOperation).toHaveBeenCalledTimes(3);
    expect([made.report, made.rehearsal, made.ready]).toEqual([null, null, true]);
    expect(made.draft).toMatchObject({ seconds: "90" });
  });

  it("does not say why there is no plan where what is wished by now cannot be read", async () => {
    const made = operation({ planOperation: () => Promise.reject(failure("gone")) });
    await made.look();
    expect(made.planError).not.toBeNull();
    if (made.draft.kind === "stepDown") made.draft.seconds = "soon";
    await made.look();
    expect(made.planError).toBeNull();
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

  it("says aloud why a rehearsal failed", async () => {
    const tell = vi.spyOn(announcements, "tell");
    const made = await planned({ rehearseOperation: () => Promise.reject(failure("no mongod")) });
    await made.rehearse();
    expect(tell.mock.lastCall?.[0]).toBe("On a local set: No answer");
    tell.mockRestore();
  });
});
