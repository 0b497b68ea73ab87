/** What is typed into the connection form. It outlives the form, so that closing a dialog loses nothing. */
class ConnectionDraft {
  uri = $state("");
  password = $state("");
  name = $state("");
  environment = $state("");
  /** Nothing that could change anything is to be sent. */
  readOnly = $state(false);
  /** Before-images are to be kept; null for as it was the last time. */
  undo = $state<boolean | null>(null);

  clear(): void {
    this.uri = "";
    this.password = "";
    this.name = "";
    this.environment = "";
    this.readOnly = false;
    this.undo = null;
  }
}

export const draft = new ConnectionDraft();
