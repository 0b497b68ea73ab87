import type { Connection, ReplicaSnapshot } from "$lib/backend";
import { t } from "$lib/messages";
import { later } from "$lib/later";
import { connections, frame, replicas } from "$lib/state";
import type { Command } from "$lib/state/commands.svelte";

import { memberFor, memberWays, type SetWay, setWaysOf, type Way } from "./ways";

const setWays: readonly SetWay[] = ["add", "edit", "settings", "force", "initiate"];

/** The way to the dialog comes when it is first gone. */
async function open(way: Way, ...on: [Connection, ReplicaSnapshot | null]): Promise<void> {
  const { openWay } = await later(() => import("./open"));
  openWay(way, ...on);
}

/** What can be done to the set of the connection in front. */
export function operationCommands(): Command[] {
  const seen = () => (connections.current === null ? null : replicas.snapshot(connections.current.id));
  const command = (way: Way, title: string, available: () => boolean): Command => ({
    id: `operation-${way}`,
    title,
    group: "health",
    available: () => connections.current !== null && available(),
    run: () => {
      if (connections.current !== null) void open(way, connections.current, seen());
    },
  });
  return [
    ...memberWays.map((way) =>
      command(way, t.operations.commands[way], () => memberFor(way, seen()) !== null),
    ),
    ...setWays.map((way) => command(way, t.operations.ways[way], () => setWaysOf(seen()).includes(way))),
    {
      id: "stopwatch",
      title: t.operations.ways.stopwatch,
      group: "health",
      available: () => connections.current !== null,
      run: () => (frame.overlay = "stopwatch"),
    },
  ];
}
