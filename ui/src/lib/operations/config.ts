import type { ConfigEdit, MemberTag, ReplicaSnapshot, WishedMember, WishedSettings } from "$lib/backend";
import { tagsOf } from "$lib/lab/plan";
import { t } from "$lib/messages";

/** A member as it stands on the form: numbers and tags as they were typed. */
export interface MemberDraft {
  /** Its host in the configuration; null for one that is to be added. */
  was: string | null;
  host: string;
  /** Under another host it is the same mongod. */
  sameServer: boolean;
  votes: boolean;
  priority: string;
  hidden: boolean;
  /** Seconds. */
  delay: string;
  arbiter: boolean;
  /** `dc: west, use: reports` */
  tags: string;
  leaves: boolean;
}

export const NUMBERS = [
  "electionTimeoutMs",
  "heartbeatIntervalMs",
  "heartbeatTimeoutSeconds",
  "catchUpTimeoutMs",
  "catchUpTakeoverDelayMs",
] as const satisfies readonly (keyof WishedSettings)[];
export type NumberSetting = (typeof NUMBERS)[number];

export interface SettingsDraft {
  numbers: Record<NumberSetting, string>;
  chaining: boolean;
}

/** The configuration as it stands on the form. */
export interface ConfigDraft {
  members: MemberDraft[];
  settings: SettingsDraft;
}

/** What was typed, read, or what of it cannot be read. */
export type Read<T> = { value: T } | { mistake: string };

/** A member to be added, as it is where nothing is said of it. */
export function newMember(): MemberDraft {
  return {
    was: null,
    host: "",
    sameServer: true,
    votes: true,
    priority: "1",
    hidden: false,
    delay: "0",
    arbiter: false,
    tags: "",
    leaves: false,
  };
}

/** The configuration of a set that is looked at, as far as it is known. */
export function configOf(snapshot: ReplicaSnapshot | null): ConfigDraft {
  const { members = [], configuration = null } = snapshot ?? {};
  const text = (value: number | undefined) => (value === undefined ? "" : String(value));
  return {
    members: members
      .filter(({ state }) => state !== "removed")
      .map((member) => ({
        ...newMember(),
        was: member.host,
        host: member.host,
        votes: member.votes !== 0,
        priority: String(member.priority ?? 1),
        hidden: member.hidden ?? false,
        delay: String(member.delaySeconds ?? 0),
        arbiter: member.arbiter,
        tags: member.tags.map(({ name, value }) => `${name}: ${value}`).join(", "),
      })),
    settings: {
      numbers: {
        electionTimeoutMs: text(configuration?.electionTimeoutMs),
        heartbeatIntervalMs: text(configuration?.heartbeatIntervalMs),
        heartbeatTimeoutSeconds: text(configuration?.heartbeatTimeoutSeconds),
        catchUpTimeoutMs: "",
        catchUpTakeoverDelayMs: "",
      },
      chaining: configuration?.chainingAllowed ?? true,
    },
  };
}

/** Who does not vote, is hidden or delayed is never elected: the priority goes along, so that nobody has to know the rule first. */
export function changed(draft: MemberDraft, change: Partial<MemberDraft>): MemberDraft {
  const next = { ...draft, ...change };
  const apart = (it: MemberDraft) => it.hidden || !it.votes || Number(it.delay) > 0;
  return apart(next) && !apart(draft) && !next.arbiter ? { ...next, priority: "0" } : next;
}

/** What a form wishes to be different, one edit upon the other. */
export function editsOf(wished: ConfigDraft, now: ConfigDraft): Read<ConfigEdit[]> {
  const edits: ConfigEdit[] = [];
  for (const draft of wished.members) {
    const own = draft.was === null ? addition(draft) : changes(draft, now);
    if ("mistake" in own) return own;
    edits.push(...own.value);
  }
  const settings = settingsEdits(wished.settings, now.settings);
  if ("mistake" in settings) return settings;
  return { value: [...edits, ...settings.value] };
}

