import { backend } from "$lib/backend/transport";
import { Operations } from "$lib/state/operations.svelte";
import { Stopwatches } from "$lib/state/stopwatch.svelte";

/** What is done to sets, and measured of them, in this window. Not needed to read the first documents. */
export const operations = new Operations(backend);
export const stopwatches = new Stopwatches(backend);
