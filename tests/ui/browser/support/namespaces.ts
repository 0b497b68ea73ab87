import { expect, type Locator, type Page } from "@playwright/test";

import type { Server } from "./server.ts";

/** The tree of databases and collections, by the keyboard. */
export class Namespaces {
  /** A database that no other test uses. */
  readonly database = `spec_${process.hrtime.bigint()}`;

  constructor(
    private readonly page: Page,
    private readonly server: Server,
  ) {}

  get tree(): Locator {
    return this.page.getByRole("tree", { name: "Databases and collections" });
  }

  row(name: string): Locator {
    return this.tree.getByRole("treeitem").filter({ has: this.page.getByText(name, { exact: true }) });
  }

  async create(collection: string): Promise<void> {
    await this.server.ask("create_collection", { namespace: { database: this.database, collection } });
  }

  /** A collection of so many documents `{ n }`. */
  async filled(count: number): Promise<{ database: string; collection: string }> {
    const namespace = { database: this.database, collection: `filled${count}` };
    for (let from = 0; from < count; from += 1000) {
      const part = Array.from({ length: Math.min(1000, count - from) }, (_, at) => ({ n: from + at }));
      await this.server.ask("insert_many", { namespace, text: JSON.stringify(part) });
    }
    return namespace;
  }

  /** The names of the database's collections, as a majority has them. */
  async names(): Promise<string[]> {
    const found = await this.server.ask<{ name: string }[]>("locate_collections", {
      database: this.database,
    });
    return found.map(({ name }) => name);
  }

  /** Goes to a row by typing the beginning of its name. */
  async goTo(name: string): Promise<void> {
    await this.tree.focus();
    await expect(this.row(name)).toBeVisible();
    await this.page.keyboard.press("Home");
    await this.page.keyboard.type(name);
    await expect(this.row(name)).toHaveClass(/active/);
  }

  /** Opens the database, so that its collections are rows. */
  async open(): Promise<void> {
    await this.goTo(this.database);
    await this.page.keyboard.press("ArrowRight");
  }

  /** Drops what the test has made. */
  async removeAll(): Promise<void> {
    const { database } = this;
    const looked = await this.server
      .ask<{ fingerprint: string }>("drop_preview", { database })
      .catch(() => null);
    if (looked === null) return;
    await this.server.ask("drop_database", { database, fingerprint: looked.fingerprint });
  }
}
