import { expect, type Locator, type Page } from "@playwright/test";

import type { Server } from "./server.ts";

/** The page, by what a person sees and does there. */
export class App {
  constructor(readonly page: Page) {}

  /** Opens the page with the token in its address, and waits for documents. */
  async open(server: Server): Promise<void> {
    await this.page.goto(server.address);
    await expect(this.rows.first()).toBeVisible({ timeout: 30_000 });
    await this.pulse("3 of 3 up");
  }

  get rows(): Locator {
    return this.page.locator("[role=row][data-row]:visible");
  }

  get grid(): Locator {
    return this.page.getByRole("grid").filter({ visible: true });
  }

  /** The documents as a tree. */
  get tree(): Locator {
    return this.page.getByRole("tree", { name: /^Documents of/ }).filter({ visible: true });
  }

  get columns(): Locator {
    return this.grid.getByRole("columnheader");
  }

  /** What is on the clipboard. */
  async clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  get fields(): Locator {
    return this.page.getByRole("tree", { name: /^Fields of/ }).filter({ visible: true });
  }

  get dialog(): Locator {
    return this.page.getByRole("dialog");
  }

  get filterField(): Locator {
    return this.page.getByRole("combobox", { name: "Filter" }).filter({ visible: true });
  }

  /** What could be written at the cursor of a query. */
  get suggestions(): Locator {
    return this.page.getByRole("listbox", { name: /^Suggestions for/ }).getByRole("option");
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  /** Waits until the bar at the bottom says so. */
  async pulse(words: string): Promise<void> {
    await expect(this.page.getByRole("contentinfo")).toContainText(words);
  }

  /** Asks for documents, by the keyboard. */
  async filter(text: string): Promise<void> {
    await this.page.keyboard.press("Control+f");
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.type(text);
    await this.page.keyboard.press("Enter");
  }

  /** Shows only this document, which the inspector then holds. */
  async openItem(id: string): Promise<void> {
    await this.filter(`{"_id": "${id}"}`);
    await expect(this.rows).toHaveCount(1);
    await expect(this.field("_id")).toContainText(id);
  }

  /** A line of the inspector. */
  field(name: string): Locator {
    return this.fields.getByRole("treeitem").filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** The editor that is open on a value. */
  editor(name: string): Locator {
    return this.page.getByRole("group", { name: `Edit ${name}`, exact: true });
  }

  /** The same on another page. */
  on(page: Page): App {
    return new App(page);
  }

  /** Changes a value in the inspector. */
  async edit(name: string, text: string): Promise<void> {
    await this.field(name).dblclick();
    const input = this.fields.getByRole("textbox");
    await input.fill(text);
    await input.press("Enter");
  }

  /** Writes a whole document into the editor of the dialog in front. */
  async write(text: string): Promise<void> {
    const editor = this.dialog.locator(".cm-content");
    await editor.click();
    await this.page.keyboard.press("Control+a");
    await this.page.keyboard.insertText(text);
  }

  /** A message that goes by itself. */
  message(words: string): Locator {
    return this.page.getByRole("group", { name: words });
  }

  tab(name: string): Locator {
    return this.page.getByRole("tab", { name });
  }

  /** Closes a tab by its cross, which is for the pointer alone. */
  async closeTab(name: string): Promise<void> {
    await this.page.getByTitle(`Close ${name}`).click();
  }

  /** Waits until the latest save is told; a screen reader is told the same words. */
  async saved(): Promise<void> {
    await expect(this.page.getByRole("status").getByText(/^Saved/)).toBeVisible();
  }

  /** Finds a collection by typing, as soon as there is a connection to find it in. */
  async openCollection(name: string): Promise<void> {
    await expect(this.page.getByRole("tree", { name: "Databases and collections" })).toContainText(
      "mydatabase",
    );
    await this.page.keyboard.press("Control+k");
    await this.page.keyboard.type(name);
    await expect(this.dialog.getByRole("option").first()).toContainText(name);
    await this.page.keyboard.press("Enter");
    await expect(this.rows.first()).toBeVisible();
  }
}
