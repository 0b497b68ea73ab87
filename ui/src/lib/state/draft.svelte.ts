/** What is typed into the connection form. It outlives the form, so that closing a dialog loses nothing. */
class ConnectionDraft {
  uri = $state("");
  password = $state("");
  name = $state("");
  environment = $state("");

  clear(): void {
    this.uri = "";
    this.password = "";
    this.name = "";
    this.environment = "";
  }
}

export const draft = new ConnectionDraft();
