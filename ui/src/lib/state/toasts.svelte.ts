import { announce } from "$lib/announce.svelte";

/** What can be done about a message. */
export interface ToastAction {
  label: string;
  run: () => void;
}

/** A short message that goes by itself. */
export interface Toast {
  id: number;
  level: "info" | "good" | "error";
  text: string;
  action: ToastAction | null;
}

const SECONDS = { info: 4, good: 4, error: 8 };
/** Somebody has to read it, and to reach the button. */
const WITH_ACTION_SECONDS = 12;

/** Short messages at the edge of the window. What must be read stands in a Notice instead. */
export class Toasts {
  all = $state.raw<readonly Toast[]>([]);
  #last = 0;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(level: Toast["level"], text: string, action?: ToastAction): void {
    this.#last += 1;
    const toast = { id: this.#last, level, text, action: action ?? null };
    this.all = [...this.all, toast];
    announce(text);
    this.release(toast.id);
  }

  /** Keeps a message while the pointer or the keyboard is on it. */
  hold(id: number): void {
    clearTimeout(this.#timers.get(id));
  }

  /** Lets it go after its time. */
  release(id: number): void {
    const toast = this.all.find((each) => each.id === id);
    if (!toast) return;
    this.hold(id);
    const seconds = toast.action ? WITH_ACTION_SECONDS : SECONDS[toast.level];
    this.#timers.set(
      id,
      setTimeout(() => this.dismiss(id), seconds * 1000),
    );
  }

  dismiss(id: number): void {
    this.hold(id);
    this.#timers.delete(id);
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}