/** A member that is typed whole, for a set that is new or a member that is added. */
export function memberOf(draft: MemberDraft): Read<WishedMember> {
  const host = draft.host.trim();
  if (host === "") return { mistake: t.operations.mistakes.host };
  if (draft.arbiter)
    return {
      value: { host, votes: 1, priority: 0, hidden: false, delaySeconds: 0, arbiter: true, tags: [] },
    };
  const read = figuresOf(draft, host);
  if ("mistake" in read) return read;
  const tags = memberTags(draft, host);
  if ("mistake" in tags) return tags;
  const { priority, delay } = read.value;
  return {
    value: {
      host,
      votes: draft.votes ? 1 : 0,
      priority,
      hidden: draft.hidden,
      delaySeconds: delay,
      arbiter: false,
      tags: tags.value,
    },
  };
}

function addition(draft: MemberDraft): Read<ConfigEdit[]> {
  if (draft.leaves) return { value: [] };
  const read = memberOf(draft);
  return "mistake" in read ? read : { value: [{ kind: "add", member: read.value }] };
}

function changes(draft: MemberDraft, now: ConfigDraft): Read<ConfigEdit[]> {
  const before = now.members.find(({ was }) => was === draft.was);
  if (draft.was === null || before === undefined) return { value: [] };
  if (draft.leaves) return { value: [{ kind: "remove", host: draft.was }] };
  const host = draft.host.trim();
  if (host === "") return { mistake: t.operations.mistakes.hostOf(draft.was) };
  const edits: ConfigEdit[] = [];
  if (host !== draft.was)
    edits.push({ kind: "changeHost", host: draft.was, to: host, sameServer: draft.sameServer });
  const read = figuresOf(draft, host);
  if ("mistake" in read) return read;
  const { priority, delay } = read.value;
  if (draft.votes !== before.votes) edits.push({ kind: "votes", host, votes: draft.votes ? 1 : 0 });
  if (priority !== Number(before.priority)) edits.push({ kind: "priority", host, priority });
  if (draft.hidden !== before.hidden) edits.push({ kind: "hidden", host, hidden: draft.hidden });
  if (delay !== Number(before.delay)) edits.push({ kind: "delay", host, seconds: delay });
  if (!isSame(draft.tags, before.tags)) {
    const tags = memberTags(draft, host);
    if ("mistake" in tags) return tags;
    edits.push({ kind: "tags", host, tags: tags.value });
  }
  return { value: edits };
}

/** Tags that stand there as they were, or with space around them. They are not read: a set may have some that a line cannot tell apart. */
function isSame(typed: string, before: string): boolean {
  return typed === before || typed.trim() === before;
}

function memberTags({ tags }: MemberDraft, host: string): Read<MemberTag[]> {
  const value = tagsOf(tags);
  return value === null ? { mistake: t.operations.mistakes.tags(host, tags) } : { value };
}

function figuresOf(draft: MemberDraft, host: string): Read<{ priority: number; delay: number }> {
  const words = t.operations.mistakes;
  const priority = numberOf(draft.priority);
  const delay = numberOf(draft.delay);
  if (priority === null || priority < 0) return { mistake: words.priority(host, draft.priority) };
  if (delay === null || !Number.isInteger(delay) || delay < 0)
    return { mistake: words.delay(host, draft.delay) };
  return { value: { priority, delay } };
}

function settingsEdits(wished: SettingsDraft, now: SettingsDraft): Read<ConfigEdit[]> {
  const settings: WishedSettings = {};
  for (const name of NUMBERS) {
    const typed = wished.numbers[name].trim();
    if (typed === now.numbers[name] || typed === "") continue;
    const value = numberOf(typed);
    if (value === null || !Number.isInteger(value))
      return { mistake: t.operations.mistakes.number(t.operations.wish.settings[name], typed) };
    settings[name] = value;
  }
  if (wished.chaining !== now.chaining) settings.chainingAllowed = wished.chaining;
  return {
    value:
      Object.keys(settings).length === 0 ? [] : [{ kind: "settings", settings: { ...LEFT, ...settings } }],
  };
}

/** Settings that stay as they are. */
const LEFT: WishedSettings = {
  electionTimeoutMs: null,
  heartbeatIntervalMs: null,
  heartbeatTimeoutSeconds: null,
  catchUpTimeoutMs: null,
  catchUpTakeoverDelayMs: null,
  chainingAllowed: null,
};

function numberOf(text: string): number | null {
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? null : number;
}

/** A whole number from 0, as it was typed. */
export function wholeOf(text: string): number | null {
  const number = numberOf(text);
  return number !== null && Number.isInteger(number) && number >= 0 ? number : null;
}
