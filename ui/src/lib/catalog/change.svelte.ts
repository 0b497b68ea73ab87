import { type BackendError, toBackendError } from "$lib/backend";

/** A change of the catalogue, and what became of it: made, not made, or unknown until it was checked. */
export class Change {
  busy = $state(false);
  /** It may have been made: never shown as success or failure. */
  unknown = $state(false);
  /** A check found that it was not made. */
  notDone = $state(false);
  error = $state.raw<BackendError | null>(null);

  /** Makes it. Says whether that is sure. */
  async make(change: () => Promise<unknown>): Promise<boolean> {
    return this.#attempt(async () => {
      this.unknown = false;
      await change();
      return true;
    });
  }

  /** Looks whether it was made. One that cannot be looked up stays unknown. */
  async check(wasMade: () => Promise<boolean>): Promise<boolean> {
    return this.#attempt(async () => {
      const made = await wasMade();
      this.unknown = false;
      this.notDone = !made;
      return made;
    });
  }

  async #attempt(work: () => Promise<boolean>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.error = null;
    this.notDone = false;
    try {
      return await work();
    } catch (thrown) {
      this.error = toBackendError(thrown);
      this.unknown ||= this.error.code === "OutcomeUnknown";
      return false;
    } finally {
      this.busy = false;
    }
  }
}
