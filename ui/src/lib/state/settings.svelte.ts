import type { AppInfo, Backend, Theme } from "$lib/backend";

const THEME_KEY = "trivet.theme";

/** What a person has set, and what the shell tells of itself. */
export class Settings {
  theme = $state<Theme>("system");
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

  async load(): Promise<void> {
    const [app, settings] = await Promise.all([this.#backend.appInfo(), this.#backend.settings()]);
    this.app = app;
    this.theme = settings.theme ?? "system";
    this.#storage.setItem(THEME_KEY, this.theme);
  }

  /** Changes the theme at once, and keeps it. Throws a `BackendError` when it could not be kept. */
  async setTheme(theme: Theme): Promise<void> {
    this.theme = theme;
    this.#storage.setItem(THEME_KEY, theme);
    await this.#backend.saveSettings({ theme });
  }
}
