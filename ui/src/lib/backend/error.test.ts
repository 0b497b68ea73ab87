import { describe, expect, it } from "vitest";

import type { ErrorBody } from "./bindings";
import { toBackendError } from "./error";

const body: ErrorBody = {
  code: "Unreachable",
  message: "Cannot reach db:27017: connection refused.",
  hint: null,
  retryable: true,
  server: null,
  at: null,
  rules: [],
  document: null,
  entry: null,
};

describe("errors", () => {
  it("keep what the core says", () => {
    const error = toBackendError({ ...body, hint: "Start mongod." });
    expect(error.code).toBe("Unreachable");
    expect(error.message).toBe(body.message);
    expect(error.next).toBe("Start mongod.");
  });

  it("have a next step of their own when the core has none", () => {
    expect(toBackendError(body).next).toContain("mongod is running");
  });

  it.each([
    "command find not allowed",
    new TypeError("undefined is not a function"),
    { code: "Odd", message: "x" },
    null,
  ])("are Internal without a known code: %s", (thrown) => {
    const error = toBackendError(thrown);
    expect(error.code).toBe("Internal");
    expect(error.message).not.toBe("");
  });

  it("stay themselves", () => {
    const error = toBackendError(body);
    expect(toBackendError(error)).toBe(error);
  });
});
