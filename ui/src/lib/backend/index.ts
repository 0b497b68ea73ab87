export type { Backend, DesktopOperations, ReplicaListener, Unsubscribe } from "./backend";
export type * from "./bindings";
export { BackendError, errorWords, toBackendError } from "./error";
export type { Token } from "./token";
