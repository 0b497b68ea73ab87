import { type Backend, BackendError } from "$lib/backend";

/** A backend for tests: what is not given rejects as something nobody should have asked. */
export function fakeBackend(given: Partial<Backend>): Backend {
  return new Proxy(given as Backend, {
    get(target, name: keyof Backend) {
      return target[name] ?? (() => Promise.reject(new Error(`${name} was asked`)));
    },
  });
}

/** A failure as the core would send it. */
export function failure(message: string): BackendError {
  return BackendError.of("Unreachable", message, { retryable: true });
}

/** A promise that settles when the test says so. */
export function later<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
