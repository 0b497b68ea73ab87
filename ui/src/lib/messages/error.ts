import type { ErrorCode } from "$lib/backend/bindings";

const codes: Record<ErrorCode, { title: string; next: string }> = {
  InvalidInput: { title: "Cannot be understood", next: "Correct what was typed and try again." },
  NotFound: { title: "Not there any more", next: "Refresh to see what is there now." },
  Conflict: { title: "Changed by somebody else", next: "Nothing was written. Reload, look, and save again." },
  ValidationFailed: {
    title: "Refused by the collection's rules",
    next: "Nothing was written. Change the document so that it fits the validation rules.",
  },
  Unauthenticated: { title: "Login refused", next: "Check user name, password and authSource." },
  Forbidden: { title: "Not allowed", next: "Ask for a role that grants this, or log in as another user." },
  ReadOnly: {
    title: "This connection is read-only",
    next: "Nothing was sent. Connect without read-only to write.",
  },
  Unreachable: { title: "No answer", next: "Check that mongod is running and the address is right." },
  Tls: { title: "No secure connection", next: "Check the certificate, its authority and the host name." },
  Timeout: { title: "Took too long", next: "Nothing was applied. Try again." },
  Cancelled: { title: "Cancelled", next: "Nothing more is done." },
  NotPrimary: {
    title: "No primary right now",
    next: "Nothing was applied. Try again when the set has elected a primary; the bar at the bottom tells.",
  },
  OutcomeUnknown: {
    title: "Outcome unknown",
    next: "The write was sent and no answer came. Reload the document to see whether it was applied.",
  },
  TooLarge: { title: "Too large", next: "A document holds at most 16 MiB and 180 levels. Make it smaller." },
  Unsupported: { title: "Not possible here", next: "This server or this document does not allow it." },
  ServerRejected: { title: "Refused by the server", next: "The server's own words are above." },
  Storage: {
    title: "A local file cannot be used",
    next: "Check that the disk is not full and the folder is writable.",
  },
  Internal: {
    title: "Something went wrong in Trivet",
    next: "Try again. If it comes back, the log in the data folder says more.",
  },
};

export const error = {
  codes,
  onlyInTheWindow: "This can be done only in the window of Trivet itself.",
  unexplained: "The operation failed without saying why.",
  /** Behind a page in a browser. */
  listener: {
    ended: "The listener ended before the operation did.",
    brokeOff: "The answer broke off before its end: it is not known how far it came.",
    /** Where it is seen how far what changes things came. */
    look: {
      runOperation: "Look in Health at how the set is now, before anything more is done to it.",
      undo: "Reload the documents, and find the write in the history to see what is undone of it.",
      writeMany:
        "Reload the documents. Where a history of writes is kept, find the write there and check it.",
    },
  },
};
