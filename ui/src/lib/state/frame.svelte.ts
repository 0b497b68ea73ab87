import type { BackendError, Connection, EntryId, RecentConnection } from "$lib/backend";

import type { CatalogAsk } from "$lib/catalog/ask";

import type { Tab } from "./tabs.svelte";

/** A dialog over the window. */
export type Overlay =
  | "palette"
  | "connect"
  | "settings"
  | "shortcuts"
  | "writes"
  | "labs"
  | "new-lab"
  | "operation"
  | "stopwatch"
  | "watching"
  | "export-incident"
  | "open-incident";

/** What stands around the views. */
export class Frame {
  overlay = $state<Overlay | null>(null);
  /** The tab that is to be closed although it holds unsaved changes: asked first. */
  closing = $state.raw<Tab | null>(null);
  /** The connection that is to be closed although its tabs hold unsaved changes: asked first. */
  disconnecting = $state.raw<Connection | null>(null);
  /** What is to be made, renamed or dropped: a dialog asks for the rest. */
  catalogAsk = $state.raw<CatalogAsk | null>(null);
  /** Which write the history is opened at; null for the latest. */
  writesAt = $state<EntryId | null>(null);
  /** Counts what was undone: documents that are shown may be old. */
  undone = $state(0);
  /** Counts what was changed of what is watched. */
  watched = $state(0);
  /** What failed while the window started. */
  startError = $state.raw<BackendError | null>(null);
  /** The window has asked the core what is open; before that it shows nothing that might be wrong. */
  ready = $state(false);
  /** The first frame is on the screen: what is not needed to read the first documents comes now. */
  settled = $state(false);

  /** A connection used before that somebody wants open again; the connect dialog sees to it. */
  wanted = $state.raw<RecentConnection | null>(null);

  askRecent(recent: RecentConnection): void {
    this.wanted = recent;
    this.overlay = "connect";
  }

  openWrites(entry: EntryId | null = null): void {
    this.writesAt = entry;
    this.overlay = "writes";
  }

  toggle(overlay: Overlay): void {
    this.overlay = this.overlay === overlay ? null : overlay;
  }
}
