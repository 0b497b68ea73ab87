import type { Backend } from "./backend";
import { tauri } from "./tauri";

export type { Backend, Unsubscribe } from "./backend";
export type * from "./bindings";
export { BackendError, errorWords, toBackendError } from "./error";

/** The backend of this window. */
export const backend: Backend = tauri;
