import type { Incident, IncidentLog, ReplicaSnapshot } from "$lib/backend";
import { formatRecent } from "$lib/format";
import { t } from "$lib/messages";

/** How far back an export reaches, seconds. */
export const SPANS = { quarter: "900", hour: "3600", six: "21600", day: "86400" } as const;

/** The set's name; empty where no state has it. */
export function nameOf({ snapshots }: Incident): string {
  return snapshots.findLast(({ setName }) => setName !== null)?.setName ?? "";
}

/** The states of an incident to choose among, the latest first. */
export function momentsOf({ snapshots, madeAt }: Incident): { value: string; label: string }[] {
  return snapshots
    .map(({ takenAt, verdict }, index) => ({
      value: String(index),
      label: t.health.incident.momentOf(formatRecent(takenAt, Date.parse(madeAt)), verdict.summary),
    }))
    .reverse();
}

/** The state that was chosen. */
export function stateAt({ snapshots }: Incident, place: string): ReplicaSnapshot | null {
  return snapshots[Number(place)] ?? null;
}

/** What differs from one such line of a log to another. */
export function saidIn({ attributes }: IncidentLog): string {
  return attributes.map(({ name, value }) => `${name}: ${value}`).join(", ");
}
