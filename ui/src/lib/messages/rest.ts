export const rest = {
  title: "REST API",
  lead: "The same operations over HTTP, for programs on this machine that hold the token.",
  listen: "Listen on this machine",
  address: "Address",
  addressHint: "Loopback only. Port 0 takes a free one.",
  use: "Use it",
  at: "Reached at",
  tokenFile: "Token in",
  served: "Connections it serves",
  noConnection: "Open a connection to serve it.",
  mark: (address: string) => `REST ${address}`,
  failed: "REST does not listen",
  markHint: (names: string) =>
    names === "" ? "The REST API listens and serves no connection." : `The REST API serves ${names}.`,
};
