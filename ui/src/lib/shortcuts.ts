import type { Keys } from "$lib/keys";
import { t } from "$lib/messages";
import { commands } from "$lib/state";
import type { CommandGroup } from "$lib/state/commands.svelte";

/** Shortcuts that belong together. */
export interface ShortcutGroup {
  title: string;
  shortcuts: { title: string; keys: readonly Keys[] }[];
}

const GROUPS: CommandGroup[] = ["general", "tabs", "documents", "health"];

/** Every shortcut: those of the commands that are there now, and those of the tree, which has keys of its own. */
export function shortcutGroups(): ShortcutGroup[] {
  const fromCommands = GROUPS.map((group) => ({
    title: t.settings.groups[group],
    shortcuts: commands.all
      .filter((command) => command.group === group && command.keys !== undefined)
      .map(({ title, keys = [] }) => ({ title, keys })),
  }));
  return [...fromCommands, tree()].filter(({ shortcuts }) => shortcuts.length > 0);
}

function tree(): ShortcutGroup {
  const words = t.settings.tree;
  return {
    title: t.settings.groups.tree,
    shortcuts: [
      { title: words.move, keys: ["ArrowUp", "ArrowDown"] },
      { title: words.expand, keys: ["ArrowRight"] },
      { title: words.collapse, keys: ["ArrowLeft"] },
      { title: words.ends, keys: ["Home", "End"] },
      { title: words.open, keys: ["Enter"] },
      { title: words.menu, keys: ["Shift+F10"] },
      { title: words.rename, keys: ["F2"] },
      { title: words.drop, keys: ["Delete"] },
      { title: words.search, keys: [words.keysSearch] },
    ],
  };
}
