/** What can be done to a field in the inspector, by menu and by key. */
import type { MenuItem } from "$components/shared/MenuList.svelte";
import type { DocumentsState } from "$lib/document/documents.svelte";
import type { TreeLine } from "$lib/document/fieldtree";
import type { Path } from "$lib/document/path";
import { restructuring } from "$lib/document/restructure";
import { t } from "$lib/messages";

/** A position behind every other that there can be. */
export const END = 0xffff_ffff;

/** The menu of a field; nothing where the document cannot be changed. */
export function restructuringMenu(documents: DocumentsState, path: Path): MenuItem[] {
  const { inspected, editing, source } = documents;
  const { view, whole } = inspected;
  const last = path.at(-1);
  if (source.readOnly || !view || view.id === null || !whole || !last) return [];
  const words = t.draft.edit;
  const can = restructuring(view, path);
  const parent = path.slice(0, -1);
  const items: (MenuItem | null)[] = [
    can.rename
      ? {
          id: "rename",
          label: words.rename,
          keys: "Shift+F2",
          begins: true,
          run: () => (editing.renaming = path),
        }
      : null,
    can.remove || view.fields.length > 0
      ? { id: "after", label: words.addAfter, keys: "Insert", run: () => editing.add(parent, last.index + 1) }
      : null,
    can.addInside
      ? { id: "inside", label: words.addInside, keys: "Shift+Insert", run: () => addInside(documents, path) }
      : null,
    item("duplicate", words.duplicate, can.duplicate, undefined),
    item("up", words.up, can.moveUp, "Alt+ArrowUp"),
    item("down", words.down, can.moveDown, "Alt+ArrowDown"),
    can.text
      ? {
          id: "asText",
          label: words.asText,
          run: () => (documents.dialog = { is: "text", document: view, path }),
        }
      : null,
    item("remove", words.remove, can.remove, "Delete"),
  ];
  return items.filter((each) => each !== null);

  function item(
    id: string,
    label: string,
    edit: typeof can.remove,
    keys: string | undefined,
  ): MenuItem | null {
    return edit && { id, label, ...(keys ? { keys } : {}), run: () => void editing.restructure(edit) };
  }
}

function addInside({ inspected, editing }: DocumentsState, path: Path): void {
  const line = inspected.lines.find((each) => each.is === "field" && each.path === path);
  editing.add(path, line?.is === "field" ? line.node.size : END);
}

/** Does what a key means on a line of the inspector; says whether it means anything. */
export function restructureByKey(event: KeyboardEvent, documents: DocumentsState, line: TreeLine): boolean {
  const name = [event.altKey && "Alt", event.shiftKey && "Shift", event.key].filter(Boolean).join("+");
  if (line.is === "removed" && name === "Delete") return true;
  if (line.is !== "field" || event.ctrlKey || event.metaKey) return false;
  const found = restructuringMenu(documents, line.path).find(({ keys }) => keys === name);
  if (!found) return name === "Delete" || name === "Insert";
  found.run();
  return true;
}
