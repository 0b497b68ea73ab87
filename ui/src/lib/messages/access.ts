export const access = {
  title: "This page needs a token",
  lead: "Whoever holds it can use the database through this listener.",
  token: "Token",
  hint: "It is in the file that trivet-server names when it starts. It is kept for this tab only.",
  refused: "The listener did not take this token.",
  open: "Open",
  waitingTitle: "No connection yet",
  waitingBody:
    "The listener opens its connection by itself, and shows it here as soon as the database answers.",
};
