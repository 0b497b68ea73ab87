export const frame = {
  find: "Find anything",
  connections: "Connections",
  namespaces: "Databases and collections",
  tabs: "Open tabs",
  main: "Main view",
  lab: "Lab",
  settings: "Settings",
  closeTab: "Close tab",
  closeTabNamed: (name: string) => `Close ${name}`,
  nextTab: "Next tab",
  previousTab: "Previous tab",
  resizeSidebar: "Width of the sidebar",
  unsaved: "unsaved changes",
  unsavedTitle: (name: string) => `Close ${name} without saving?`,
  unsavedBody: (count: number) =>
    count === 1
      ? "One change in this tab has not been saved."
      : `${count} changes in this tab have not been saved.`,
  discardAndClose: "Discard and close",
  disconnectTitle: (name: string) => `Disconnect ${name} without saving?`,
  disconnectBody: (count: number) =>
    count === 1
      ? "One change in its tabs has not been saved."
      : `${count} changes in its tabs have not been saved.`,
  discardAndDisconnect: "Discard and disconnect",
  noTabTitle: "Nothing open",
  noTabBody: "Choose a collection on the left, or find anything.",
  notConnectedTitle: (name: string) => `${name} is not connected`,
  notServedBody: "This tab was open the last time. The listener does not serve this connection now.",
  notConnectedBody: "This tab was open the last time. Connect to see it again.",

  databasesFailed: "Databases could not be listed",
  collectionsFailed: "Collections could not be listed",
  noDatabases: "No databases",
  noCollections: "No collections",
  view: "view",
  timeseries: "time series",
  refresh: "Refresh databases and collections",
  collapseAll: "Collapse all databases",
  documents: (count: string) => `${count} documents`,
};
