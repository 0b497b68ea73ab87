import type { AlertLevel, ElectionCourse, TimelineEntry, TimelineKind } from "$lib/backend";
import { t } from "$lib/messages";
import { type Shape, stateMarks, type Tone } from "$lib/replica";

interface Mark {
  shape: Shape;
  tone: Tone;
}

export const alertMarks: Record<AlertLevel, Mark> = {
  warning: { shape: "diamond", tone: "warn" },
  critical: { shape: "cross", tone: "down" },
};

const kindMarks: Partial<Record<TimelineKind, Mark>> = {
  primaryLost: { shape: "cross", tone: "down" },
  election: stateMarks.primary,
  memberDown: stateMarks.down,
  memberUp: stateMarks.secondary,
  tooStale: { shape: "diamond", tone: "down" },
};

/** The shape and colour of an entry: of its kind, of the state that it tells, or of how bad it is. */
export function markOf({ kind, state, level }: TimelineEntry): Mark {
  const own = kindMarks[kind] ?? (state === null ? null : stateMarks[state]);
  if (own) return own;
  return level === null ? { shape: "ring", tone: "idle" } : alertMarks[level];
}

/** The votes of an election: who voted for the winner, who did not and why, who did not answer. */
export function votesOf(election: ElectionCourse | null): string[] {
  const words = t.replica.timeline;
  return (election?.votes ?? []).map(({ host, yes, reason }) => {
    if (yes === null) return words.noVote(host);
    return yes ? words.votedYes(host) : words.votedNo(host, reason ?? "");
  });
}
