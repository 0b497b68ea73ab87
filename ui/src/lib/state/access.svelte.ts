import type { Token } from "$lib/backend";

/** Whether this page may ask: in a browser it needs the token of the listener that served it. */
export class Access {
  /** The token has to be given. */
  needed = $state(false);
  /** One was given, and the listener did not take it. */
  refused = $state(false);

  readonly #token: Token | null;

  constructor(token: Token | null) {
    this.#token = token;
    this.needed = token !== null && token.text === null;
    token?.onRefused(() => {
      this.needed = true;
      this.refused = true;
    });
  }

  give(text: string): void {
    if (this.#token === null) return;
    this.#token.text = text;
    this.#given();
  }

  /** Takes a token that the address has been given. Says whether there was one. */
  takeFrom(location: Location, history: History): boolean {
    const taken = this.#token?.takeFrom(location, history) ?? false;
    if (taken) this.#given();
    return taken;
  }

  #given(): void {
    this.needed = false;
    this.refused = false;
  }
}
