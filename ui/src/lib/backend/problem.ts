import type { ErrorBody } from "./bindings";
import { BackendError, toBackendError } from "./error";

/** A failure as the listener sends it (RFC 9457). */
interface Problem extends Partial<Omit<ErrorBody, "message" | "server">> {
  detail?: string;
  mongo?: { code: number; codeName: string; labels: string[] };
}

/** Makes of a problem body what the core said before it was sent. */
export function problemOf(body: unknown, status: number): BackendError {
  const { code, detail, mongo, hint, retryable, at, rules, document, entry } = (body ?? {}) as Problem;
  if (code === undefined || detail === undefined)
    return BackendError.of("Internal", `The listener answered ${status} without saying why.`);
  return toBackendError({
    code,
    message: detail,
    hint: hint ?? null,
    retryable: retryable ?? false,
    server: mongo === undefined ? null : { code: mongo.code, name: mongo.codeName, labels: mongo.labels },
    at: at ?? null,
    rules: rules ?? [],
    document: document ?? null,
    entry: entry ?? null,
  });
}
