import type { ManyProgress, ReplicaSnapshot } from "$lib/backend";

/**
 * Whether many writes wait for a primary: by what they tell, or by what is known of the set. A batch that is under way tells
 * nothing until it has given up, which takes longer than most elections.
 */
export function waitsForPrimary(progress: ManyProgress | null, snapshot: ReplicaSnapshot | null): boolean {
  if (progress === null) return false;
  return progress.waiting || (snapshot?.topology === "replicaSet" && snapshot.primary === null);
}
