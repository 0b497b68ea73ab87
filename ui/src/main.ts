import "./styles/base.css";

import { mount } from "svelte";

import { start } from "$lib/actions";
import { desktop } from "$lib/backend/transport";
import { reveal } from "$lib/reveal";
import { tabs } from "$lib/state";

import App from "./App.svelte";

const page = document.body;
// Documents of the last time are there in a moment. Anything else is shown at once.
const waits = desktop !== null && tabs.active?.kind === "documents";
if (waits) page.style.display = "none";
mount(App, { target: page });
const started = start();
if (waits)
  void reveal(
    page,
    started.then(() => tabs.active?.kind === "documents"),
  );
