export const palette = {
  title: "Find anything",
  placeholder: "A collection, a connection, a command",
  open: "Find anything",
  results: (count: number) => (count === 1 ? "1 result" : `${count} results`),
  nothing: (query: string) => `Nothing matches “${query}”.`,
  nothingHint: "Databases are searched once they have been opened on the left.",
  groups: { command: "Command", namespace: "Collection", connection: "Connection", tab: "Tab" },
  keys: { choose: "choose", open: "open", close: "close" },
};
