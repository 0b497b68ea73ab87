import { toBackendError } from "$lib/backend";
import { filterField } from "./byvalue";
import type { DocumentsState } from "./documents.svelte";
import { nodeAt } from "./path";

/** The filter that finds the documents with the value that the keyboard is on, or null with a remark why there is none. */
export async function valueFilter({ target, source, remark }: DocumentsState): Promise<string | null> {
  const { document, path = [] } = target ?? {};
  const fields = document?.fields ?? [];
  const found = filterField(fields, path);
  const value = nodeAt(fields, path);
  if (!value || !found || "reason" in found) {
    remark({ is: "noFilter", reason: found && "reason" in found ? found.reason : null });
    return null;
  }
  try {
    const { kind, text } = value;
    return (await source.backend.filterByValue({ field: found.field, value: { kind, text } })).text;
  } catch (thrown) {
    remark({ is: "failed", error: toBackendError(thrown) });
    return null;
  }
}
