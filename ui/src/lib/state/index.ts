import { backend, onWritten, token } from "$lib/backend/transport";

import { Access } from "./access.svelte";
import { Catalog } from "./catalog.svelte";
import { Commands } from "./commands.svelte";
import { Connections } from "./connections.svelte";
import { Frame } from "./frame.svelte";
import { Labs } from "./lab.svelte";
import { LatestWrites } from "./latest.svelte";
import { Replicas } from "./replica.svelte";
import { Rest } from "./rest.svelte";
import { Runs } from "./runs.svelte";
import { Scenarios } from "./scenarios.svelte";
import { Settings } from "./settings.svelte";
import { Tabs } from "./tabs.svelte";
import { Toasts } from "./toasts.svelte";

/** The state of this window. The classes take their backend, so that a test can hand in another. */
export const access = new Access(token);
export const commands = new Commands();
export const connections = new Connections(backend);
export const catalog = new Catalog(backend);
export const replicas = new Replicas(backend);
export const frame = new Frame();
export const labs = new Labs(backend);
export const latest = new LatestWrites(backend);
export const rest = new Rest(backend.desktop);
export const runs = new Runs();
export const scenarios = new Scenarios(backend, labs);
export const settings = new Settings(backend, localStorage);
export const tabs = new Tabs(localStorage);
export const toasts = new Toasts();

onWritten((connection) => void latest.refresh(connection));
