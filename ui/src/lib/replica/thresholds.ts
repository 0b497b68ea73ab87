import type { Threshold as Limits, Thresholds } from "$lib/backend";

import type { Threshold } from "./chart";
import type { Figure } from "./trend";

/** The lines across a chart beyond which its figure is an alert. */
export function thresholdsOf(figure: Figure, of: Thresholds | null): readonly Threshold[] {
  if (of === null) return [];
  const lines: Record<Figure, Limits | null> = {
    lag: of.lagSeconds,
    commitLag: of.commitLagSeconds,
    oplogWindow: of.oplogWindowHours,
    operations: null,
  };
  const own = lines[figure];
  return [
    ...(own?.warning == null ? [] : [{ value: own.warning, tone: "warn" as const }]),
    ...(own?.critical == null ? [] : [{ value: own.critical, tone: "down" as const }]),
  ];
}
