/** Undo outside of its dialog: after a write, and from the bar at the bottom. */
import { announce } from "$lib/announce.svelte";
import { showConnection } from "$lib/actions";
import { type EntryId, toBackendError, type UndoReport } from "$lib/backend";
import { backend } from "$lib/backend/transport";
import { endOf, isWhole } from "$lib/document/undoing";
import { t } from "$lib/messages";
import { connections, frame, toasts } from "$lib/state";
import type { ToastAction } from "$lib/state/toasts.svelte";

/** A button that takes a write back; none where nothing was kept of it. */
export function undoAction(connection: string, entry: EntryId | null): ToastAction | undefined {
  if (entry === null) return undefined;
  return { label: t.writes.undo, run: () => void undoWrite(connection, entry) };
}

/** Opens the history at a write. */
export function openWrites(connection: string, entry: EntryId | null): void {
  const at = connections.byId(connection);
  if (at && at.id !== connections.current?.id) showConnection(at);
  frame.openWrites(entry);
}

async function undoWrite(connection: string, entry: EntryId): Promise<void> {
  announce(t.writes.undoingOne);
  const look = { label: t.writes.look, run: () => openWrites(connection, entry) };
  try {
    tell(connection, await backend.undo({ connection, entry }, () => undefined), look);
  } catch (thrown) {
    toasts.show("error", toBackendError(thrown).message, look);
  }
}

function tell(connection: string, report: UndoReport, look: ToastAction): void {
  if (report.entry !== null) frame.undone += 1;
  const words = t.writes.report(report);
  if (isWhole(endOf(report))) toasts.show("good", words, undoAction(connection, report.entry));
  else toasts.show("error", words, look);
}
