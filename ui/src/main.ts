import "./styles/base.css";

import { mount } from "svelte";

import { start } from "$lib/actions";
import { desktop } from "$lib/backend/transport";
import { painted, reveal } from "$lib/reveal";
import { connections, frame, tabs } from "$lib/state";

import App from "./App.svelte";

const page = document.body;
// Documents of the last time are there in a moment. Anything else is shown at once.
const waits = desktop !== null && tabs.active?.kind === "documents";
/** Whether a view in front asks for documents: without its connection there is none. */
const isAsking = () => tabs.active?.kind === "documents" && connections.byKey(tabs.active.place.key) !== null;
if (waits) page.style.display = "none";
// First the questions, then the page, which is built while they are answered.
const started = start();
mount(App, { target: page });
if (waits)
  void reveal(page, started.then(isAsking))
    .then(painted)
    .then(() => (frame.settled = true));
else frame.settled = true;
