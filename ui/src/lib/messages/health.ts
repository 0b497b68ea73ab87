const plural = (count: number, one: string, many: string) => (count === 1 ? one : many);

/** What is done with a set's health: alerts, thresholds, incidents. */
export const health = {
  menu: "What can be done with this",

  watching: {
    open: "Alerts and recording…",
    title: (name: string) => `Alerts and recording of ${name}`,
    alerts: "Watch for alerts while nobody looks",
    alertsHint:
      "Members are asked once a second all the time. Without it, alerts are raised while Health or documents are open.",
    record: "Record without gaps",
    recordHint:
      "Charts and timeline go on while nobody looks. What stands in the members' logs is made up for in either case.",
    thresholds: "From when on it is an alert",
    thresholdsHint: "Where a warning or a critical field is empty, there is no such alert.",
    signal: "Signal",
    warning: "Warning",
    critical: "Critical",
    signals: {
      lagSeconds: "Lag above, seconds",
      commitLagSeconds: "Commit lag above, seconds",
      oplogWindowHours: "Oplog window below, hours",
      headroomShare: "Headroom below, share of the window",
      timeToStaleHours: "Time to stale below, hours",
      clockSkewSeconds: "Clock off by, seconds",
      cacheDirtyShare: "Dirty cache above, share",
      connectionsShare: "Connections in use above, share",
    },
    lasts: "Lag lasts, seconds",
    spread: "Different configurations for, seconds",
    elections: "Elections in five minutes, more than",
    addresses: "Other addresses of members",
    addressesHint: "For names that cannot be looked up from here, such as those of containers.",
    host: "Member",
    address: "Asked at",
    hostExample: "mongo1:27017",
    addressExample: "127.0.0.1:30001",
    addAddress: "Add an address",
    removeAddress: (host: string) => (host === "" ? "Remove this address" : `Remove the address of ${host}`),
    noNumber: (field: string) => `${field}: a number of 0 or more is needed, or nothing for never.`,
    noWhole: (field: string) => `${field}: a whole number is needed.`,
    save: "Save",
    saved: "Saved. The members are watched accordingly.",
  },

  incident: {
    exportOpen: "Export an incident…",
    exportTitle: "Export an incident",
    exportLead:
      "One file with what was seen, told and logged: states, charts, timeline, configurations, lines of the members' logs. It holds no connection string, user, client address or value of a document.",
    span: "How far back",
    spans: { quarter: "15 min", hour: "1 h", six: "6 h", day: "24 h" },
    hideHosts: "Call the members member-1, member-2 and so on",
    export: "Export",
    exportedTo: (path: string) => `Exported to ${path}`,
    exported: (name: string) => `Exported as ${name}`,

    open: "Open an incident…",
    openTitle: "Open an incident",
    openLead: "A file that Trivet has exported. It is shown as Health would have shown it.",
    title: (name: string) => `Incident of ${name}`,
    noName: "a set",
    lead: (at: string, program: string) =>
      `Made ${at} by ${program}. Shown from the file: no server is asked.`,
    moment: "Moment",
    momentOf: (at: string, summary: string) => `${at}  ${summary}`,
    seenAt: (at: string) => `as of ${at}`,
    configurations: "Configurations seen",
    configuration: (at: string, version: string, term: string) =>
      `${at}: version ${version}${term === "" ? "" : `, term ${term}`}`,
    configurationMembers: (count: number) => `${count} ${plural(count, "member", "members")}`,
    votes: (count: number) => `${count} ${plural(count, "vote", "votes")}`,
    priority: (priority: string) => `priority ${priority}`,
    logs: "From the members' logs",
    logCount: (count: number) => `${count} ${plural(count, "line", "lines")}`,
    logAt: "When (UTC)",
    logHost: "Member",
    logId: "Id",
    logSaid: "Said",
    empty: "There was no state to export.",
  },
};
