import { expect, test as base } from "@playwright/test";

import { App } from "./app.ts";
import { Items } from "./items.ts";
import { Namespaces } from "./namespaces.ts";
import { Server } from "./server.ts";

interface Shared {
  /** A local set, served with its interface. All tests of a run share it. */
  lab: Server;
  /** The same set, served for reading only. */
  readOnly: Server;
  /** A server whose database never answers. */
  nowhere: Server;
}

/** A test has the shared servers, the page as a person uses it, and documents and a database of its own. */
export const test = base.extend<{ app: App; items: Items; namespaces: Namespaces }, Shared>({
  lab: [
    async ({}, use) => {
      const server = await (await Server.start({ lab: true })).ready();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  readOnly: [
    async ({ lab }, use) => {
      const { uri } = await lab.ask<{ uri: string }>("lab_status");
      const server = await Server.start({ uri, readOnly: true });
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  nowhere: [
    async ({}, use) => {
      const server = await Server.start({ uri: "mongodb://127.0.0.1:1/" });
      await use(server);
      await server.stop();
    },
    { scope: "worker" },
  ],
  app: async ({ page }, use) => {
    // As the desktop's window has it: what would fail there fails here.
    await page.addInitScript(() => Object.freeze(Object.prototype));
    const thrown: Error[] = [];
    page.on("pageerror", (error) => thrown.push(error));
    await use(new App(page));
    expect(thrown, "no script of the page fails").toEqual([]);
  },
  items: async ({ lab }, use) => {
    const items = new Items(lab);
    await use(items);
    await items.removeAll();
  },
  namespaces: async ({ page, lab }, use) => {
    const namespaces = new Namespaces(page, lab);
    await use(namespaces);
    await namespaces.removeAll();
  },
});

export { expect };
