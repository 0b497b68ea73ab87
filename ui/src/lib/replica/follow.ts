import type { ReplicaSnapshot } from "$lib/backend";

/** Changes whenever something happens that a timeline may tell of. */
export function happenings({ primary, term, verdict, members, alerts, sight }: ReplicaSnapshot): string {
  return JSON.stringify([
    primary,
    term,
    verdict.level,
    sight?.kind ?? null,
    members.map(({ host, state, health }) => [host, state, health]),
    alerts.map(({ signal, host, level }) => [signal, host, level]),
  ]);
}
