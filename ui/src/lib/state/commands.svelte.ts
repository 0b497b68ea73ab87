import { type KeyPress, type Keys, matches, worksWhileTyping } from "$lib/keys";

/** Where a command is listed among the shortcuts. */
export type CommandGroup = "general" | "tabs" | "tree" | "documents" | "health";

/** Something a person can do: from the palette, by its keys, or both. */
export interface Command {
  /** Unique; registering the same id again replaces the command. */
  id: string;
  /** What it does, in the language in use. */
  title: string;
  group: CommandGroup;
  /** Its shortcuts, the one to show first. */
  keys?: readonly Keys[];
  run: () => void;
  /** Whether it can be done now. Without this: always. */
  available?: () => boolean;
  /** False for what makes no sense in the palette, such as the palette itself. */
  inPalette?: boolean;
}

/** Every command of the window, and the one place that listens to the keyboard for them. */
export class Commands {
  #all = $state.raw<readonly Command[]>([]);
  /**
   * The same list, for writing: a state that is read while an effect is taken down gives what it was before,
   * and the commands that another effect has just added would be lost.
   */
  #latest: readonly Command[] = [];

  get all(): readonly Command[] {
    return this.#all;
  }

  /** Adds commands, and returns what takes them away again: ready for `$effect(() => commands.register([...]))`. */
  register(added: readonly Command[]): () => void {
    const ids = added.map((command) => command.id);
    this.#change((all) => [...all.filter((command) => !ids.includes(command.id)), ...added]);
    return () => this.#change((all) => all.filter((command) => !added.includes(command)));
  }

  #change(next: (all: readonly Command[]) => readonly Command[]): void {
    this.#latest = next(this.#latest);
    this.#all = this.#latest;
  }

  /** Commands for the palette that can be done now. */
  get listed(): Command[] {
    return this.#all.filter((command) => command.inPalette !== false && (command.available?.() ?? true));
  }

  /** Runs the command whose keys are pressed; the latest registered wins. Says whether there was one. */
  press(event: KeyPress, typing: boolean): boolean {
    const command = this.#all.findLast(
      (candidate) =>
        (candidate.keys ?? []).some((keys) => matches(keys, event) && (!typing || worksWhileTyping(keys))) &&
        (candidate.available?.() ?? true),
    );
    command?.run();
    return command !== undefined;
  }
}

/** Whether keys go into a text at present. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button"].includes(target.type);
}
