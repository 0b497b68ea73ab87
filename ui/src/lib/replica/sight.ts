import type { Glance, ReplicaSnapshot, SightKind, Viewpoint } from "$lib/backend";
import { t } from "$lib/messages";

/** How one member sees another, as a cell of the table. */
export interface Cell {
  host: string;
  glance: Glance | null;
  self: boolean;
  /** Calls of the other one have not arrived for long, although it answers. */
  deaf: boolean;
}

export interface Row {
  viewer: string;
  view: Viewpoint | null;
  cells: Cell[];
}

/** After so many heartbeats without a call of the other one, it does not reach this member. */
const DEAF_AFTER_HEARTBEATS = 4;

/** The table of who sees whom, a row for each member; a row of a member that cannot be asked is empty. */
export function sightRows({ members, views, configuration }: ReplicaSnapshot): Row[] {
  const heartbeat = (configuration?.heartbeatIntervalMs ?? 2000) / 1000;
  const hosts = members.map(({ host }) => host);
  return hosts.map((viewer) => {
    const view = views.find((view) => view.viewer === viewer) ?? null;
    const cells = hosts.map((host) => {
      const glance = view?.glances.find((glance) => glance.host === host) ?? null;
      const silence = glance?.heardSeconds ?? 0;
      const deaf = glance?.healthy === true && silence > DEAF_AFTER_HEARTBEATS * heartbeat;
      return { host, glance, self: host === viewer, deaf };
    });
    return { viewer, view, cells };
  });
}

/** A cell in words, for who cannot see the shapes. */
export function cellWords(viewer: string, cell: Cell): string {
  const words = t.replica.sight;
  const { glance, host } = cell;
  if (!glance) return words.notAsked(viewer);
  if (cell.self) return words.itself(host, t.replica.states[glance.state]);
  const seen = glance.healthy
    ? words.sees(viewer, host, t.replica.states[glance.state])
    : words.seesNot(viewer, host, glance.message ?? "");
  return cell.deaf ? `${seen} ${words.notHeard(host)}` : seen;
}

/** Whether a reading is a trouble, and how bad. */
export const sightTones: Record<SightKind, "good" | "warn" | "down"> = {
  clear: "good",
  settling: "good",
  memberDown: "warn",
  hiddenFromHere: "warn",
  cutOff: "down",
  linkDown: "warn",
  oneWayLink: "warn",
  partition: "down",
  unknown: "warn",
};
