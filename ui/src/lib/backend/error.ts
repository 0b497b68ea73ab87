import { t } from "$lib/messages";

import type { ErrorBody, ErrorCode } from "./bindings";

/** What the window says about each kind of failure. Exhaustive: a new code does not compile without words. */
export const errorWords: Record<ErrorCode, { title: string; next: string }> = t.error.codes;

/** What most failures have nothing to say about. */
const BLANK = {
  hint: null,
  retryable: false,
  server: null,
  at: null,
  rules: [],
  document: null,
  entry: null,
};

/** A failure of an operation, as the core describes it. */
export class BackendError extends Error {
  override readonly name = "BackendError";

  constructor(readonly body: ErrorBody) {
    super(body.message);
  }

  /** A failure that did not come from the core. */
  static of(code: ErrorCode, message: string, more: Partial<ErrorBody> = {}): BackendError {
    return new BackendError({ ...BLANK, code, message, ...more });
  }

  get code(): ErrorCode {
    return this.body.code;
  }

  /** What happened, in two or three words. */
  get title(): string {
    return errorWords[this.body.code].title;
  }

  /** The next step: the core's own hint, else the usual one for this kind of failure. */
  get next(): string {
    return this.body.hint ?? errorWords[this.body.code].next;
  }
}

/**
 * Makes a `BackendError` of whatever was thrown or rejected.
 *
 * The shell's own refusals are plain strings; everything without a known code is `Internal`.
 */
export function toBackendError(thrown: unknown): BackendError {
  if (thrown instanceof BackendError) return thrown;
  if (isErrorBody(thrown)) return new BackendError({ ...BLANK, ...thrown });
  return BackendError.of("Internal", describe(thrown));
}

function isErrorBody(value: unknown): value is ErrorBody {
  if (typeof value !== "object" || value === null) return false;
  const { code, message } = value as Partial<ErrorBody>;
  return typeof code === "string" && Object.hasOwn(errorWords, code) && typeof message === "string";
}

function describe(thrown: unknown): string {
  if (typeof thrown === "string" && thrown !== "") return thrown;
  if (thrown instanceof Error && thrown.message !== "") return thrown.message;
  return t.error.unexplained;
}
