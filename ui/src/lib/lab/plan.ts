import type { LabMemberPlan, LabPlan, LabTag } from "$lib/backend/bindings";
import { formatCount, formatDuration } from "$lib/format";
import { t } from "$lib/messages";

/** How many members the form offers: all of them may vote. */
export const MOST_MEMBERS = 7;
/** How many spare mongods the form offers beside them. */
export const MOST_SPARES = 4;
/** The election timeout of a set that is to be quick about it, milliseconds. */
export const FAST_ELECTION_MS = 1000;
/** The core's own, where a plan names none. */
const USUAL_ELECTION_MS = 5000;
const USUAL_HEARTBEAT_MS = 500;

/** A member as it stands on the form: numbers and tags as they were typed. */
export interface MemberDraft {
  priority: string;
  votes: boolean;
  hidden: boolean;
  /** Seconds. */
  delay: string;
  arbiter: boolean;
  /** `dc: west, use: reports` */
  tags: string;
}

/** What can be asked of a whole set. */
export const wishes = ["links", "faults", "authentication", "tls", "fast", "temporary"] as const;
export type Wish = (typeof wishes)[number];

export interface PlanDraft {
  name: string;
  members: MemberDraft[];
  /** The members are made a set; else they are mongods that wait to be initiated, and nothing is said of them. */
  initiated: boolean;
  /** So many mongods more, in no set. */
  spares: number;
  wishes: Record<Wish, boolean>;
}

const member = (over: Partial<MemberDraft> = {}): MemberDraft => ({
  priority: "1",
  votes: true,
  hidden: false,
  delay: "0",
  arbiter: false,
  tags: "",
  ...over,
});

/** Sets that are worth a try, by what they show. */
export const presets = {
  three: () => resized([], 3),
  five: () => resized([], 5),
  arbiter: () => [member({ priority: "2" }), member(), member({ arbiter: true })],
  delayed: () => [...resized([], 3), member({ priority: "0", votes: false, hidden: true, delay: "60" })],
};
export type Preset = keyof typeof presets;

export function newPlan(taken: readonly string[]): PlanDraft {
  return {
    name: freeName(taken),
    members: presets.three(),
    initiated: true,
    spares: 0,
    wishes: { links: true, faults: true, authentication: false, tls: false, fast: false, temporary: false },
  };
}

/** The first of `set-1`, `set-2`, … that no lab has. */
export function freeName(taken: readonly string[]): string {
  let number = 1;
  while (taken.includes(`set-${number}`)) number += 1;
  return `set-${number}`;
}

/** So many members: the first stay as they are. */
export function resized(members: readonly MemberDraft[], count: number): MemberDraft[] {
  return Array.from({ length: count }, (_, id) => members[id] ?? member());
}

/** Who is hidden or delayed is never elected: the priority goes along, so that nobody has to know the rule first. */
export function changed(draft: MemberDraft, change: Partial<MemberDraft>): MemberDraft {
  const next = { ...draft, ...change };
  const apart = (it: MemberDraft) => it.hidden || !it.votes || Number(it.delay) > 0;
  return apart(next) && !apart(draft) ? { ...next, priority: "0" } : next;
}

/** The plan that a form asks for, or what of it cannot be read. The rules of a set are the core's to tell. */
export function planOf(draft: PlanDraft): { plan: LabPlan } | { mistake: string } {
  const members: LabMemberPlan[] = [];
  for (const [id, form] of draft.members.entries()) {
    // Of a mongod in no set nothing is said.
    if (!draft.initiated) {
      members.push(plain);
      continue;
    }
    const read = memberOf(form);
    if (typeof read === "string") return { mistake: t.lab.plan.mistakeOf(id, read) };
    members.push(read);
  }
  const { fast, authentication, ...rest } = draft.wishes;
  const spares = draft.initiated ? draft.spares : 0;
  return {
    plan: {
      name: draft.name.trim(),
      members: [...members, ...Array.from({ length: spares }, () => ({ ...plain, spare: true }))],
      initiated: draft.initiated,
      ...rest,
      // Where nobody has initiated a set there are no users.
      authentication: authentication && draft.initiated,
      electionTimeoutMs: fast ? FAST_ELECTION_MS : USUAL_ELECTION_MS,
      heartbeatIntervalMs: USUAL_HEARTBEAT_MS,
      heartbeatTimeoutSeconds: null,
      chaining: true,
    },
  };
}

/** A member as it is where nothing is said of it. */
export const plain: LabMemberPlan = {
  priority: 1,
  votes: 1,
  hidden: false,
  delaySeconds: 0,
  arbiter: false,
  tags: [],
  spare: false,
};

function memberOf({ arbiter, priority, votes, hidden, delay, tags }: MemberDraft): LabMemberPlan | string {
  // What stands beside an arbiter is not looked at.
  if (arbiter) return { ...plain, arbiter };
  const [level, seconds, named] = [numberOf(priority), numberOf(delay), tagsOf(tags)];
  if (level === null || level < 0) return t.lab.plan.notAPriority(priority);
  if (seconds === null || !Number.isInteger(seconds) || seconds < 0) return t.lab.plan.notADelay(delay);
  if (named === null) return t.lab.plan.notTags(tags);
  return { ...plain, priority: level, votes: votes ? 1 : 0, hidden, delaySeconds: seconds, tags: named };
}

function numberOf(text: string): number | null {
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? null : number;
}

/** `dc: west, use: reports` as names and values; null for what is no list of them. */
export function tagsOf(text: string): LabTag[] | null {
  const tags: LabTag[] = [];
  for (const piece of text.split(",").filter((some) => some.trim() !== "")) {
    const [, name, value] = /^\s*([^:]+?)\s*:\s*(.+?)\s*$/.exec(piece) ?? [];
    if (name === undefined || value === undefined) return null;
    tags.push({ name, value });
  }
  return tags;
}

/** What a set is made of, in a line. */
export function planWords(plan: LabPlan): string {
  const words = t.lab.plan;
  const members = plan.members.filter(({ spare }) => plan.initiated && !spare);
  const spares = plan.members.length - members.length;
  const few = (has: (some: LabMemberPlan) => boolean, say: (count: string) => string) => {
    const count = members.filter(has).length;
    return count === 0 ? null : say(formatCount(count));
  };
  const delays = members.flatMap(({ delaySeconds }) => (delaySeconds > 0 ? [delaySeconds] : []));
  const election = plan.electionTimeoutMs;
  return [
    plan.initiated ? words.members(members.length) : words.uninitiated(formatCount(spares)),
    few(({ arbiter }) => arbiter, words.arbiters),
    few(({ hidden }) => hidden, words.hiddenOnes),
    delays.length === 0 ? null : words.delays(delays.map((seconds) => formatDuration(seconds)).join(", ")),
    few(({ votes }) => votes === 0, words.voteless),
    plan.initiated && spares > 0 ? words.sparesOf(formatCount(spares)) : null,
    plan.links ? words.has.links : null,
    plan.faults ? words.has.faults : null,
    plan.authentication ? words.has.authentication : null,
    plan.tls ? words.has.tls : null,
    election === USUAL_ELECTION_MS || !plan.initiated ? null : words.elections(formatCount(election)),
    plan.temporary ? words.has.temporary : null,
  ]
    .filter((word) => word !== null)
    .join(" · ");
}
