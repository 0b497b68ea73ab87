import type { Environment, Topology } from "$lib/backend/bindings";

const environments: Record<Environment, string> = { local: "Local", test: "Test", production: "Production" };

const topologies: Record<Topology, string> = {
  replicaSet: "Replica set",
  standalone: "Standalone",
  sharded: "Sharded cluster",
  unknown: "Not known yet",
};

export const connection = {
  openReadOnly: "Read-only: send nothing that could change anything",
  keepUndo: "Keep before-images (Undo)",
  keepUndoHint:
    "Documents as they were before each write stay on this machine, so that the write can be taken back.",
  noUndoHint: "Nothing is kept of what is written on this connection, so it cannot be taken back.",
  readOnly: "Read-only",
  readOnlyHint: "Nothing that could change anything is sent on this connection.",
  environments,
  topologies,
  connect: "Connect",
  connectTo: (name: string) => `Connect to ${name}`,
  connecting: "Connecting…",
  connected: (name: string) => `Connected to ${name}`,
  disconnect: "Disconnect",
  disconnectNamed: (name: string) => `Disconnect from ${name}`,
  disconnected: (name: string) => `Disconnected from ${name}`,
  forget: "Forget",
  forgetNamed: (name: string) => `Forget ${name}`,
  newConnection: "New connection",
  title: "Connect to MongoDB",
  uri: "Connection string",
  uriPlaceholder: "mongodb://user:password@host:27017/?replicaSet=name",
  uriHint: "mongodb:// or mongodb+srv://. The password is used once and never kept.",
  name: "Name",
  namePlaceholder: "The set's name, or the first host",
  environment: "Environment",
  environmentHint: "Production asks for a name to be typed before anything destructive.",
  environmentAuto: "Automatic",
  password: "Password",
  passwordFor: (name: string) => `Password for ${name}`,
  labInstead: "Start a local set instead",
  passwordWhy: "Passwords are not remembered.",
  showPassword: "Show password",
  hidePassword: "Hide password",
  paste: "Paste from clipboard",
  clipboardEmpty: "There is no text on the clipboard.",
  recent: "Recent connections",
  lastUsed: (when: string) => `used ${when}`,
  needsPassword: "asks for the password",
  switchTo: (name: string) => `Switch to ${name}`,
};
