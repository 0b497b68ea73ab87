/** Where the token is kept: for this tab and no longer. The page of the API's description uses the same place. */
const KEY = "trivet-token";

/** The secret that every request carries, and who is told when it is refused. */
export class Token {
  #refused: () => void = () => undefined;
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  get text(): string | null {
    return this.#storage.getItem(KEY);
  }

  set text(text: string | null) {
    if (text === null) this.#storage.removeItem(KEY);
    else this.#storage.setItem(KEY, text.trim());
  }

  /**
   * Takes the token from behind the `#` of the address, and removes it from there: it would stay in the history.
   * Says whether there was one.
   */
  takeFrom(location: Location, history: History): boolean {
    const given = new URLSearchParams(location.hash.slice(1)).get("token");
    if (given === null) return false;
    this.text = given;
    history.replaceState(null, "", location.pathname + location.search);
    return true;
  }

  /** Calls this whenever the listener refuses the token. */
  onRefused(tell: () => void): void {
    this.#refused = tell;
  }

  /** The listener did not take the one that was sent. Refusals come late, and another may have been given since. */
  refuse(sent: string | null): void {
    if (this.text !== sent) return;
    this.text = null;
    this.#refused();
  }
}
