import { titleOf } from "$lib/document/display";
import type { Remark } from "$lib/document/remark";
import { t } from "$lib/messages";
import { toasts } from "$lib/state";

/** Says in passing what a documents tab has to say. */
export function tellRemark(remark: Remark): void {
  const words = t.document;
  switch (remark.is) {
    case "saved": {
      const title = titleOf(remark.document) ?? words.inspector.untitled;
      return toasts.show("good", remark.changed ? words.save.saved(title) : words.save.unchanged(title));
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
