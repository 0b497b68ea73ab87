import type { AppInfo, Backend, RestSettings, Settings as Kept, Theme, UndoSettings } from "$lib/backend";

const THEME_KEY = "trivet.theme";

/** What a person has set, and what the program tells of itself. In a browser the browser keeps it. */
export class Settings {
  theme = $state<Theme>("system");
  rest = $state.raw<RestSettings | null>(null);
  undo = $state.raw<UndoSettings | null>(null);
  app = $state.raw<AppInfo | null>(null);

  readonly #backend: Backend;
  readonly #storage: Storage;

  constructor(backend: Backend, storage: Storage) {
    this.#backend = backend;
    this.#storage = storage;
    // The core answers after the first paint; the copy here keeps that paint from flashing.
    const known = storage.getItem(THEME_KEY);
    if (known === "light" || known === "dark") this.theme = known;
  }

  async loadApp(): Promise<AppInfo> {
    return (this.app = await this.#backend.appInfo());
  }

  async load(): Promise<void> {
    if (this.#backend.desktop !== null) this.#take(await this.#backend.desktop.settings());
  }

  #take({ theme, rest, undo }: Kept): void {
    this.theme = theme ?? "system";
    this.rest = rest ?? null;
    this.undo = undo ?? null;
    this.#storage.setItem(THEME_KEY, this.theme);
  }

  /** Changes the theme at once, and keeps it. Throws a `BackendError` when it could not be kept. */
  async setTheme(theme: Theme): Promise<void> {
    this.theme = theme;
    this.#storage.setItem(THEME_KEY, theme);
    await this.#keep({ theme });
  }

  /** Keeps how the REST API is served. Throws a `BackendError` when it could not be kept. */
  async setRest(rest: RestSettings): Promise<void> {
    await this.#keep({ rest });
  }

  /** Keeps how much of what was written is kept. Throws a `BackendError` when it could not be. */
  async setUndo(undo: UndoSettings): Promise<void> {
    await this.#keep({ undo });
  }

  /** What else is set stays as it is, whoever has set it. */
  async #keep(change: Kept): Promise<void> {
    const { desktop } = this.#backend;
    if (desktop !== null)
      this.#take(await desktop.saveSettings({ ...(await desktop.settings()), ...change }));
  }
}
