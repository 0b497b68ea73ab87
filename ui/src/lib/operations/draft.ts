import type { ReplicaSnapshot, SetOperation } from "$lib/backend";
import { t } from "$lib/messages";

import {
  type ConfigDraft,
  configOf,
  editsOf,
  memberOf,
  type MemberDraft,
  newMember,
  type Read,
  wholeOf,
} from "./config";

/** How a configuration is looked at while it is edited. */
export type ConfigView = "member" | "members" | "settings" | "document";

/** A configuration that is edited. */
export interface ConfigWish {
  view: ConfigView;
  /** The member that is shown in the view of one member: its place among the members. */
  at: number;
  /** It began with the wish that one member leaves: whoever is shown. */
  removes: boolean;
  wished: ConfigDraft;
  /** As it was when the editing began. */
  now: ConfigDraft;
  /** The document that is edited; null until it was read. */
  text: string | null;
  /** The document as it was read. */
  read: string;
}

/** What is wished, as it was typed. */
export type Draft =
  | { kind: "stepDown"; seconds: string; catchUp: string; force: boolean }
  | { kind: "freeze"; host: string; on: boolean; seconds: string }
  | { kind: "maintenance"; host: string; on: boolean }
  | { kind: "syncFrom"; host: string; source: string }
  | { kind: "initiate"; setName: string; members: MemberDraft[] }
  | { kind: "reconfigure"; config: ConfigWish }
  | { kind: "forceReconfigure"; host: string; config: ConfigWish }
  | { kind: "resync"; host: string };

/** A configuration to be edited, as it is now. */
export function configWish(snapshot: ReplicaSnapshot | null, view: ConfigView, host?: string): ConfigWish {
  const now = configOf(snapshot);
  const at = now.members.findIndex(({ was }) => was === host);
  const wished = structuredClone(now);
  return { view, at: Math.max(0, at), removes: false, wished, now, text: null, read: "" };
}

/** Shows another member. Where one was to be removed, it is this one instead. */
export function showMember(wish: ConfigWish, at: number): void {
  const [shown, next] = [wish.wished.members[wish.at], wish.wished.members[at]];
  // One that is to be added has nothing to leave yet.
  if (wish.removes && shown?.leaves && next && !next.leaves && next.was !== null) {
    shown.leaves = false;
    next.leaves = true;
  }
  wish.at = at;
}

/** The same with one member more, which is shown. */
export function withNew(wish: ConfigWish): ConfigWish {
  const members = [...wish.wished.members, newMember()];
  return { ...wish, at: members.length - 1, wished: { ...wish.wished, members } };
}

/** What a draft asks for, or what of it cannot be read. The rules of a set are the core's to tell. */
export function operationOf(draft: Draft): Read<SetOperation> {
  const words = t.operations.mistakes;
  switch (draft.kind) {
    case "stepDown": {
      const [seconds, catchUpSeconds] = [wholeOf(draft.seconds), wholeOf(draft.catchUp)];
      if (seconds === null) return { mistake: words.seconds(t.operations.wish.seconds) };
      if (catchUpSeconds === null) return { mistake: words.seconds(t.operations.wish.catchUp) };
      return { value: { kind: "stepDown", seconds, catchUpSeconds, force: draft.force } };
    }
    case "freeze": {
      const seconds = draft.on ? wholeOf(draft.seconds) : 0;
      if (draft.host === "") return { mistake: words.member };
      if (seconds === null) return { mistake: words.seconds(t.operations.wish.freezeSeconds) };
      return { value: { kind: "freeze", host: draft.host, seconds } };
    }
    case "maintenance":
      return draft.host === "" ? { mistake: words.member } : { value: { ...draft } };
    case "resync":
      return draft.host === "" ? { mistake: words.member } : { value: { ...draft } };
    case "syncFrom":
      if (draft.host === "") return { mistake: words.member };
      return draft.source === "" ? { mistake: words.source } : { value: { ...draft } };
    case "initiate": {
      const setName = draft.setName.trim();
      if (setName === "") return { mistake: words.setName };
      const members = [];
      for (const typed of draft.members.filter(({ leaves }) => !leaves)) {
        const read = memberOf(typed);
        if ("mistake" in read) return read;
        members.push(read.value);
      }
      return { value: { kind: "initiate", setName, members } };
    }
    case "reconfigure":
    case "forceReconfigure": {
      const edits = configEdits(draft.config);
      if ("mistake" in edits) return edits;
      if (draft.kind === "reconfigure") return { value: { kind: "reconfigure", edits: edits.value } };
      if (draft.host === "") return { mistake: words.member };
      return { value: { kind: "forceReconfigure", host: draft.host, edits: edits.value } };
    }
  }
}

function configEdits({ view, wished, now, text, read }: ConfigWish): ReturnType<typeof editsOf> {
  const nothing = { mistake: t.operations.mistakes.nothing };
  if (view === "document") {
    return text === null || text === read ? nothing : { value: [{ kind: "document", text }] };
  }
  const edits = editsOf(wished, now);
  return "value" in edits && edits.value.length === 0 ? nothing : edits;
}
