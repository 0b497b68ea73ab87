import { SvelteMap } from "svelte/reactivity";

import { announce } from "$lib/announce.svelte";
import {
  type Backend,
  type BackendError,
  type FailoverMeasurement,
  type FailoverProgress,
  type MeasurementFormat,
  type MeasurementText,
  type SavedFile,
  toBackendError,
} from "$lib/backend";
import { worstWords } from "$lib/operations/measure";

export type StopwatchBackend = Pick<
  Backend,
  | "measureFailover"
  | "measurements"
  | "measurement"
  | "forgetMeasurement"
  | "exportMeasurement"
  | "cancelQuery"
  | "desktop"
>;

/** As many can be looked at side by side. */
const SIDE_BY_SIDE = 2;

let names = 0;

/** The fail-over stopwatch of one set: what it measures now, and what it has measured before. */
export class Stopwatch {
  label = $state("");
  seconds = $state("300");
  progress = $state.raw<FailoverProgress | null>(null);
  stopping = $state(false);
  /** What went wrong last. */
  error = $state.raw<BackendError | null>(null);
  /** What is kept, the newest first, without the single writes. */
  kept = $state.raw<readonly FailoverMeasurement[] | null>(null);
  /** Those that are looked at, whole. */
  shown = $state.raw<readonly FailoverMeasurement[]>([]);

  readonly #backend: StopwatchBackend;
  #query: string | null = null;

  constructor(
    backend: StopwatchBackend,
    readonly connection: string,
  ) {
    this.#backend = backend;
  }

  get measuring(): boolean {
    return this.progress !== null;
  }

  /** Measures until it is stopped, or for so many seconds. It goes on whatever is in front. */
  async measure(seconds: number): Promise<void> {
    if (this.measuring) return;
    this.error = null;
    this.progress = { elapsedMs: 0, acknowledged: 0, failed: 0, awayMs: null, lastError: null };
    names += 1;
    const query = (this.#query = `stopwatch ${names} ${Date.now()}`);
    const { connection, label } = this;
    await this.#attempt(async () => {
      const measured = await this.#backend.measureFailover(
        { connection, label: label.trim(), seconds, query },
        (far) => {
          if (this.progress !== null) this.progress = far;
        },
      );
      this.shown = [measured];
      announce(worstWords(measured));
    });
    this.progress = this.#query = null;
    this.stopping = false;
    await this.load();
  }

  async stop(): Promise<void> {
    if (this.#query === null) return;
    this.stopping = true;
    try {
      const { found } = await this.#backend.cancelQuery({ connection: this.connection, query: this.#query });
      // It has not begun, or is over: this can be asked again.
      if (!found) this.stopping = false;
    } catch {
      this.stopping = false;
    }
  }

  async load(): Promise<void> {
    await this.#attempt(async () => {
      this.kept = await this.#backend.measurements({ connection: this.connection });
    });
  }

  isShown(id: string): boolean {
    return this.shown.some((other) => other.id === id);
  }

  /** Looks at one beside the one that was chosen last, or no longer. */
  async toggle(id: string): Promise<void> {
    if (this.isShown(id)) {
      this.shown = this.shown.filter((other) => other.id !== id);
      return;
    }
    await this.#attempt(async () => {
      const whole = await this.#backend.measurement({ connection: this.connection, id });
      if (!this.isShown(id)) this.shown = [...this.shown, whole].slice(-SIDE_BY_SIDE);
    });
  }

  async forget(id: string): Promise<void> {
    await this.#attempt(async () => {
      await this.#backend.forgetMeasurement({ connection: this.connection, id });
      this.shown = this.shown.filter((other) => other.id !== id);
      this.kept = this.kept?.filter((other) => other.id !== id) ?? null;
    });
  }

  /** A file where this app may save one; the text of one where a browser has to. */
  async exportIt(id: string, format: MeasurementFormat): Promise<SavedFile | MeasurementText | null> {
    const request = { connection: this.connection, id, format };
    const { desktop } = this.#backend;
    return this.#attempt<SavedFile | MeasurementText>(() =>
      desktop ? desktop.saveMeasurement(request) : this.#backend.exportMeasurement(request),
    );
  }

  async #attempt<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      const answer = await ask();
      return answer;
    } catch (thrown) {
      this.error = toBackendError(thrown);
      return null;
    }
  }
}

/** The stopwatch of each connection. */
export class Stopwatches {
  readonly #backend: StopwatchBackend;
  readonly #all = new SvelteMap<string, Stopwatch>();

  constructor(backend: StopwatchBackend) {
    this.#backend = backend;
  }

  of(connection: string): Stopwatch | null {
    return this.#all.get(connection) ?? null;
  }

  open(connection: string): Stopwatch {
    let stopwatch = this.#all.get(connection);
    if (!stopwatch) this.#all.set(connection, (stopwatch = new Stopwatch(this.#backend, connection)));
    return stopwatch;
  }
}
