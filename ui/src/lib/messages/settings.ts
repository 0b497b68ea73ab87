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
