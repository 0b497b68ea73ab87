import type { Theme } from "$lib/backend/bindings";

const themes: Record<Theme, string> = { system: "System", light: "Light", dark: "Dark" };

export const settings = {
  themes,
  title: "Settings",
  theme: "Theme",
  useTheme: (theme: string) => `Theme: ${theme}`,
  version: "Version",
  dataDir: "Data folder",
  shortcuts: "Keyboard shortcuts",
  showShortcuts: "Show",
  shortcutsTitle: "Keyboard shortcuts",
  undo: {
    title: "Undo",
    lead: "Documents before and after every write are kept on this machine, so that it can be taken back.",
    room: (name: string, used: string, limit: string) => `${name} holds ${used} of ${limit} MiB.`,
    off: (name: string) => `It is switched off for ${name}: nothing is kept.`,
    limit: "At most for each connection, in MiB",
    limitHint: "The oldest writes make room for new ones.",
    mistake: "A whole number from 1 to 1048576.",
    use: "Use it",
  },
  groups: { general: "General", tabs: "Tabs", tree: "Tree", documents: "Documents", health: "Health" },
  tree: {
    move: "Move up or down",
    expand: "Open a database, or go into it",
    collapse: "Close a database, or go back to it",
    ends: "First or last row",
    search: "Jump to a name",
    open: "Open a collection",
    menu: "What can be done with a row",
    rename: "Rename a collection",
    drop: "Drop a collection or a database",
    keysSearch: "A … Z",
  },
};
