import type { Connection, ReplicaSnapshot } from "$lib/backend";
import { t } from "$lib/messages";
import { connections, frame } from "$lib/state";
import type { Operation } from "$lib/state/operation.svelte";

import { draftFor } from "./begin";
import { operations } from "./live";
import { isOfMember, memberFor, type Way } from "./ways";

/**
 * Opens the dialog for something to be done with a set, or with one of its members. Where nobody has chosen the member, the form does:
 * it is kept apart from what was begun with one of them.
 */
export function openWay(
  way: Way,
  connection: Connection,
  snapshot: ReplicaSnapshot | null,
  host?: string,
): void {
  const words = t.operations;
  const chosen = host ?? (isOfMember(way) ? memberFor(way, snapshot) : null) ?? "";
  const name = (isOfMember(way) ? words.commands[way] : words.ways[way]).replace(/…$/, "");
  connections.currentId = connection.id;
  operations.open(connection.id, `${way} ${host ?? ""}`, name, () =>
    draftFor(way, chosen, snapshot, connection.hosts),
  );
  frame.overlay = "operation";
}

export function showOperation(operation: Operation): void {
  operations.show(operation);
  frame.overlay = "operation";
}

export function showStopwatch(connection?: Connection): void {
  if (connection) connections.currentId = connection.id;
  frame.overlay = "stopwatch";
}
