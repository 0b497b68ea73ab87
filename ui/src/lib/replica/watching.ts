import type { AddressMapping, HealthSettings, Thresholds } from "$lib/backend";
import { t } from "$lib/messages";

/** The thresholds that have two levels, in the order in which they are shown. */
export const SIGNALS = [
  "lagSeconds",
  "commitLagSeconds",
  "oplogWindowHours",
  "headroomShare",
  "timeToStaleHours",
  "clockSkewSeconds",
  "cacheDirtyShare",
  "connectionsShare",
] as const satisfies readonly (keyof Thresholds)[];

export type Signal = (typeof SIGNALS)[number];

/** The settings as they are typed. */
export interface WatchingDraft {
  alerts: boolean;
  record: boolean;
  levels: Record<Signal, { warning: string; critical: string }>;
  lasts: string;
  spread: string;
  elections: string;
  addresses: AddressMapping[];
}

export function draftOf({ alerts, record, thresholds, addresses }: HealthSettings): WatchingDraft {
  const levels = Object.fromEntries(
    SIGNALS.map((signal) => {
      const { warning, critical } = thresholds[signal];
      return [signal, { warning: typed(warning), critical: typed(critical) }];
    }),
  ) as WatchingDraft["levels"];
  return {
    alerts,
    record,
    levels,
    lasts: typed(thresholds.lagLastsSeconds),
    spread: typed(thresholds.configSpreadSeconds),
    elections: typed(thresholds.elections),
    addresses: addresses.map((mapping) => ({ ...mapping })),
  };
}

/** What was typed as settings, or the first mistake in words. What only the core can judge it judges. */
export function settingsOf(draft: WatchingDraft): { settings: HealthSettings } | { mistake: string } {
  const words = t.health.watching;
  let mistake: string | null = null;
  const level = (text: string, field: string): number | null => {
    const value = number(text);
    if (text.trim() !== "" && value === null) mistake ??= words.noNumber(field);
    return value;
  };
  const whole = (text: string, field: string): number => {
    const value = number(text);
    if (value === null || !Number.isInteger(value)) mistake ??= words.noWhole(field);
    return value ?? 0;
  };
  const levels = Object.fromEntries(
    SIGNALS.map((signal) => {
      const field = words.signals[signal];
      const { warning, critical } = draft.levels[signal];
      return [signal, { warning: level(warning, field), critical: level(critical, field) }];
    }),
  ) as Pick<Thresholds, Signal>;
  const thresholds: Thresholds = {
    ...levels,
    lagLastsSeconds: whole(draft.lasts, words.lasts),
    configSpreadSeconds: whole(draft.spread, words.spread),
    elections: whole(draft.elections, words.elections),
  };
  if (mistake !== null) return { mistake };
  const addresses = draft.addresses.map(({ host, address }) => ({
    host: host.trim(),
    address: address.trim(),
  }));
  return { settings: { alerts: draft.alerts, record: draft.record, thresholds, addresses } };
}

function typed(value: number | null): string {
  return value === null ? "" : String(value);
}

function number(text: string): number | null {
  // Neither as a decimal comma nor as a thousand's: it could be either.
  const value = Number(text.trim());
  return text.trim() === "" || !Number.isFinite(value) || value < 0 ? null : value;
}
