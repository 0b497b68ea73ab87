import { describe, expect, it, vi } from "vitest";

import type { Backend, OperationPlan } from "$lib/backend";
import type { ConfigWish, Draft } from "$lib/operations/draft";

import { failure } from "./fake-backend";
import { operation, plan } from "./operation-samples";

describe("a configuration that is edited as a document", () => {
  const wished = { members: [], settings: { numbers: {}, chaining: true } };
  const config = {
    view: "document",
    at: 0,
    removes: false,
    wished,
    now: wished,
    text: null,
    read: "",
  } as unknown as ConfigWish;

  /** One whose set has these configurations, one after the other, and its text. */
  function edited(draft: Draft, ...answers: (OperationPlan["wished"] | Error)[]) {
    const planOperation = vi.fn<Backend["planOperation"]>(() => {
      const answer = answers.shift() ?? null;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(plan({ wished: answer }));
    });
    const made = operation({ planOperation }, draft);
    const text = (typed?: string) => {
      if (!("config" in made.draft)) throw new Error(made.draft.kind);
      if (typed !== undefined) made.draft.config.text = typed;
      return made.draft.config.text;
    };
    return { made, planOperation, text };
  }
  const reconfigure = (): Draft => ({ kind: "reconfigure", config: structuredClone(config) });

  it("is read once, and never over what was typed", async () => {
    const { made, planOperation, text } = edited(reconfigure(), "{ a: 1 }", "{ a: 9 }");
    await made.readDocument();
    expect(text()).toBe("{ a: 1 }");
    text("{ a: 2 }");
    await made.readDocument();
    expect(text()).toBe("{ a: 2 }");
    expect(planOperation).toHaveBeenCalledOnce();
  });

  it("is the present one where it is read anew, whatever was typed", async () => {
    const { made, text } = edited(reconfigure(), "{ version: 1 }", "{ version: 2 }");
    await made.readDocument();
    text("{ version: 1, typed: 1 }");
    await made.readDocument(true);
    expect(text()).toBe("{ version: 2 }");
    expect(made.asked, "nothing is different from what was read").toBeNull();
  });

  it("says why it could not be read until it is read, and takes away why there was no plan", async () => {
    const { made, text } = edited(reconfigure(), failure("gone"), "{ a: 1 }", failure("no plan"), "{ a: 2 }");
    await made.readDocument();
    // The dialog looks again, and there is nothing to plan.
    await made.look();
    expect(made.documentError?.message).toBe("gone");
    await made.readDocument(true);
    expect([made.documentError, text()]).toEqual([null, "{ a: 1 }"]);
    text("{ a");
    await made.look();
    expect(made.planError?.message).toBe("no plan");
    await made.readDocument(true);
    expect(made.planError).toBeNull();
  });

  it("is asked of a survivor where the majority is lost", async () => {
    const forced: Draft = { kind: "forceReconfigure", host: "a:1", config: structuredClone(config) };
    const { made, planOperation } = edited(forced, "{ a: 1 }");
    await made.readDocument();
    expect(planOperation.mock.calls[0]?.[0].operation).toEqual({
      kind: "forceReconfigure",
      host: "a:1",
      edits: [],
    });
  });
});
