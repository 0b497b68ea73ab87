import { closeTab, disconnect, openHealth, openLab, stepTab } from "$lib/actions";
import type { Theme } from "$lib/backend";
import { desktop } from "$lib/backend/transport";
import { t } from "$lib/messages";
import { operationCommands } from "$lib/operations/commands";
import { catalog, connections, frame, settings, tabs } from "$lib/state";
import type { Command } from "$lib/state/commands.svelte";

const hasTab = () => tabs.active !== null && connections.open.length > 0;
const hasConnection = () => connections.current !== null;
const inWindow = () => desktop !== null;

/** What can be done anywhere in the window. */
export function windowCommands(): Command[] {
  const themes: Theme[] = ["system", "light", "dark"];
  return [
    {
      id: "find",
      title: t.palette.open,
      group: "general",
      keys: ["Mod+K"],
      run: () => frame.toggle("palette"),
      inPalette: false,
    },
    {
      id: "connect",
      title: t.connection.newConnection,
      group: "general",
      keys: ["Mod+Shift+N"],
      available: inWindow,
      run: () => (frame.overlay = "connect"),
    },
    {
      id: "disconnect",
      title: t.connection.disconnect,
      group: "general",
      available: () => inWindow() && hasConnection(),
      run: () => {
        if (connections.current !== null) void disconnect(connections.current);
      },
    },
    {
      id: "lab",
      title: t.welcome.openLab,
      group: "general",
      keys: ["Mod+Shift+L"],
      available: inWindow,
      run: () => void openLab(),
    },
    {
      id: "labs",
      title: t.lab.all,
      group: "general",
      run: () => (frame.overlay = "labs"),
    },
    {
      id: "new-lab",
      title: t.lab.newSet,
      group: "general",
      run: () => (frame.overlay = "new-lab"),
    },
    {
      id: "health",
      title: t.replica.openHealth,
      group: "health",
      keys: ["Mod+Shift+H"],
      available: hasConnection,
      run: () => {
        if (connections.current !== null) openHealth(connections.current);
      },
    },
    {
      id: "watching",
      title: t.health.watching.open,
      group: "health",
      available: hasConnection,
      run: () => (frame.overlay = "watching"),
    },
    {
      id: "export-incident",
      title: t.health.incident.exportOpen,
      group: "health",
      available: hasConnection,
      run: () => (frame.overlay = "export-incident"),
    },
    {
      id: "open-incident",
      title: t.health.incident.open,
      group: "health",
      run: () => (frame.overlay = "open-incident"),
    },
    ...operationCommands(),
    {
      id: "writes",
      title: t.writes.open,
      group: "general",
      keys: ["Mod+Shift+Z"],
      available: hasConnection,
      run: () => frame.openWrites(),
    },
    {
      id: "refresh",
      title: t.frame.refresh,
      group: "general",
      keys: ["Mod+Shift+R"],
      available: hasConnection,
      run: () => {
        if (connections.current !== null) void catalog.refresh(connections.current.id);
      },
    },
    {
      id: "close-tab",
      title: t.frame.closeTab,
      group: "tabs",
      keys: ["Mod+W"],
      available: hasTab,
      run: () => {
        if (tabs.active !== null) closeTab(tabs.active);
      },
    },
    {
      id: "next-tab",
      title: t.frame.nextTab,
      group: "tabs",
      keys: ["Ctrl+Tab", "Ctrl+PageDown"],
      available: hasTab,
      run: () => stepTab(1),
    },
    {
      id: "previous-tab",
      title: t.frame.previousTab,
      group: "tabs",
      keys: ["Ctrl+Shift+Tab", "Ctrl+PageUp"],
      available: hasTab,
      run: () => stepTab(-1),
    },
    {
      id: "settings",
      title: t.settings.title,
      group: "general",
      keys: ["Mod+,"],
      run: () => (frame.overlay = "settings"),
    },
    {
      id: "shortcuts",
      title: t.settings.shortcuts,
      group: "general",
      keys: ["F1", "?"],
      run: () => (frame.overlay = "shortcuts"),
    },
    ...themes.map((theme) => ({
      id: `theme-${theme}`,
      title: t.settings.useTheme(t.settings.themes[theme]),
      group: "general" as const,
      run: () => void settings.setTheme(theme),
    })),
  ];
}
