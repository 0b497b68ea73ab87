import { SvelteMap } from "svelte/reactivity";

import type { Draft } from "$lib/operations/draft";

import { Operation, type OperationBackend } from "./operation.svelte";

/** The operations on replica sets that are planned or go on, or whose report waits to be read. */
export class Operations {
  /** The one in front. */
  shown = $state.raw<Operation | null>(null);

  readonly #backend: OperationBackend;
  /** By connection, and what each is about. */
  readonly #all = new SvelteMap<string, Operation>();

  constructor(backend: OperationBackend) {
    this.#backend = backend;
  }

  /** Shows the one that is about this; what was typed of it before is still there. */
  open(connection: string, about: string, name: string, draft: () => Draft): void {
    const key = `${connection} ${about}`;
    const kept = this.#all.get(key);
    this.shown = kept ?? new Operation(this.#backend, connection, name, draft());
    this.#all.set(key, this.shown);
  }

  show(operation: Operation): void {
    this.shown = operation;
  }

  /** It is put away: kept where it goes on, or is not done and something was typed of it. */
  hide(): void {
    const operation = this.shown;
    this.shown = null;
    if (operation === null) return;
    const done = operation.report?.outcome === "applied";
    operation.putAway();
    if (operation.isGoing || (!done && (operation.isTouched || operation.rehearsal !== null))) return;
    for (const [key, other] of this.#all) if (other === operation) this.#all.delete(key);
  }

  /** What goes on with a set, or has ended while nobody looked: also of a rehearsal. */
  waiting(connection: string): Operation[] {
    return [...this.#all.values()].filter(
      (operation) =>
        operation.connection === connection &&
        (operation.isGoing ||
          operation.report !== null ||
          operation.failure !== null ||
          !operation.rehearsalRead) &&
        operation !== this.shown,
    );
  }

  /** Whether another one than this changes the same set now. */
  isOther(operation: Operation): boolean {
    return [...this.#all.values()].some(
      (other) => other !== operation && other.connection === operation.connection && other.running !== null,
    );
  }
}
