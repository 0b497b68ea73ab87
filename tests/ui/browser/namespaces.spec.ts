import { expect, test } from "./support/test.ts";
import { lost, production } from "./support/told.ts";

test.beforeEach(async ({ app, lab }) => {
  await app.open(lab);
});

test("a database, collections, another name and their end, by the keyboard alone", async ({
  app,
  namespaces,
  page,
}) => {
  const { keyboard } = page;
  const { database } = namespaces;
  await namespaces.goTo("mydatabase");
  await keyboard.press("Control+k");
  await keyboard.type("new database");
  await keyboard.press("Enter");
  await expect(app.dialog.getByLabel("Name of the database")).toBeFocused();
  await keyboard.type("a b");
  await expect(app.dialog).toContainText("A database name cannot hold a space.");
  await expect(app.button("Create")).toBeDisabled();
  await keyboard.press("Control+a");
  await keyboard.type(database);
  await keyboard.press("Tab");
  await keyboard.type("orders");
  await keyboard.press("Enter");
  await expect(app.dialog).toHaveCount(0);
  await expect(app.tab("orders")).toBeVisible();
  // The focus is where it was.
  await expect(namespaces.tree).toBeFocused();

  await namespaces.goTo(database);
  await keyboard.press("Shift+F10");
  await keyboard.press("Enter");
  await keyboard.type("orders");
  await expect(app.dialog).toContainText("“orders” is there already.");
  await keyboard.type("2");
  await keyboard.press("Enter");
  await expect(namespaces.row("orders2")).toBeVisible();
  expect(await namespaces.names()).toEqual(["orders", "orders2"]);

  await namespaces.goTo("orders2");
  await keyboard.press("F2");
  await expect(app.dialog.getByLabel("Collection", { exact: true })).toBeFocused();
  await keyboard.press("Control+a");
  await keyboard.type("invoices");
  await expect(app.dialog.getByRole("button", { name: "Rename" })).toBeEnabled();
  await keyboard.press("Enter");
  await expect(namespaces.row("invoices")).toBeVisible();
  await expect(app.tab("invoices")).toBeVisible();
  await expect(app.tab("orders2")).toHaveCount(0);
  await expect(namespaces.tree).toBeFocused();

  await namespaces.goTo("orders");
  await keyboard.press("Delete");
  await expect(app.dialog).toContainText("Undo does not reach this");
  await expect(app.dialog).toContainText("about 0");
  await pressInDialog(app, "Drop");
  await expect(namespaces.row("orders")).toHaveCount(0);
  await expect(namespaces.tree).toBeFocused();
  await app.tab("orders").click();
  await expect(page.getByRole("heading", { name: `${database}.orders was dropped` })).toBeVisible();

  await namespaces.goTo(database);
  await keyboard.press("Delete");
  await expect(app.dialog).toContainText("invoices");
  await pressInDialog(app, "Drop");
  await expect(namespaces.row(database)).toHaveCount(0);
  expect(await namespaces.names()).toEqual([]);
});

test("on production a drop waits for the name", async ({ app, namespaces, page }) => {
  await namespaces.create("orders");
  await production(page);
  await page.reload();
  await namespaces.open();
  await namespaces.goTo("orders");
  await page.keyboard.press("Delete");
  const drop = app.dialog.getByRole("button", { name: "Drop", exact: true });
  await expect(app.dialog).toContainText("Indexes");
  await expect(drop).toBeDisabled();
  const name = `${namespaces.database}.orders`;
  await expect(app.dialog.getByLabel(`Type ${name} to confirm`)).toBeFocused();
  await page.keyboard.type("orders");
  await page.keyboard.press("Enter");
  await expect(app.dialog).toBeVisible();
  expect(await namespaces.names()).toEqual(["orders"]);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(name);
  await expect(drop).toBeEnabled();
  await page.keyboard.press("Enter");
  await expect(app.dialog).toHaveCount(0);
  expect(await namespaces.names()).toEqual([]);
});

test("a collection made anew meanwhile is not dropped", async ({ app, namespaces, lab, page }) => {
  await namespaces.create("orders");
  await page.keyboard.press("Control+Shift+R");
  await namespaces.open();
  await namespaces.goTo("orders");
  await page.keyboard.press("Delete");
  await expect(app.dialog).toContainText("Indexes");
  const { database } = namespaces;
  const [{ uuid }] = await lab.ask<[{ uuid: string }]>("locate_collections", { database, name: "orders" });
  await lab.ask("drop_collection", { namespace: { database, collection: "orders" }, uuid });
  await namespaces.create("orders");
  await pressInDialog(app, "Drop");
  await expect(app.dialog).toContainText("nothing was dropped");
  expect(await namespaces.names()).toEqual(["orders"]);
  await app.button("Look again").press("Enter");
  await pressInDialog(app, "Drop");
  await expect(app.dialog).toHaveCount(0);
  expect(await namespaces.names()).toEqual([]);
});

for (const sent of [true, false])
  test(`a lost answer to a drop that was ${sent ? "" : "not "}made is checked`, async ({
    app,
    namespaces,
    page,
  }) => {
    await namespaces.create("orders");
    await page.keyboard.press("Control+Shift+R");
    await namespaces.open();
    await namespaces.goTo("orders");
    await lost(page, "drop_collection", { sent });
    await page.keyboard.press("Delete");
    await pressInDialog(app, "Drop");
    await expect(app.dialog).toContainText("Outcome unknown");
    await expect(app.dialog.getByRole("button", { name: "Drop", exact: true })).toBeDisabled();
    await app.button("Check").press("Enter");
    if (sent) await expect(app.dialog).toHaveCount(0);
    else await expect(app.dialog).toContainText("It was not done");
    expect(await namespaces.names()).toEqual(sent ? [] : ["orders"]);
  });

test("what is the server's own, and what is read-only, offers no drop", async ({
  app,
  namespaces,
  readOnly,
  page,
}) => {
  await namespaces.goTo("local");
  await page.keyboard.press("Delete");
  await expect(app.dialog).toHaveCount(0);
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menuitem", { name: /Drop database/ })).toBeDisabled();
  await page.keyboard.press("Escape");
  await expect(namespaces.tree).toBeFocused();

  await page.goto(readOnly.address);
  await app.openCollection("mydatabase.items");
  await namespaces.goTo("items");
  for (const keys of ["Delete", "F2"]) {
    await page.keyboard.press(keys);
    await expect(app.dialog).toHaveCount(0);
  }
});

/** Goes to a button of the dialog by Tab, and presses it as soon as it can be pressed. */
async function pressInDialog(app: import("./support/app.ts").App, name: string): Promise<void> {
  const button = app.dialog.getByRole("button", { name, exact: true });
  await expect(button).toBeEnabled();
  for (let steps = 0; steps < 12; steps += 1) {
    if (await button.evaluate((element) => element === document.activeElement)) break;
    await app.page.keyboard.press("Tab");
  }
  await expect(button).toBeFocused();
  await app.page.keyboard.press("Enter");
}
