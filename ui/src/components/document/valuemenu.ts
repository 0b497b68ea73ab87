import type { MenuItem } from "$components/shared/MenuList.svelte";
import { t } from "$lib/messages";

/** What can be done with the value that the keyboard is on. */
export interface ValueActions {
  filter: () => void;
  copy: () => void;
  /** Left out where nothing can be changed. */
  edit?: () => void;
}

/** The menu of a value, in the table and in the inspector. */
export function valueMenu({ filter, copy, edit }: ValueActions): MenuItem[] {
  const editing = edit && { id: "edit", label: t.document.edit.editValue, keys: "Enter", run: edit };
  return [
    { id: "filter", label: t.document.byValue.filter, keys: "Mod+Shift+F", run: filter },
    { id: "copy", label: t.document.inspector.copyThis, keys: "Mod+C", run: copy },
    ...(editing ? [editing] : []),
  ];
}
