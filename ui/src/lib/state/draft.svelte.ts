/** What is typed into the connection form. It outlives the form, so that closing a dialog loses nothing. */
class ConnectionDraft {
  uri = $state("");
  password = $state("");
  name = $state("");
  environment = $state("");
  /** Nothing that could change anything is to be sent. */
  readOnly = $state(false);

  clear(): void {
    this.uri = "";
    this.password = "";
    this.name = "";
    this.environment = "";
    this.readOnly = false;
  }
}

export const draft = new ConnectionDraft();
