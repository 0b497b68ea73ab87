/** What the core can do and `bindings.ts` does not have yet: to be taken away as it comes. */
import type { ErrorBody, FailoverMeasurement, OperationReport, SetOperation } from "./bindings";

export interface MeasureFailoverRequest {
  connection: string;
  label: string;
  seconds?: number | null;
  query?: string | null;
}
export interface FailoverProgress {
  elapsedMs: number;
  acknowledged: number;
  failed: number;
  awayMs: number | null;
  lastError: string | null;
}
export interface MeasurementsRequest {
  connection: string;
}
export interface MeasurementRequest {
  connection: string;
  id: string;
}
export interface ForgetMeasurementRequest {
  connection: string;
  id: string;
}
export type MeasurementFormat = "json" | "csv";
export interface ExportMeasurementRequest {
  connection: string;
  id: string;
  format: MeasurementFormat;
}
export interface MeasurementText {
  name: string;
  text: string;
}
export interface RehearseOperationRequest {
  connection: string;
  operation: SetOperation;
  label?: string | null;
  query?: string | null;
}
export interface RehearsalReport {
  report: OperationReport;
  hosts: RehearsedHost[];
  remarks: string[];
}
/** Which member of the local set stood for which. */
export interface RehearsedHost {
  host: string;
  lab: string;
}

type Answer<T> = Promise<{ status: "ok"; data: T } | { status: "error"; error: ErrorBody }>;
export interface PendingCommands {
  measureFailover: (request: MeasureFailoverRequest, channel: never) => Answer<FailoverMeasurement>;
  measurements: (request: MeasurementsRequest) => Answer<FailoverMeasurement[]>;
  measurement: (request: MeasurementRequest) => Answer<FailoverMeasurement>;
  forgetMeasurement: (request: ForgetMeasurementRequest) => Answer<null>;
  exportMeasurement: (request: ExportMeasurementRequest) => Answer<MeasurementText>;
  rehearseOperation: (request: RehearseOperationRequest, channel: never) => Answer<RehearsalReport>;
}
