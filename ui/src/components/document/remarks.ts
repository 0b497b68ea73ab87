import { titleOf } from "$lib/document/display";
import type { Remark } from "$lib/document/remark";
import { t } from "$lib/messages";
import { toasts } from "$lib/state";
import { undoAction } from "$lib/undo";

/** Says in passing what a documents tab of a connection has to say. */
export function tellRemark(connection: string, remark: Remark): void {
  const words = t.document;
  switch (remark.is) {
    case "saved": {
      const title = titleOf(remark.document) ?? words.inspector.untitled;
      const told = remark.changed ? words.save.saved(title) : words.save.unchanged(title);
      return toasts.show("good", told, undoAction(connection, remark.entry));
    }
    case "unsaved":
      return toasts.show("error", words.save.elsewhere[remark.outcome](remark.title ?? ""));
    case "readOnly":
      return toasts.show("info", words.edit.readOnly[remark.reason]);
    case "unfinished":
      return toasts.show("info", words.draft.unfinished);
    case "noFilter":
      return toasts.show(
        "info",
        remark.reason ? words.byValue.reasons[remark.reason] : words.byValue.nothing,
      );
    case "noRest":
      return toasts.show("info", words.tree.noRest[remark.reason]);
    case "failed":
      return toasts.show("error", `${remark.error.message} ${remark.error.body.hint ?? ""}`.trim());
  }
}
