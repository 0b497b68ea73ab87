import { announce } from "$lib/announce.svelte";

/** A short message that goes by itself. */
export interface Toast {
  id: number;
  level: "info" | "good" | "error";
  text: string;
}

const SECONDS = { info: 4, good: 4, error: 8 };

/** Short messages at the edge of the window. What must be read stands in a Notice instead. */
export class Toasts {
  all = $state.raw<readonly Toast[]>([]);
  #last = 0;

  show(level: Toast["level"], text: string): void {
    this.#last += 1;
    const toast = { id: this.#last, level, text };
    this.all = [...this.all, toast];
    announce(text);
    setTimeout(() => this.dismiss(toast.id), SECONDS[level] * 1000);
  }

  dismiss(id: number): void {
    this.all = this.all.filter((toast) => toast.id !== id);
  }
}
